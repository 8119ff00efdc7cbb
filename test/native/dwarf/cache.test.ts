/** Indices that are kept. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { IndexCache } from '../../../src/types/debuginfo/file/cache.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { needsProgram } from '../../support/skip.ts';
import { elf, Folder, program, readerFor, sourceOf } from './support.ts';

describe('what is kept of debug info', () => {
  before(function () {
    readerFor(this);
    needsProgram(this, 'gcc');
  });

  it('is found by build-id, wherever the file is, without another look into it', async () => {
    using folder = new Folder();
    folder.run('gcc', '-g', '-w', '-Wl,--build-id=sha1', '-o', 'program', sourceOf('shapes.c'));
    const cache = folder.file('cache');
    const first = await new DwarfReader({ program, cache }).index(elf(folder.file('program')));
    const [name = ''] = readdirSync(cache);
    assert.match(name, new RegExp(`^id-${first.buildId}-`));
    // It is the file that is read: what stands in it now is what is told.
    const kept = `${cache}/${name}`;
    writeFileSync(kept, readFileSync(kept, 'utf8').replace('\tstruct wire\n', '\tstruct cord\n'));
    folder.run('cp', 'program', 'copy');
    const again = await new DwarfReader({ program, cache }).index(elf(folder.file('copy')));
    assert.deepEqual(
      [...again.entries].map((entry) => entry.name.replace('cord', 'wire')).sort(),
      [...first.entries].map((entry) => entry.name).sort(),
    );
    assert.ok([...again.entries].some((entry) => entry.name === 'struct cord'));
    assert.deepEqual(again.variables, first.variables);
  });

  it('without a build-id goes by place and time', async () => {
    using folder = new Folder();
    const cache = folder.file('cache');
    const reader = new DwarfReader({ program, cache });
    const build = (text: string): void => {
      writeFileSync(folder.file('program.c'), text);
      folder.run('gcc', '-g', '-w', '-Wl,--build-id=none', '-o', 'program', 'program.c');
    };
    build('struct one { int a; } v; int main(void) { return 0; }');
    assert.ok([...(await reader.index(elf(folder.file('program')))).entries].some(({ name }) => name === 'struct one'));
    build('struct two { int a; } v; int main(void) { return 0; }');
    assert.ok([...(await reader.index(elf(folder.file('program')))).entries].some(({ name }) => name === 'struct two'));
    assert.match(readdirSync(cache)[0] ?? '', /^file-\d+-\d+-\d+-\d+-/);
  });

  it('is read anew where it is damaged', async () => {
    using folder = new Folder();
    folder.run('gcc', '-g', '-w', '-o', 'program', sourceOf('shapes.c'));
    const cache = folder.file('cache');
    const ask = () => new DwarfReader({ program, cache }).index(elf(folder.file('program')));
    const first = await ask();
    const kept = `${cache}/${readdirSync(cache)[0]}`;
    const whole = readFileSync(kept);
    const damages = [
      Buffer.alloc(0),
      Buffer.from('{}\n'),
      whole.subarray(0, whole.length / 2),
      whole.subarray(0, -3),
      Buffer.concat([whole, whole]),
      Buffer.from(whole.toString('latin1').replace('\nsc', '\n?c'), 'latin1'),
    ];
    for (const damaged of damages) {
      writeFileSync(kept, damaged);
      assert.deepEqual(await ask(), first);
      assert.deepEqual(
        readFileSync(kept)
          .toString()
          .replace(/end \d+/, ''),
        whole.toString().replace(/end \d+/, ''),
      );
    }
  });

  it('does not grow over its size: what was not used for longest goes', async () => {
    using folder = new Folder();
    const cache = new IndexCache(folder.path, 250);
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      await cache.put(key, [Buffer.alloc(100)]);
      utimesSync(folder.file(`${key}.index`), 1000 + i, 1000 + i);
    }
    assert.deepEqual(readdirSync(folder.path).sort(), ['b.index', 'c.index']);
    assert.ok(await cache.get('b'));
    await cache.put('d', [Buffer.alloc(100)]);
    assert.deepEqual(readdirSync(folder.path).sort(), ['b.index', 'd.index']);
    assert.equal(statSync(folder.file('d.index')).mode & 0o777, 0o600);
  });

  it('never fails: a folder that cannot be made keeps nothing', async () => {
    using folder = new Folder();
    writeFileSync(folder.file('file'), '');
    const cache = new IndexCache(folder.file('file/cache'));
    await cache.put('a', [Buffer.alloc(1)]);
    assert.equal(await cache.get('a'), undefined);
  });

  it('never waits for a folder that the kernel does not let anyone make', () => {
    // In a process of its own, which is ended: a loop in a thread of Node would keep this one from its end.
    const source = new URL('../../../src/types/debuginfo/file/cache.ts', import.meta.url);
    const script = `import { IndexCache } from ${JSON.stringify(source.href)};
      const cache = new IndexCache('/proc/nothing/cache');
      await cache.put('a', [Buffer.alloc(1)]);
      console.log(await cache.get('a'));`;
    const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
    const said = execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' });
    assert.equal(said, 'undefined\n');
  });

  it('makes the folders around its own', async () => {
    using folder = new Folder();
    const cache = new IndexCache(folder.file('a/b/c'));
    await cache.put('a', [Buffer.from('one'), Buffer.from('two')]);
    assert.equal((await cache.get('a'))?.toString(), 'onetwo');
  });
});
