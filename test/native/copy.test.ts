import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '../support/skip.ts';
import { filled, newControl, sparse, storm, throughProcess } from './made.ts';
import { ADDON, addon, cleanup, meanwhile, shmErrorOf } from './support.ts';

const MIB = 1 << 20;
const GIB = 1 << 30;
const PAGE = 4096;

describe('native: copies', () => {
  const made = cleanup();

  /** A sparse object of which these pages hold their own number. */
  function pagesOf(what: string, size: number, pages: readonly number[]) {
    const { path, source } = sparse(made, what, size);
    for (const page of pages) source.write(new Uint8Array(PAGE).fill(page % 251 || 1), page * PAGE);
    return { path, source };
  }

  function bytesAt(path: string, offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const fd = openSync(path, 'r');
    try {
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    } finally {
      closeSync(fd);
    }
  }

  it('keeps the holes of 64 GiB, on both sides', async () => {
    const last = (64 * GIB) / PAGE - 1;
    const { path, source } = pagesOf('huge', 64 * GIB, [3, 4, 1000, 7_000_000, last]);
    const copy = made.path('copy');
    const told = newControl();
    assert.equal(await source.copyTo(copy, 0, 64 * GIB, told), 5 * PAGE);
    assert.equal(told[1], 10_000);
    assert.deepEqual([statSync(copy).size, statSync(copy).blocks, statSync(path).blocks], [64 * GIB, 40, 40]);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    for (const page of [3, 4, 1000, 7_000_000, last])
      assert.deepEqual(bytesAt(copy, page * PAGE, PAGE), bytesAt(path, page * PAGE, PAGE), `page ${page}`);
    const kept = addon.openPath(copy, false);
    assert.deepEqual([...source.extents(0, 64 * GIB, 100)], [...kept.extents(0, 64 * GIB, 100)]);
    assert.deepEqual([...(await source.difference(kept, 0, 64 * GIB, 10))], []);
    kept.close();
    source.close();
  });

  it('copies a part at its offsets, to the byte', async () => {
    const path = made.path('part');
    const bytes = Buffer.from(Uint8Array.from({ length: 3 * MIB + 5 }, (_, i) => (i * 7919) >> 3));
    writeFileSync(path, bytes);
    const source = addon.openPath(path, false);
    for (const [from, to] of [
      [1, 2],
      [5, 3 * MIB],
      [MIB - 3, MIB + 3],
      [3 * MIB, 2 ** 50],
      [3 * MIB + 5, 2 ** 50],
      [9, 9],
      [9, 3],
    ] as const) {
      const copy = made.path('copied');
      const end = Math.max(from, Math.min(to, bytes.length));
      assert.equal(await source.copyTo(copy, from, to), end - from);
      const expected = Buffer.alloc(bytes.length);
      bytes.copy(expected, from, from, end);
      assert.ok(expected.equals(readFileSync(copy)), `${from}–${to}`);
    }
    source.close();
  });

  it('never takes the place of a file, nor follows a link', async () => {
    const { source } = pagesOf('exclusive', PAGE, [0]);
    const taken = made.path('taken');
    writeFileSync(taken, 'mine');
    await assert.rejects(source.copyTo(taken, 0, PAGE), shmErrorOf('EEXIST', { syscall: 'open', path: taken }));
    assert.equal(readFileSync(taken, 'utf8'), 'mine');
    await assert.rejects(source.copyTo('/none/at/all', 0, PAGE), shmErrorOf('ENOENT'));
    source.close();
    await assert.rejects(source.copyTo(made.path('closed'), 0, PAGE), shmErrorOf('EBADF'));
  });

  it('leaves nothing behind when it is cancelled, before or meanwhile', async () => {
    const { path, source } = filled(made, 'cancelled', 256 * MIB, 7);
    const before = newControl();
    Atomics.store(before, 0, 1);
    const none = made.path('none');
    await assert.rejects(source.copyTo(none, 0, 256 * MIB, before), shmErrorOf('ECANCELED'));
    assert.throws(() => statSync(none), { code: 'ENOENT' });
    let copy = '';
    await meanwhile(
      (told) => {
        if (copy !== '') rmSync(copy);
        copy = made.path('cancel');
        return source.copyTo(copy, 0, 256 * MIB, told);
      },
      (told) => Atomics.store(told, 0, 1),
      shmErrorOf('ECANCELED'),
    );
    assert.throws(() => statSync(copy), { code: 'ENOENT' });
    await assert.rejects(source.copyTo(made.path('plain'), 0, 1, new Int32Array(3)), shmErrorOf('EINVAL'));
    assert.equal(statSync(path).size, 256 * MIB);
    source.close();
  });

  it('refuses what the file system has no room for, before it begins and meanwhile', function () {
    // A tmpfs of its own, in a mount namespace that ends with the command.
    const own = ['unshare', ...(process.geteuid?.() === 0 ? [] : ['-r']), '-m', 'sh', '-c'];
    const mount = 'mount -t tmpfs -o size=64m none /dev/shm';
    if (spawnSync(own[0] ?? '', [...own.slice(1), mount]).status !== 0)
      skipBecause(this, 'no mount namespace of its own can be had');
    const directory = mkdtempSync(join(tmpdir(), 'shmscope-copying-'));
    made.remove(directory);
    writeFileSync(join(directory, 'beyond'), '');
    truncateSync(join(directory, 'beyond'), 101 * MIB);
    const script = join(import.meta.dirname, 'copying.ts');
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', script, ADDON, directory];
    const said = execFileSync(own[0] ?? '', [...own.slice(1), `${mount} && ulimit -S -f 204800 && exec "$@"`, 'sh', ...node], {
      encoding: 'utf8',
    });
    assert.deepEqual(JSON.parse(said), {
      before: 'ENOSPC',
      sparse: 4096,
      limit: 'EFBIG',
      meanwhile: 'ENOSPC',
      left: ['full', 'sparse'],
    });
  });

  it('ends where the object was cut off', async () => {
    const { path, source } = filled(made, 'cut', 64 * MIB, 7);
    let copy = '';
    const copied = await meanwhile(
      (told) => {
        if (copy !== '') rmSync(copy);
        writeFileSync(path, Buffer.alloc(64 * MIB, 7));
        copy = made.path('short');
        return source.copyTo(copy, 0, 64 * MIB, told);
      },
      () => truncateSync(path, 100),
      (outcome) => typeof outcome === 'number' && outcome < 64 * MIB,
    );
    assert.ok(Number(copied) >= 100);
    assert.equal(statSync(copy).size, 100);
    source.close();
  });

  it('survives a storm of truncation', async () => {
    const { source } = await storm(made);
    const sizes = new Set<number>();
    for (const until = Date.now() + 1000; Date.now() < until;) {
      const copy = made.path('storm-copy');
      const copied = await source.copyTo(copy, 0, MIB);
      const bytes = readFileSync(copy);
      assert.ok(copied <= MIB && bytes.length <= MIB);
      assert.equal(
        bytes.find((byte) => byte !== 0xa5 && byte !== 0),
        undefined,
      );
      sizes.add(bytes.length);
      rmSync(copy);
    }
    assert.ok(sizes.size > 1);
    source.close();
  });

  it('copies through a process, of it what is present only', async () => {
    const { path, running, row, source } = await throughProcess(made);
    const copy = made.path('from-process');
    assert.equal(await source.copyTo(copy, 0, GIB), PAGE);
    assert.equal(bytesAt(copy, GIB / 2, 13).toString(), 'the only page');
    assert.deepEqual([statSync(copy).size, statSync(copy).blocks, statSync(path).blocks], [GIB, 8, 8]);
    // What the mapping does not show is left out.
    const page = addon.openProcess(row.pid, row.address + BigInt(GIB / 2), PAGE, GIB / 2);
    const part = made.path('part-of-process');
    assert.equal(await page.copyTo(part, 0, GIB), PAGE);
    assert.equal(statSync(part).size, GIB / 2 + PAGE);
    await running.dispose();
    const late = made.path('late');
    await assert.rejects(source.copyTo(late, 0, GIB), shmErrorOf('ESTALE'));
    assert.throws(() => statSync(late), { code: 'ENOENT' });
    page.close();
    source.close();
  });

  it('copies an attached System V segment', async () => {
    const shmid = made.sysv(0, 64 * MIB);
    const source = addon.openSysv(shmid, true);
    source.write(new TextEncoder().encode('attached'), 5 * MIB);
    const copy = made.path('sysv');
    assert.equal(await source.copyTo(copy, 0, 64 * MIB), PAGE);
    assert.equal(bytesAt(copy, 5 * MIB, 8).toString(), 'attached');
    assert.equal(statSync(copy).blocks, 8);
    source.close();
  });

  it('never tears an aligned value', async () => {
    const path = made.path('flipped');
    await made.start('flipper', path.slice('/dev/shm'.length));
    const source = addon.openPath(path, false);
    const seen = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const copy = made.path('whole');
      await source.copyTo(copy, 3, 36);
      const bytes = readFileSync(copy);
      rmSync(copy);
      seen.add(`${bytes.readBigUInt64LE(8).toString(16)} ${bytes.readUInt32LE(32).toString(16)}`);
    }
    for (const value of seen) assert.match(value, /^(0|f{16}) (0|f{8})$/);
    source.close();
  });
});
