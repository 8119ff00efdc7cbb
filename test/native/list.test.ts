import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statfsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { displayName } from '../../src/native/names.ts';
import { entries, lookOnce, sysvRows } from './rows.ts';
import { addon, cleanup, freeKey, shmErrorOf } from './support.ts';

describe('native: lists', () => {
  const made = cleanup();
  const all = async () => entries((await lookOnce(addon)).shm);
  const segment = async (shmid: number) => sysvRows((await lookOnce(addon)).sysv).find((one) => one.shmid === shmid);

  it('lists a POSIX object with what stat says of it', async () => {
    const path = made.path('posix');
    writeFileSync(path, Buffer.alloc(5000, 1), { mode: 0o640 });
    const stat = statSync(path);
    const [entry, ...more] = (await all()).filter((one) => one.path === path);
    assert.equal(more.length, 0);
    assert.ok(entry);
    assert.equal(entry.name, path.slice('/dev/shm/'.length));
    assert.equal(entry.size, 5000);
    assert.equal(entry.residentBytes, stat.blocks * 512);
    assert.equal(entry.inode, stat.ino);
    assert.equal(entry.mode, stat.mode);
    assert.equal(entry.uid, stat.uid);
    assert.equal(entry.links, 1);
    assert.ok(Math.abs(entry.modifiedAt - stat.mtimeMs) < 1);
    assert.deepEqual(addon.statPath(path, false).device, entry.device);
  });

  it('tells the limits of the mount', async () => {
    const mount = (await lookOnce(addon)).shm.find((one) => one.path === '/dev/shm');
    const status = statfsSync('/dev/shm');
    assert.ok(mount);
    assert.equal(mount.error, undefined);
    assert.equal(mount.total, status.blocks * status.bsize);
    assert.ok(mount.free <= mount.total);
  });

  it('lists regular files only, those in directories too', async () => {
    const directory = made.path('dir');
    mkdirSync(directory);
    execFileSync('mkfifo', [`${directory}/fifo`]);
    symlinkSync('/etc/passwd', `${directory}/link`);
    symlinkSync(directory, `${directory}/loop`);
    writeFileSync(`${directory}/plain`, 'x');
    const server = createServer().listen(`${directory}/socket`);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const found = (await all()).filter((entry) => entry.path.startsWith(directory));
      assert.deepEqual(
        found.map((entry) => entry.path),
        [`${directory}/plain`],
      );
    } finally {
      server.close();
    }
  });

  it('carries names that are not UTF-8 there and back', async () => {
    const prefix = made.path('bytes');
    const bytes = Buffer.concat([
      Buffer.from(prefix),
      Buffer.from([0xff, 0x80, 0xe4, 0xbd, 0x0a, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]),
    ]);
    made.remove(bytes);
    writeFileSync(bytes, 'abc');
    const entry = (await all()).find((one) => one.path.startsWith(prefix));
    assert.ok(entry);
    assert.equal(entry.path.slice(prefix.length), '\udcff\udc80\udce4\udcbd\n\u00e9😀');
    assert.equal(displayName(entry.path.slice(prefix.length)), '\\xff\\x80\\xe4\\xbd\\x0aé😀');
    assert.equal(addon.statPath(entry.path, false).size, 3);
    const source = addon.openPath(entry.path, false);
    assert.equal(source.read(new Uint8Array(8), 0), 3);
    source.close();
    addon.unlinkPath(entry.path, entry.device, entry.inode);
    assert.throws(() => statSync(bytes), { code: 'ENOENT' });
  });

  it('lists System V segments as /proc/sysvipc/shm has them', async () => {
    const key = freeKey();
    const shmid = made.sysv(key, 5001, 0o640);
    const entry = await segment(shmid);
    const line = readFileSync('/proc/sysvipc/shm', 'utf8')
      .split('\n')
      .map((text) => text.trim().split(/\s+/).map(Number))
      .find((fields) => fields[1] === shmid);
    assert.ok(entry);
    assert.ok(line);
    const [theirKey = 0, , , size, cpid, lpid, nattch, uid, gid, cuid, cgid, atime = 0, dtime = 0, ctime = 0] = line;
    assert.deepEqual(
      [
        entry.key,
        entry.size,
        entry.creatorPid,
        entry.lastPid,
        entry.attachCount,
        entry.uid,
        entry.gid,
        entry.creatorUid,
        entry.creatorGid,
      ],
      [theirKey >>> 0, size, cpid, lpid, nattch, uid, gid, cuid, cgid],
    );
    assert.deepEqual([entry.attachedAt, entry.detachedAt, entry.changedAt], [atime * 1000, dtime * 1000, ctime * 1000]);
    assert.equal(entry.key, key);
    assert.equal(entry.mode, 0o640);
    assert.equal(entry.creatorAlive, 1);
    assert.match(execFileSync('ipcs', ['-m', '-i', String(shmid)], { encoding: 'utf8' }), /bytes=5001/);
  });

  it('marks a segment that is removed while attached', async () => {
    const shmid = made.sysv(0, 4096);
    const source = addon.openSysv(shmid, false);
    addon.removeSysv(shmid);
    const entry = await segment(shmid);
    assert.equal((entry?.mode ?? 0) & 0o1000, 0o1000);
    assert.equal(entry?.attachCount, 1);
    source.close();
    assert.equal(await segment(shmid), undefined);
  });

  it('tells the limits of System V', () => {
    const limits = addon.sysvLimits();
    const read = (name: string) => Number(readFileSync(`/proc/sys/kernel/${name}`, 'utf8'));
    assert.equal(limits.maxSegments, read('shmmni'));
    assert.equal(limits.maxSegmentSize, read('shmmax'));
    const before = limits.segments;
    made.sysv(0, 8192);
    assert.ok(addon.sysvLimits().segments > 0 && before >= 0);
    assert.ok(addon.sysvLimits().totalBytes >= 8192);
  });

  it('says what is not there with code, syscall and path', () => {
    const path = made.path('absent');
    assert.throws(() => addon.statPath(path, false), shmErrorOf('ENOENT', { syscall: 'statx', path }));
  });
});
