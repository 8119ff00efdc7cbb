import assert from 'node:assert/strict';
import type { Segment, TypeLayout } from '../../api.d.ts';
import { Typing } from '../../src/panel/typing.ts';
import { TypeMemory } from '../../src/panel/typeMemory.ts';
import { WorkspaceTypes } from '../../src/panel/workspaceTypes.ts';
import type { ToPage } from '../../src/protocol/messages.ts';
import type { TypeChoice } from '../../src/types/choice.ts';
import type { Suggestion } from '../../src/types/debuginfo/finder.ts';
import { Conflicts } from '../../src/types/conflicts.ts';
import { TypeResolver, type Compile } from '../../src/types/resolve.ts';
import { TypeService } from '../../src/types/service.ts';
import { mapping, segment as made } from '../unit/explorer/segments.ts';
import { FakeFinder, int, seenIn, struct } from '../unit/types/fakeFinder.ts';
import { until } from './support.ts';
import { Memento } from '../unit/panel/memento.ts';

/** What the page was told last. */
class Told {
  readonly messages: ToPage[] = [];

  layout(): Extract<ToPage, { type: 'layout' }> | undefined {
    return this.messages.findLast((message) => message.type === 'layout');
  }

  types(): Extract<ToPage, { type: 'types' }>['types'] | undefined {
    return this.messages.findLast((message) => message.type === 'types')?.types;
  }
}

