/** What cannot be read, or is not what it says: one clear error each. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShmError } from '../../../src/native/errors.ts';
import { decodeValue } from '../../../src/decode/value.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { needsProgram, skipBecause } from '../../support/skip.ts';
import { assertAgrees } from './judge.ts';
import { build, elf, Folder, isError, layoutOf, readerFor, SMALL, sourceOf, works } from './support.ts';

describe('debug info that is not there', () => {
  before(function () {
    needsProgram(this, 'gcc');
  });

  it('says what is no ELF file, no file, or not to be read', async function () {
    const reader = readerFor(this);
    using folder = new Folder();
    writeFileSync(folder.file('text'), 'no ELF file');
    writeFileSync(folder.file('empty'), '');
    mkdirSync(folder.file('folder'));
    folder.run('mkfifo', 'fifo');
    await assert.rejects(reader.index(elf(folder.file('text'))), isError('ENOEXEC', /text is no ELF file/));
    await assert.rejects(reader.index(elf(folder.file('empty'))), isError('ENOEXEC', /empty is no ELF file/));
    await assert.rejects(reader.index(elf(folder.file('folder'))), isError('ENOEXEC', /no regular file/));
    await assert.rejects(reader.index(elf(folder.file('fifo'))), isError('ENOEXEC', /no regular file/));
    await assert.rejects(reader.index(elf(folder.file('nothing'))), isError('ENOENT', /nothing/));
    await assert.rejects(reader.index(elf('/dev/zero')), isError('ENOEXEC', /no regular file/));
  });

  it('says that rights are missing', async function () {
    readerFor(this);
    using folder = new Folder();
    const path = build(folder, 'program', SMALL);
    chmodSync(path, 0);
    chmodSync(folder.path, 0o755);
    if (!works('setpriv', '--reuid=65534', '--clear-groups', 'true')) skipBecause(this, 'this user cannot become another one');
    const helper = new URL('../../../build/dwarf/shmscope-dwarf', import.meta.url).pathname;
    const copy = folder.file('helper');
    writeFileSync(copy, readFileSync(helper), { mode: 0o755 });
    const { status, stderr } = spawnSync('setpriv', ['--reuid=65534', '--clear-groups', copy, 'index', path, path, '/'], {
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.match(stderr, /"code":"EACCES"/);
  });

  it('says which flag or package would bring what a file lacks, and where it was looked for', async function () {
    const reader = readerFor(this);
    using folder = new Folder();
    const plain = build(folder, 'plain', SMALL, '-g0', '-Wl,--build-id=none');
    assert.match((await reader.index(elf(plain))).lack ?? '', /plain has no debug info: compile it with -g, or install .*dbgsym/);
    const path = build(folder, 'program', SMALL, '-Wl,--build-id=sha1');
    folder.run('objcopy', '--only-keep-debug', 'program', 'gone.debug');
    folder.run('objcopy', '--strip-debug', '--add-gnu-debuglink=gone.debug', 'program');
    const debug = readFileSync(folder.file('gone.debug'));
    assert.deepEqual((await reader.index(elf(path))).lack, undefined);
    rmSync(folder.file('gone.debug'));
    const { lack, entries } = await readerFor(this).index(elf(path));
    assert.equal(entries.length, 0);
    assert.match(lack ?? '', /none at \/usr\/lib\/debug\/\.build-id\/..\/.*\.debug, .*gone\.debug, .*\.debug\/gone\.debug/);
    // One of another build is not taken.
    build(folder, 'other', 'struct other { int z; } o; int main(void) { return 0; }', '-Wl,--build-id=sha1');
    renameSync(folder.file('other'), folder.file('gone.debug'));
    assert.match((await readerFor(this).index(elf(path))).lack ?? '', /no debug info/);
    // Below a root of its own: as in a container.
    mkdirSync(folder.file('root/usr/lib/debug/opt'), { recursive: true });
    writeFileSync(folder.file('root/usr/lib/debug/opt/gone.debug'), debug);
    const inside = { path, name: '/opt/program', root: folder.file('root') };
    assert.ok([...(await readerFor(this).index(inside)).entries].some(({ name }) => name === 'struct point'));
    // A link that leads out of it leads nowhere.
    rmSync(folder.file('root/usr/lib/debug/opt/gone.debug'));
    writeFileSync(folder.file('outside.debug'), debug);
    symlinkSync(folder.file('outside.debug'), folder.file('root/usr/lib/debug/opt/gone.debug'));
    assert.equal((await readerFor(this).index(inside)).entries.length, 0);
  });

  it('reads a deleted executable through /proc', async function () {
    const reader = readerFor(this);
    using folder = new Folder();
    const path = build(folder, 'program', `#include <unistd.h>\n${SMALL.replace('return', 'pause(); return')}`);
    const child = spawn(path, { stdio: 'ignore' });
    try {
      await new Promise((resolve) => child.once('spawn', resolve));
      rmSync(path);
      const index = await reader.index({ path: `/proc/${child.pid}/exe`, name: path, root: `/proc/${child.pid}/root` });
      assert.equal((await layoutOf(reader, index, 'struct point')).size, 8);
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
    }
  });

  it('says that this build has no reader, and what would bring it', async () => {
    const reader = new DwarfReader({ program: '/nonexistent/shmscope-dwarf' });
    await assert.rejects(reader.index(elf('/bin/sh')), (error: unknown) => {
      assert.ok(error instanceof ShmError);
      assert.match(error.remedy ?? '', /libelf/);
      return error.code === 'ENOTSUP';
    });
  });
});

describe('debug info for another machine', () => {
  const TARGETS = [
    { compiler: 'i686-linux-gnu-gcc', abi: 'i386', pointerSize: 4, double: 4 },
    { compiler: 'arm-linux-gnueabihf-gcc', abi: 'arm', pointerSize: 4, double: 8 },
    { compiler: 'aarch64-linux-gnu-gcc', abi: 'aarch64', pointerSize: 8, double: 8 },
  ] as const;
  const TEXT =
    'struct item { char c; long l; double d; long long w; void *p; int b : 5, e : 9; long double ld; } *item; int main(void) { return 0; }';

  for (const { compiler, abi, pointerSize, double } of TARGETS) {
    it(`is read: ${compiler}`, async function () {
      const reader = readerFor(this);
      if (!works(compiler)) skipBecause(this, `there is no ${compiler} on PATH`);
      using folder = new Folder();
      writeFileSync(folder.file('item.c'), TEXT);
      // Objects too: nothing has to be linked, and their relocations are applied.
      folder.run(compiler, '-g', '-c', '-o', 'item.o', 'item.c');
      folder.run(compiler, '-S', '-o', 'item.s', '-include', 'item.c', '-x', 'c', sizes(folder));
      const index = await reader.index(elf(folder.file('item.o')));
      assert.deepEqual([index.abi, index.pointerSize], [abi, pointerSize]);
      const type = await layoutOf(reader, index, 'struct item');
      const expected = readFileSync(folder.file('item.s'), 'latin1')
        .match(/@@ \S+/g)
        ?.map((line) => Number(line.replace(/[^\d]/g, '')));
      assert.deepEqual([type.size, type.alignment, ...(type.fields ?? []).slice(0, 5).map(({ offset }) => offset)], expected);
      assert.equal(type.fields?.[2]?.type.alignment, double);
    });
  }

  /** Assembly that holds the compiler's own numbers: nothing has to run. */
  function sizes(folder: Folder): string {
    const path = join(folder.path, 'sizes.c');
    const tell = (what: string): string => `__asm__ volatile("@@ %c0" :: "i"(${what}));`;
    const offsets = ['c', 'l', 'd', 'w', 'p'].map((name) => tell(`__builtin_offsetof(struct item, ${name})`));
    writeFileSync(
      path,
      `void sizes(void) { ${tell('sizeof(struct item)')} ${tell('_Alignof(struct item)')} ${offsets.join(' ')} }\n`,
    );
    return path;
  }
});

