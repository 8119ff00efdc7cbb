import { mapperAbi } from '../../../src/types/debuginfo/file/machine.ts';
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Segment } from '../../../api.d.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { makeModel } from '../model/support.ts';
import { NOBODY, obstacle } from '../other_user.ts';
import { ADDON, addon, cleanup } from '../support.ts';
import { skipBecause } from '../../support/skip.ts';
import { compiling } from './programs.ts';
import { needsHelper, readerOf } from './reader.ts';

const V1 = 24;

describe('finder: types of real programs', () => {
  const made = cleanup();
  const { compile, folder } = compiling();
  let model: ReturnType<typeof makeModel>;
  let finder: DebugTypeFinder;
  before(function () {
    needsHelper(this);
  });
  beforeEach(() => {
    model = makeModel();
    finder = new DebugTypeFinder(addon, readerOf(folder));
  });
  afterEach(() => model.dispose());

  /** An object that is there, and its name for programs. */
  function object(size: number): { path: string; name: string } {
    const path = made.path('sample');
    addon.createPath(path, size, 0o666, true, false);
    chmodSync(path, 0o666);
    return { path, name: path.slice('/dev/shm'.length) };
  }

  async function segment(path: string): Promise<Segment> {
    const { segments } = await model.store.refresh();
    const found = segments.find((one) => one.path === path);
    assert.ok(found);
    return found;
  }

  /** What is suggested for an object of `size` bytes that these programs hold. */
  async function suggested(size: number, ...programs: readonly (readonly string[])[]) {
    const { path, name } = object(size);
    const pids: number[] = [];
    for (const [program = '', ...args] of programs) pids.push((await made.start(program, name, ...args)).pid);
    const found = await segment(path);
    return { found, pids, suggestions: await finder.suggest(found) };
  }

  const places: readonly [what: string, variable: string, flags: readonly string[]][] = [
    ['a global variable', 'latest', ['-DHOLD_GLOBAL']],
    ['a global variable of a program at a fixed address', 'latest', ['-DHOLD_GLOBAL', '-no-pie', '-fno-pie']],
    ['a static variable', 'latest', ['-DHOLD_STATIC']],
    ['a static variable of a function', 'hold::latest', ['-DHOLD_LOCAL']],
    ['a member of a struct in an array in a struct', 'state.views[1].latest', ['-DHOLD_MEMBER']],
    ['a global variable of an optimized program', 'latest', ['-DHOLD_GLOBAL', '-O2']],
  ];
  for (const [what, variable, flags] of places)
    it(`is certain by ${what}`, async () => {
      const program = compile('holder', 'holder.c', flags);
      const { pids, suggestions } = await suggested(V1, [program]);
      assert.deepEqual(
        suggestions.map(({ type, offset, why, certain, seen }) => [
          type.name,
          type.size,
          offset,
          why,
          certain,
          seen.file.name,
          seen.pids,
        ]),
        [
          [
            'struct sample',
            V1,
            0,
            `'${variable}' in holder (${pids[0]}) points here; its size is the segment's.`,
            true,
            program,
            pids,
          ],
        ],
      );
      assert.deepEqual(
        suggestions[0]?.type.fields?.map(({ name, offset }) => [name, offset]),
        [
          ['sequence', 0],
          ['reading', 8],
          ['unit', 16],
        ],
      );
    });

  it('is certain by a static variable of a shared library, though the program itself has no debug info', async () => {
    const library = compile('libsample.so', 'library.c', ['-shared', '-fPIC']);
    const program = compile('with-library', 'holder.c', ['-DHOLD_LIBRARY', '-g0', library]);
    const { suggestions } = await suggested(V1, [program]);
    assert.deepEqual(
      suggestions.map(({ type, certain, seen }) => [type.name, type.origin, certain, seen.file.name]),
      [['struct sample', `dwarf:${library}`, true, library]],
    );
  });

  for (const [what, variable, flags] of [
    ['an unnamed namespace', /^'feed::.*book' in feed /, []],
    ['a class', /^'feed::Reader::book' in feed /, ['-DHOLD_CLASS']],
  ] as const)
    it(`is certain by a variable in ${what} of C++`, async () => {
      const { suggestions } = await suggested(72, [compile('feed', 'holder.cc', flags)]);
      assert.deepEqual(
        suggestions.map(({ type, certain }) => [type.name, type.size, certain]),
        [['feed::Book', 72, true]],
      );
      assert.match(suggestions[0]?.why ?? '', variable);
    });

  it('tells where in the segment a pointer points, and is not certain then', async () => {
    const { suggestions } = await suggested(4096, [compile('inside', 'holder.c', ['-DHOLD_GLOBAL']), '64']);
    assert.deepEqual(
      suggestions.map(({ type, offset, certain }) => [type.name, offset, certain]),
      [['struct sample', 64, false]],
    );
  });

  it('says nothing by pointers to bytes, and is not certain of one of two types', async () => {
    const bytes = await suggested(4096, [compile('bytes', 'holder.c', ['-DHOLD_BYTES'])]);
    assert.deepEqual(bytes.suggestions, []);
    const two = await suggested(V1, [compile('two', 'holder.c', ['-DHOLD_TWO'])]);
    assert.deepEqual(
      two.suggestions.map(({ type, offset, certain }) => [type.name, offset, certain]),
      [
        ['struct sample', 0, false],
        ['struct other', 0, false],
        ['uint32_t', 8, false],
      ],
    );
  });

  it('suggests by size what nothing points to', async () => {
    const { suggestions } = await suggested(V1, [compile('none', 'holder.c', ['-DHOLD_NONE'])]);
    assert.deepEqual(
      suggestions.map(({ type, certain }) => [type.name, certain]),
      [['struct sample', false]],
    );
  });

  it('tells how two versions of a header differ', async () => {
    const publisher = compile('publisher', 'holder.c', ['-DHOLD_GLOBAL', '-DVERSION=2']);
    const reader = compile('reader', 'holder.c', ['-DHOLD_STATIC']);
    const { found, pids, suggestions } = await suggested(32, [publisher], [reader]);
    assert.ok(suggestions.length === 2 && suggestions.every(({ certain }) => !certain));
    const conflicts = await finder.conflicts(found);
    assert.deepEqual(
      conflicts.map(({ name, differences, variants }) => [
        name,
        differences,
        variants.map((one) => [one.pids, one.abi, one.origin]),
      ]),
      [
        [
          'struct sample',
          [
            'temperature_c: at 16 in publisher, absent in reader',
            'unit: at 24 in publisher, at 16 in reader',
            'size: 32 bytes in publisher, 24 bytes in reader',
          ],
          [
            [[pids[0]], process.arch === 'x64' ? 'x86_64' : 'aarch64', `dwarf:${publisher}`],
            [[pids[1]], process.arch === 'x64' ? 'x86_64' : 'aarch64', `dwarf:${reader}`],
          ],
        ],
      ],
    );
  });

  it('tells of no conflict where the same header was compiled by another compiler or another language', async function () {
    if (spawnSync('clang', ['--version']).error) skipBecause(this, 'there is no clang on PATH');
    const other = compile('by-clang', 'holder.c', ['-DHOLD_GLOBAL', '-gdwarf-5', '-O2'], 'clang');
    const { found, suggestions } = await suggested(V1, [compile('by-gcc', 'holder.c', ['-DHOLD_STATIC', '-gdwarf-4'])], [other]);
    assert.deepEqual(
      suggestions.map(({ certain }) => certain),
      [true],
    );
    assert.deepEqual(await finder.conflicts(found), []);
  });

  it('reads the pointers of 32-bit programs, and compares their layouts', async function () {
    const narrow = compiler32();
    if (narrow === undefined || process.arch !== 'x64') skipBecause(this, 'there is no compiler for 32-bit x86 here');
    const [program, ...flags] = narrow;
    const wide = compile('wide', 'holder.c', ['-DHOLD_GLOBAL', '-DVERSION=3']);
    const small = compile('narrow', 'holder.c', ['-DHOLD_GLOBAL', '-DVERSION=3', ...flags], program);
    try {
      execFileSync(small, { stdio: 'ignore' });
    } catch (error) {
      if (!(error instanceof Error && 'status' in error && error.status === 2))
        skipBecause(this, '32-bit programs do not run here');
    }
    const { found } = await suggested(32, [wide], [small]);
    const [conflict] = await finder.conflicts(found);
    assert.deepEqual(
      conflict?.variants.map(({ abi }) => abi),
      ['x86_64', 'i386'],
    );
    assert.deepEqual(conflict.differences.slice(0, 2), [
      'count: long of 8 bytes in wide, long of 4 bytes in narrow',
      'unit: at 24 in wide, at 20 in narrow',
    ]);
    // Explicit sizes are laid out alike, though the struct's alignment is another.
    const same = compile('same', 'holder.c', ['-DHOLD_GLOBAL', ...flags], program);
    const agreed = await suggested(V1, [compile('wide', 'holder.c', ['-DHOLD_GLOBAL'])], [same]);
    assert.deepEqual([agreed.suggestions[0]?.certain, await finder.conflicts(agreed.found)], [true, []]);
    // What both map is of no one machine; what only a 32-bit program maps is laid out for it.
    assert.equal(await mapperAbi(agreed.found), undefined);
    const { found: narrowOnly } = await suggested(V1, [same]);
    assert.equal(await mapperAbi(narrowOnly), 'i386');
  });

  it('reads a program that was removed, and says of one without debug info what would bring it', async () => {
    const gone = compile('gone', 'holder.c', ['-DHOLD_GLOBAL']);
    const bare = compile('bare', 'holder.c', ['-DHOLD_GLOBAL', '-s']);
    const { path, name } = object(V1);
    const first = await made.start(gone, name);
    unlinkSync(gone);
    copyFileSync('/bin/true', gone);
    const second = await made.start(bare, name);
    const found = await segment(path);
    assert.deepEqual(
      (await finder.suggest(found)).map(({ type, certain }) => [type.name, certain]),
      [['struct sample', true]],
    );
    const { types, lacks } = await finder.seen(found);
    assert.ok(types.some((one) => one.name === 'struct sample' && one.file.name === gone && one.pids.includes(first.pid)));
    assert.deepEqual(lacks.length, 1);
    assert.match(lacks[0] ?? '', new RegExp(`^bare \\(${second.pid}\\): .*-g`));
  });

  it('reads a program and its library that stand where only the process finds them', async function () {
    if (process.getuid?.() !== 0 || spawnSync('unshare', ['--mount', 'true']).status !== 0)
      skipBecause(this, 'mount namespaces cannot be made here');
    const library = compile('libhidden.so', 'library.c', ['-shared', '-fPIC']);
    const program = compile('hidden', 'holder.c', ['-DHOLD_LIBRARY', library]);
    const { path, name } = object(V1);
    const copies = '/mnt/shmscope-hidden';
    const script = `mount -t tmpfs none /mnt && mkdir ${copies} && cp "$0" ${copies} && cp ${library} ${copies} && LD_PRELOAD=${copies}/libhidden.so exec ${copies}/hidden ${name}`;
    await made.start('/usr/bin/unshare', '--mount', 'sh', '-c', script, program);
    const suggestions = await finder.suggest(await segment(path));
    assert.deepEqual(
      suggestions.map(({ type, certain, seen }) => [type.name, type.origin, certain, seen.file.name]),
      [['struct sample', `dwarf:${copies}/libhidden.so`, true, `${copies}/libhidden.so`]],
    );
  });

  it('goes on without a mapper that has ended', async () => {
    const program = compile('ending', 'holder.c', ['-DHOLD_GLOBAL']);
    const { path, name } = object(V1);
    const [first, second] = [await made.start(program, name), await made.start(program, name)];
    const found = await segment(path);
    await first.dispose();
    const [suggestion] = await finder.suggest(found);
    assert.deepEqual([suggestion?.certain, suggestion?.seen.pids], [true, [second.pid]]);
    assert.match((await finder.seen(found)).lacks.join(), new RegExp(`ending \\(${first.pid}\\): it has ended`));
  });

  it('tells an ordinary user of whom nothing may be known', async function () {
    const reason = obstacle();
    if (reason !== undefined) skipBecause(this, reason);
    chmodSync(folder, 0o755);
    const program = compile('either', 'holder.c', ['-DHOLD_GLOBAL']);
    const { path, name } = object(V1);
    const own = await made.start(program, name);
    const script = join(import.meta.dirname, 'as_user.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, ADDON, program, name, path, String(own.pid)], {
      ...{ uid: NOBODY, gid: NOBODY, cwd: '/' },
    });
    const said: unknown = JSON.parse(stdout);
    const lack = `foreign (${own.pid}): its program and memory may not be looked at (EACCES): run as its user or as root, with kernel.yama.ptrace_scope 0.`;
    assert.deepEqual(said, { mappers: ['own'], suggested: [['struct sample', true]], foreign: 'EACCES', lacks: [lack] });
  });
});

/** A compiler of 32-bit x86 programs that link, with its flags. */
function compiler32(): [string, ...string[]] | undefined {
  const ways: [string, ...string[]][] = [
    ['cc', '-m32'],
    ['i686-linux-gnu-gcc', '-static'],
  ];
  return ways.find(([program, ...flags]) => {
    const input = 'int main(void) { return 0; }';
    return (
      spawnSync(program, [...flags, '-x', 'c', '-', '-o', '/dev/null'], { input, stdio: ['pipe', 'ignore', 'ignore'] }).status ===
      0
    );
  });
}