describe('which type a panel shows', () => {
  const book = struct('struct book', 64, [{ name: 'x', offset: 0, type: int }]);
  const suggested = (type: TypeLayout, change: Partial<Suggestion> = {}): Suggestion => ({
    type,
    offset: 0,
    why: "'book' in strategy (7) points here.",
    certain: true,
    seen: seenIn(type, '/bin/a', [7]),
    ...change,
  });
  let finder: FakeFinder;
  let memory: TypeMemory;
  let segment: Segment;
  let told: Told;
  let typing: Typing;
  let trusted: boolean;
  let compilations: string[];
  const compile: Compile = async (source) => {
    compilations.push(source);
    return [book];
  };
  const workspace = new WorkspaceTypes();
  // Nothing here is read from declarations.
  const service = new TypeService({ worker: '/none' });
  const make = (): Typing => {
    told = new Told();
    const resolver = new TypeResolver({ service, finder, trusted: () => trusted, folders: () => [], compile });
    return new Typing({
      types: { memory, resolver, workspace, finder, conflicts: new Conflicts(finder) },
      segment: () => segment,
      post: (message) => told.messages.push(message),
      log: () => undefined,
    });
  };

  beforeEach(() => {
    trusted = true;
    compilations = [];
    finder = new FakeFinder();
    finder.types = [[book, seenIn(book, '/bin/a', [7])]];
    finder.suggestions = [suggested(book)];
    memory = new TypeMemory(new Memento());
    segment = made({ mappings: [mapping(7, 'strategy')] });
    typing = make();
  });
  afterEach(() => typing.dispose());
  after(() => {
    workspace.dispose();
    service.dispose();
  });

  it('is the one certain suggestion, which is remembered when it is kept', async () => {
    await typing.greet();
    const { layout } = told.layout() ?? {};
    assert.deepEqual(
      [layout?.name, layout?.standing, layout?.why, layout?.from],
      ['struct book', 'suggested', "'book' in strategy (7) points here.", 'debug info of /bin/a'],
    );
    assert.deepEqual(typing.choice, { name: 'struct book', debug: { file: '/bin/a' } });
    assert.equal(memory.get(segment), undefined);
    await typing.keep();
    assert.equal(told.layout()?.layout?.standing, 'chosen');
    assert.deepEqual(memory.get(segment), { name: 'struct book', debug: { file: '/bin/a' } });
    typing.dispose();
    typing = make();
    finder.suggestions = [];
    await typing.greet();
    assert.deepEqual([told.layout()?.layout?.name, told.layout()?.layout?.standing], ['struct book', 'chosen']);
  });

  it('is none of several, nor one that is not certain; all of them are offered', async () => {
    const page = struct('struct page', 4096);
    const why = "'page' in strategy (7) points here.";
    finder.suggestions = [suggested(book, { certain: false }), suggested(page, { certain: false, offset: 64, why })];
    await typing.greet();
    assert.equal(told.layout(), undefined);
    assert.deepEqual(
      told.types()?.suggested.map(({ name, offset }) => [name, offset]),
      [
        ['struct book', 0],
        ['struct page', 64],
      ],
    );
    await typing.takeNamed('struct page', why);
    assert.deepEqual([told.layout()?.layout?.name, told.layout()?.layout?.offset], ['struct page', 64]);
    await assert.rejects(typing.takeNamed('struct page', ''), { code: 'ENOENT' });
  });

  it('follows the programs: another build lays it out anew, and stays when the last of them has ended', async () => {
    await typing.greet();
    const newer = struct('struct book', 128, [{ name: 'y', offset: 64, type: int }]);
    finder.suggestions = [suggested(newer)];
    segment = { ...segment, mappings: [mapping(8, 'strategy')] };
    typing.follow();
    await new Promise((resolve) => setTimeout(resolve));
    const wire = told.layout()?.layout?.layout;
    assert.equal(wire?.types[wire.root]?.size, 128);
    finder.suggestions = [];
    segment = { ...segment, mappings: [] };
    typing.follow();
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(told.layout()?.layout?.name, 'struct book');
    const looks = finder.looks;
    typing.follow();
    assert.equal(finder.looks, looks, 'the mappers are the same');
  });

  it('is found too when the program stores its pointer after it has mapped the segment', async () => {
    finder.suggestions = [];
    await typing.greet();
    assert.equal(told.layout(), undefined);
    finder.suggestions = [suggested(book)];
    await until(() => told.layout(), 'the suggestion');
    assert.equal(told.layout()?.layout?.name, 'struct book');
  });

  it('is not put back when the user has taken it away, and never in the place of a choice', async () => {
    await typing.greet();
    await typing.set(undefined);
    assert.equal(told.layout()?.layout, undefined);
    typing.dispose();
    typing = make();
    await typing.greet();
    assert.equal(told.layout(), undefined);
    await memory.set(segment, { name: 'struct book', debug: { file: '/bin/a' }, offset: 8 });
    typing.dispose();
    typing = make();
    const { looks } = finder;
    await typing.greet();
    assert.deepEqual([told.layout()?.layout?.offset, told.layout()?.layout?.standing], [8, 'chosen']);
    assert.equal(finder.looks, looks, 'nobody asked for suggestions');
  });

  describe('where the workspace has a compiler lay it out', () => {
    const source = 'struct book { int x[__builtin_parity(7) + 1]; };';
    const compiled = { name: 'struct book', source, compiled: true };
    beforeEach(() => {
      workspace.find = () => compiled;
      finder.suggestions = [];
    });
    afterEach(() => Reflect.deleteProperty(workspace, 'find'));

    it('is not compiled before the user allows it, and then for every panel', async () => {
      await typing.greet();
      const { layout, problem } = told.layout() ?? {};
      assert.match(
        problem?.message ?? '',
        /^\.vscode\/shmscope\.json has a compiler lay out struct book\. .* not allowed yet\. Ask the compiler/,
      );
      assert.deepEqual([layout, problem?.compiles, compilations], [undefined, true, []]);
      await typing.compile();
      assert.deepEqual([told.layout()?.layout?.standing, told.layout()?.problem], ['workspace', undefined]);
      assert.deepEqual([compilations, memory.get(segment)], [[source], undefined]);
      typing.dispose();
      segment = made({ id: 'other', name: '/other' });
      typing = make();
      await typing.greet();
      assert.deepEqual([told.layout()?.layout?.name, compilations.length], ['struct book', 2]);
    });

    it('is asked for again when it is another text', async () => {
      await memory.allowCompiling({ ...compiled, source: 'struct book { int y; };' });
      await typing.greet();
      assert.deepEqual([told.layout()?.problem?.compiles, compilations], [true, []]);
    });

    it('is allowed already where the user had it compiled and kept it', async () => {
      await typing.set(compiled);
      await typing.letGo();
      await typing.greet();
      assert.deepEqual([told.layout()?.layout?.standing, told.layout()?.problem], ['workspace', undefined]);
    });

    it('is never compiled where the workspace is not trusted', async () => {
      trusted = false;
      await memory.allowCompiling(compiled);
      await typing.greet();
      assert.match(told.layout()?.problem?.message ?? '', /No compiler is run in a workspace that is not trusted/);
      assert.deepEqual([told.layout()?.problem?.compiles, compilations], [undefined, []]);
      await assert.rejects(typing.compile(), { code: 'ENOTSUP' });
    });
  });

  describe('while it is being read', () => {
    const page = struct('struct page', 128, [{ name: 'y', offset: 0, type: int }]);
    const named = (name: string): TypeChoice => ({ name, debug: { file: '/bin/a' } });
    let waiting: Map<string, (() => void)[]>;

    /** Lets the layouts of `name` go that are asked for by now. */
    async function release(name: string): Promise<void> {
      waiting.get(name)?.forEach((go) => go());
      waiting.delete(name);
      await new Promise((resolve) => setTimeout(resolve));
    }

    async function asked(name: string): Promise<void> {
      await until(() => waiting.has(name), `the layout of ${name}`);
    }

    beforeEach(() => {
      waiting = new Map();
      finder.suggestions = [];
      finder.types = [book, page].map((type) => [type, seenIn(type, '/bin/a', [7])]);
      finder.layout = async ({ name }) => {
        await new Promise<void>((resolve) => waiting.set(name, [...(waiting.get(name) ?? []), resolve]));
        return name === page.name ? page : book;
      };
    });

    it('is the newer of two choices, whichever is read first', async () => {
      const older = typing.set(named('struct book'));
      await asked('struct book');
      const newer = typing.set(named('struct page'));
      await asked('struct page');
      await release('struct page');
      await newer;
      await release('struct book');
      await older;
      assert.equal(told.layout()?.layout?.name, 'struct page');
      assert.deepEqual([typing.choice?.name, memory.get(segment)?.name], ['struct page', 'struct page']);
    });

    it('is none where the user takes it away meanwhile', async () => {
      const choice = typing.set(named('struct book'));
      await asked('struct book');
      await typing.set(undefined);
      await release('struct book');
      await choice;
      assert.deepEqual([typing.choice, told.layout()?.layout, memory.isNone(segment)], [undefined, undefined, true]);
    });

    it('is none where the type that was remembered comes after it was taken away', async () => {
      await memory.set(segment, named('struct book'));
      const greeting = typing.greet();
      await asked('struct book');
      await typing.set(undefined);
      await release('struct book');
      await greeting;
      assert.deepEqual([typing.choice, told.layout()?.layout], [undefined, undefined]);
    });

    it('is a suggestion that is taken meanwhile', async () => {
      const choice = typing.set(named('struct book'));
      await asked('struct book');
      await typing.take(suggested(page));
      await release('struct book');
      await choice;
      assert.deepEqual([typing.choice?.name, memory.get(segment)?.name], ['struct page', 'struct page']);
    });

    it('is not what an older reading fails with', async () => {
      const older = typing.set(named('struct gone'));
      const newer = typing.set(named('struct page'));
      await older;
      await asked('struct page');
      await release('struct page');
      await newer;
      assert.deepEqual([told.layout()?.layout?.name, told.layout()?.problem], ['struct page', undefined]);
    });

    it('is the choice, though the workspace has its types read again meanwhile', async () => {
      await memory.set(segment, named('struct book'));
      const greeting = typing.greet();
      await asked('struct book');
      const choice = typing.set(named('struct page'));
      await asked('struct page');
      const again = typing.greet();
      await release('struct page');
      await choice;
      await release('struct book');
      await Promise.all([greeting, again]);
      assert.equal(told.layout()?.layout?.name, 'struct page');
    });

    it('is shown no more when the panel is gone, or shows another segment', async () => {
      for (const end of [() => typing.dispose(), () => typing.reset()]) {
        typing.dispose();
        typing = make();
        const choice = typing.set(named('struct book'));
        await asked('struct book');
        end();
        await release('struct book');
        await choice;
        assert.deepEqual([told.messages, memory.get(segment)], [[], undefined]);
      }
    });
  });

  it('is told again to a page that is built anew', async () => {
    await typing.greet();
    typing.rest();
    const before = told.messages.length;
    await typing.greet();
    assert.deepEqual(
      told.messages.slice(before).map(({ type }) => type),
      ['layout', 'types'],
    );
  });

  it('comes with a word on what could not be read, and on who disagrees', async () => {
    finder.suggestions = [];
    finder.lacks = ['strategy (7) has no debug info: build it with -g.'];
    finder.found = [
      {
        name: 'struct book',
        variants: [
          { pids: [7], origin: 'dwarf:/bin/a', abi: 'x86_64', type: book },
          { pids: [8], origin: 'dwarf:/bin/b', abi: 'x86_64', type: struct('struct book', 32) },
        ],
        differences: ['x: at 0 in strategy, absent in reader'],
      },
    ];
    await typing.greet();
    assert.deepEqual(told.types()?.lacks, finder.lacks);
    assert.deepEqual(told.types()?.conflicts[0]?.sides, ['strategy (7)', 'dwarf:/bin/b']);
    assert.ok((told.types()?.conflicts[0]?.rows.length ?? 0) > 0);
  });

  it('is a problem, and nothing else, where a type that was chosen is gone', async () => {
    await memory.set(segment, { name: 'struct gone', debug: { file: '/bin/a' } });
    await typing.greet();
    assert.match(told.layout()?.problem?.message ?? '', /No program that maps this segment has a type "struct gone"/);
    assert.equal(told.layout()?.layout, undefined);
  });
});