describe('compressed debug info', () => {
  for (const how of ['zlib', 'zlib-gnu', 'zstd'])
    it(`is read: ${how}`, async function () {
      const reader = readerFor(this);
      needsProgram(this, 'gcc');
      needsProgram(this, 'objcopy');
      using folder = new Folder();
      const path = build(folder, 'program', SMALL);
      if (spawnSync('objcopy', [`--compress-debug-sections=${how}`, path], { stdio: 'ignore' }).status !== 0)
        skipBecause(this, `this objcopy does not compress with ${how}`);
      assert.match(folder.run('readelf', '-St', path), how === 'zlib-gnu' ? /\.zdebug_|ZLIB/ : new RegExp(how, 'i'));
      try {
        const index = await reader.index(elf(path));
        assert.equal((await layoutOf(reader, index, 'struct point')).size, 8);
        assert.equal(index.variables[0]?.name, 'book');
      } catch (error) {
        // A reader that was built without zstd's header says so.
        if (how !== 'zstd' || !(error instanceof ShmError) || error.code !== 'ENOTSUP') throw error;
        assert.match(`${error.message} ${error.remedy}`, /compressed with zstd.*--decompress-debug-sections/);
        skipBecause(this, 'the reader was built without zstd');
      }
    });
});

describe('numbers in the other byte order', () => {
  const TEXT = `#include <stdio.h>
enum side { BUY = 1, SELL = 2 };
struct __attribute__((scalar_storage_order("big-endian"))) wire {
  unsigned length; short kind; enum side side; double price; char c; unsigned short words[3]; unsigned a : 5, b : 11;
};
struct host { unsigned length; enum side side; } host = {5, BUY};
struct wire wire = {0x01020304, -2, SELL, 1.5, 'x', {1, 2, 3}, 3, 5};
int main(void) { return fwrite(&wire, sizeof wire, 1, stdout) != 1; }`;

  it('are read as gcc keeps them where a struct says so, and those of other structs are not', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    const path = build(folder, 'program', TEXT);
    const bytes = new Uint8Array(spawnSync(path).stdout);
    const index = await reader.index(elf(path));
    const wire = await layoutOf(reader, index, 'struct wire');
    const { children = [] } = decodeValue({ offset: 0, bytes, size: bytes.length }, wire, 0, { byteOrder: 'little' });
    assert.deepEqual(
      children.map(({ path: name, text }) => [name, text]),
      [
        ['length', '16909060'],
        ['kind', '-2'],
        ['side', 'SELL (2)'],
        ['price', '1.5'],
        ['c', "'x' (120)"],
        ['words', '3 elements'],
        ['a', '3'],
        ['b', '5'],
      ],
    );
    assert.deepEqual(
      children[5]?.children?.map(({ value }) => value),
      [1, 2, 3],
    );
    const host = await layoutOf(reader, index, 'struct host');
    assert.ok(host.fields?.every(({ type }) => type.byteOrder === undefined));
  });

  it('are read so from the whole file of another machine', async function () {
    const reader = readerFor(this);
    const compiler = 'aarch64-linux-gnu-gcc';
    if (!works(compiler)) skipBecause(this, `there is no ${compiler} on PATH`);
    using folder = new Folder();
    const text = 'enum e { A = 1 }; struct item { int i; enum e e; void *p; char c; double d[2]; } item;';
    writeFileSync(folder.file('item.c'), text);
    // A library, as relocations are not applied in the other byte order.
    folder.run(compiler, '-mbig-endian', '-g', '-shared', '-nostdlib', '-o', 'item.so', 'item.c');
    const type = await layoutOf(reader, await reader.index(elf(folder.file('item.so'))), 'struct item');
    assert.deepEqual(
      type.fields?.map((field) => (field.type.element ?? field.type).byteOrder),
      ['big', 'big', 'big', undefined, 'big'],
    );
  });
});

