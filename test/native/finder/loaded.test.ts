import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RawLoaded } from '../../../src/native/programs.ts';
import { lookOnce } from '../rows.ts';
import { addon, cleanup, rows, shmErrorOf } from '../support.ts';
import { compiling } from './programs.ts';

describe('native: the files that a process runs, and words of its memory', () => {
  const made = cleanup();
  const { compile, folder } = compiling();

  /** Where `nm` has a symbol of the file. */
  function symbol(file: string, name: string): bigint {
    const line = execFileSync('nm', [file], { encoding: 'utf8' })
      .split('\n')
      .find((one) => one.endsWith(` ${name}`));
    assert.ok(line, `${file} has no ${name}`);
    return BigInt(`0x${line.split(' ')[0]}`);
  }

  async function holding(program: string) {
    const path = made.path('held');
    addon.createPath(path, 4096, 0o600, true, false);
    const running = await made.start(program, path.slice('/dev/shm'.length));
    const { maps } = await lookOnce(addon);
    const row = rows(maps, running.pid).find((one) => one.name === path);
    assert.ok(row);
    return { pid: running.pid, address: row.address };
  }

  async function word(pid: number, file: RawLoaded | undefined, at: bigint): Promise<bigint | undefined> {
    assert.ok(file);
    const { values, had } = await addon.peek(pid, BigUint64Array.of(file.bias + at), 8);
    return had[0] === 1 ? values[0] : undefined;
  }

  for (const [what, flags] of [
    ['position-independent', ['-pie', '-fPIE']],
    ['at a fixed address', ['-no-pie', '-fno-pie']],
    ['linked statically', ['-static']],
    ['with code and data side by side', ['-Wl,-z,noseparate-code', '-Wl,-z,norelro']],
  ] as const) {
    it(`finds the variable of a program that is ${what}`, async () => {
      const program = compile(`program-${flags[0].replaceAll(/\W/g, '')}`, 'holder.c', ['-DHOLD_GLOBAL', ...flags]);
      const { pid, address } = await holding(program);
      const { root, files } = await addon.loadedFiles(pid);
      assert.equal(root, '/');
      const [own] = files;
      assert.deepEqual([own?.name, own?.path, own?.inode, own?.executable], [program, program, statSync(program).ino, true]);
      assert.equal(await word(pid, own, symbol(program, 'latest')), address);
    });
  }

  it('finds the variable of a shared library', async () => {
    const library = compile('libheld.so', 'library.c', ['-shared', '-fPIC']);
    const program = compile('user', 'holder.c', ['-DHOLD_LIBRARY', library]);
    const { pid, address } = await holding(program);
    const { files } = await addon.loadedFiles(pid);
    const found = files.find(({ name }) => name === library);
    assert.deepEqual([found?.path, found?.executable, files[0]?.name], [library, false, program]);
    assert.equal(await word(pid, found, symbol(library, 'held')), address);
    assert.ok(files.every(({ path, error }) => path !== '' && error === undefined));
  });

  it('opens an executable and a library that were removed or replaced since', async function () {
    const library = compile('libgone.so', 'library.c', ['-shared', '-fPIC']);
    const program = compile('gone', 'holder.c', ['-DHOLD_LIBRARY', library]);
    const [inode, libraryInode] = [statSync(program).ino, statSync(library).ino];
    const { pid } = await holding(program);
    unlinkSync(program);
    const newer = join(folder, 'newer');
    copyFileSync('/bin/true', newer);
    renameSync(newer, library);
    const { files } = await addon.loadedFiles(pid);
    assert.deepEqual([files[0]?.name, files[0]?.path, files[0]?.inode], [program, `/proc/${pid}/exe`, inode]);
    const found = files.find(({ name }) => name === library);
    // map_files is for root and CAP_CHECKPOINT_RESTORE.
    if (process.getuid?.() !== 0) assert.deepEqual([found?.path, found?.error], ['', 'ESTALE']);
    else assert.match(found?.path ?? '', new RegExp(`^/proc/${pid}/map_files/[\\da-f]+-[\\da-f]+$`));
    assert.equal(found?.inode, libraryInode);
  });

  it('leaves out what is only mapped, and code that stands where it was not loaded', async () => {
    // V8 maps its own built-in functions a second time.
    const { files } = await addon.loadedFiles(process.pid);
    assert.equal(files.filter(({ executable }) => executable).length, 1);
    assert.equal(new Set(files.map(({ device, inode }) => `${device} ${inode}`)).size, files.length);
  });

  it('has no word where nothing is mapped or no page is held, and makes none', async () => {
    const path = made.path('sparse');
    const running = await made.start('sparse', path.slice('/dev/shm'.length));
    const { maps } = await lookOnce(addon);
    const row = rows(maps, running.pid).find((one) => one.name === path);
    assert.ok(row);
    const held = row.address + BigInt(row.length / 2);
    const blocks = statSync(path).blocks;
    const places = [0n, held, row.address, held + 4n, held + 4094n, 2n ** 64n - 4n, 2n ** 47n, held + 4096n, held + 8n];
    for (const width of [4, 8] as const) {
      const { values, had } = await addon.peek(running.pid, BigUint64Array.from(places), width);
      assert.deepEqual([...had], [0, 1, 0, 1, 0, 0, 0, 0, 1]);
      const text = Buffer.from(values.buffer)
        .subarray(8, 8 + width)
        .toString();
      assert.equal(text, 'the only'.slice(0, width));
      assert.equal(values[0], 0n);
    }
    assert.equal(statSync(path).blocks, blocks);
    const many = new BigUint64Array(5000).fill(held);
    many[1500] = 8n;
    const { had } = await addon.peek(running.pid, many, 8);
    assert.deepEqual([had.indexOf(0), had.lastIndexOf(0)], [1500, 1500]);
  });

  it('says why it cannot', async () => {
    const running = await made.start('sparse', made.path('ended').slice('/dev/shm'.length));
    await running.dispose();
    await assert.rejects(addon.loadedFiles(running.pid), shmErrorOf('ESRCH'));
    await assert.rejects(addon.peek(running.pid, new BigUint64Array(1), 8), shmErrorOf('ESRCH'));
    await assert.rejects(addon.peek(process.pid, new BigUint64Array(2 ** 20 + 1), 8), shmErrorOf('ERANGE'));
    // In a container process 2 is another.
    if (existsSync('/proc/2/comm') && readFileSync('/proc/2/comm', 'utf8') === 'kthreadd\n')
      await assert.rejects(addon.loadedFiles(2), shmErrorOf('ESRCH'));
  });
});
