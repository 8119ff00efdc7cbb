import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { lookOnce } from './rows.ts';
import { addon, cleanup, rows, shmErrorOf } from './support.ts';

const MIB = 1 << 20;

describe('native: bytes through a process', () => {
  const made = cleanup();

  async function mapped(program: string) {
    const path = made.path(program);
    const running = await made.start(program, path.slice('/dev/shm'.length));
    const { maps } = await lookOnce(addon);
    const row = rows(maps, running.pid).find((one) => one.name === path);
    assert.ok(row);
    return { path, running, row };
  }

  it('reads a sparse object of 1 GiB without allocating a page', async () => {
    const { path, row } = await mapped('sparse');
    const before = statSync(path).blocks;
    const source = addon.openProcess(row.pid, row.address, row.length, row.offset);
    const page = 512 * MIB;
    assert.deepEqual([...source.extents(0, 1024 * MIB, 10)], [page, page + 4096]);
    const target = new Uint8Array(4 * MIB);
    let text = '';
    for (let offset = 0; offset < 1024 * MIB; offset += target.length) {
      target.fill(0xee);
      assert.equal(await source.readAsync(target, offset), target.length);
      if (offset === page) text = new TextDecoder().decode(target.subarray(0, 13));
      else assert.equal(target.indexOf(0xee), -1);
    }
    assert.equal(text, 'the only page');
    assert.deepEqual([...(await source.find(new TextEncoder().encode('only'), 0, 1024 * MIB, 5))], [page + 4]);
    assert.equal(source.stat().inode, statSync(path).ino);
    assert.equal(statSync(path).blocks, before);
    source.close();
  });

  it('shows a part of the object only, and says so of the rest', async () => {
    const { row } = await mapped('sparse');
    const at = 512 * MIB;
    const source = addon.openProcess(row.pid, row.address + BigInt(at), 4096, at);
    const target = new Uint8Array(100);
    assert.equal(source.read(target, at + 4090), 6);
    assert.equal(source.read(target, at + 4096), 0);
    assert.throws(() => source.read(target, at - 1), shmErrorOf('EACCES'));
    assert.throws(() => source.write(target, at + 4000), shmErrorOf('ERANGE'));
    source.close();
    const page = addon.openProcess(row.pid, row.address + BigInt(at), 4096, at);
    // Zeros, and bytes that are held: neither is found, or fails, before what the mapping shows.
    assert.deepEqual([...(await page.find(new Uint8Array(2), 0, 2 ** 40, 1))], [at + 'the only page'.length]);
    assert.deepEqual([...(await page.find(new TextEncoder().encode('the'), 0, 2 ** 40, 9))], [at]);
    page.close();
  });

  it('refuses a mapping that is not there', async () => {
    const { row, running } = await mapped('posix_writer');
    assert.throws(() => addon.openProcess(row.pid, row.address, row.length, 4096), shmErrorOf('ESTALE'));
    assert.throws(() => addon.openProcess(row.pid, row.address, row.length * 2, 0), shmErrorOf('ESTALE'));
    assert.throws(() => addon.openProcess(row.pid, row.address + 8n, 8, 0), shmErrorOf('EINVAL'));
    await running.dispose();
    assert.throws(() => addon.openProcess(row.pid, row.address, row.length, 0), shmErrorOf('ESRCH'));
  });

  it('refuses a private mapping, whose bytes need not be the object', async () => {
    const { running } = await mapped('posix_writer');
    const line = /^([\da-f]+)-([\da-f]+) \S*p (\d+) .*posix_writer$/m.exec(readFileSync(`/proc/${running.pid}/maps`, 'utf8'));
    const [start, end, offset] = [line?.[1], line?.[2], line?.[3]].map((digits) => BigInt(`0x${digits}`));
    assert.ok(start !== undefined && end !== undefined);
    const open = () => addon.openProcess(running.pid, start, Number(end - start), Number(offset));
    assert.throws(open, shmErrorOf('EINVAL'));
  });

  it('combines mappings of one object only, and leaves out what cannot be read', async () => {
    const first = (await mapped('posix_writer')).row;
    const second = (await mapped('posix_writer')).row;
    const ended = await mapped('posix_writer');
    await ended.running.dispose();
    const { device, inode } = second;
    const all = [ended.row, first, second];
    const source = addon.openProcesses(all, device, inode, 100);
    assert.deepEqual([source.stat().inode, source.stat().size, [...source.shown()]], [inode, 100, [0, 100]]);
    const target = new Uint8Array(200);
    assert.equal(source.read(target, 0), 100);
    assert.equal(source.read(target, 93), 7);
    assert.throws(() => source.write(target.subarray(0, 8), 93), shmErrorOf('ERANGE'));
    source.close();
    const any = addon.openProcesses(all, null, 0, 0);
    assert.equal(any.stat().inode, first.inode);
    any.close();
    assert.throws(() => addon.openProcesses([first], device, inode, 0), shmErrorOf('ESTALE'));
    assert.throws(() => addon.openProcesses([ended.row], device, inode, 0), shmErrorOf('ESRCH'));
  });

  it('survives the truncation storm seen from inside the mapper', async () => {
    const { row } = await mapped('truncator');
    const source = addon.openProcess(row.pid, row.address, row.length, 0);
    const target = new Uint8Array(MIB);
    for (const until = Date.now() + 500; Date.now() < until;) {
      const had = source.read(target, 0);
      const strange = target.subarray(0, had).find((byte) => byte !== 0xa5 && byte !== 0);
      assert.equal(strange, undefined);
    }
    source.close();
  });
});