describe('debug info of several compiled files', () => {
  it('finds what one file declares in another that defines it, and tells two layouts of one name apart', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    writeFileSync(
      folder.file('one.c'),
      'struct deep; struct deep *book; typedef struct deep deep_t; deep_t *again; struct twin { int a; } t1; int other(void); int main(void) { return other(); }',
    );
    writeFileSync(
      folder.file('two.c'),
      'struct deep { long a; char b; } d; struct twin { long a; } t2; int other(void) { return 0; }',
    );
    folder.run('gcc', '-g', '-w', '-o', 'program', 'one.c', 'two.c');
    const index = await reader.index(elf(folder.file('program')));
    const book = index.variables.find(({ name }) => name === 'book');
    assert.deepEqual([book?.target.name, book?.target.size], ['struct deep', 16]);
    assert.equal(book?.declared, 'one.c:1');
    const twins = [...index.entries].filter(({ name }) => name === 'struct twin');
    assert.deepEqual(twins.map(({ size }) => size).sort(), [4, 8]);
    assert.ok(book);
    const renamed = [...index.entries].filter(({ name }) => name === 'deep_t');
    assert.deepEqual(
      renamed.map(({ size }) => size),
      [16],
    );
    const refs = [book.target.ref, ...renamed.map(({ ref }) => ref)];
    for (const one of refs) {
      const [deep] = await reader.layouts(elf(folder.file('program')), [one]);
      assert.deepEqual(
        deep?.fields?.map(({ name }) => name),
        ['a', 'b'],
      );
    }
  });

  it('an object file is read as well as the program', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    folder.run('gcc', '-std=gnu17', '-g', '-w', '-c', '-o', 'shapes.o', sourceOf('shapes.c'));
    folder.run('gcc', '-o', 'program', 'shapes.o');
    const index = await reader.index(elf(folder.file('shapes.o')));
    assert.ok((await assertAgrees(reader, index, folder.run(folder.file('program')))) > 15);
  });
});
