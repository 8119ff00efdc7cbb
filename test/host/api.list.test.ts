import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, freeKey, pause, sysvRows, text, until } from './support.ts';

describe('listSegments', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));
  const named = async (name: string, includeFiles = false): Promise<Segment | undefined> =>
    (await api.listSegments({ includeFiles })).find((segment) => segment.name === name);
  const listed = async (name: string, includeFiles = false): Promise<Segment> => {
    const segment = await named(name, includeFiles);
    assert.ok(segment, `${name} is not listed`);
    return segment;
  };

  it('tells all of a POSIX object and of the program that maps it', async () => {
    const name = made.name('posix');
    const writer = await made.start('posix_writer', name);
    const segment = await listed(name);
    const stat = statSync(`/dev/shm${name}`);
    assert.equal(segment.kind, 'posix');
    assert.equal(segment.path, `/dev/shm${name}`);
    assert.equal(segment.device, `${stat.dev >> 8}:${stat.dev & 0xff}`);
    assert.equal(segment.inode, stat.ino);
    assert.equal(segment.size, 56);
    assert.equal(segment.residentBytes, 4096);
    assert.deepEqual([segment.uid, segment.gid, segment.mode], [stat.uid, stat.gid, 0o600]);
    assert.deepEqual([segment.unlinked, segment.orphaned, segment.namespace], [false, false, 'host']);
    assert.deepEqual(segment.access, { read: true, write: true });
    assert.ok(Math.abs((segment.createdAt ?? 0) - stat.birthtimeMs) < 2);
    const [mapping, ...others] = segment.mappings;
    assert.ok(mapping);
    assert.equal(others.length, 0);
    const line =
      readFileSync(`/proc/${writer.pid}/maps`, 'utf8')
        .split('\n')
        .find((row) => row.endsWith(name)) ?? '';
    assert.equal(mapping.address, BigInt(`0x${line.split('-')[0]}`));
    const { startedAt, address, ...rest } = mapping;
    assert.equal(typeof address, 'bigint');
    assert.deepEqual(rest, {
      pid: writer.pid,
      process: 'posix_writer',
      length: 4096,
      offset: 0,
      protection: 'rw-',
      shared: true,
      pastEnd: false,
    });
    assert.ok(Math.abs(startedAt - Date.now()) < 60_000, `started at ${startedAt}`);
  });

  it('tells mappings apart by their rights', async () => {
    const name = made.name('readers');
    const writer = await made.start('posix_writer', name);
    const reader = await made.start('posix_reader', name);
    const { mappings } = await listed(name);
    const rights = new Map(mappings.map((mapping) => [mapping.pid, mapping.protection]));
    assert.deepEqual([rights.get(writer.pid), rights.get(reader.pid), rights.size], ['rw-', 'r--', 2]);
  });

  it('marks a mapping that reaches past the end', async () => {
    const name = made.name('past');
    await made.start('sparse', name);
    const before = await listed(name);
    assert.deepEqual(
      before.mappings.map((mapping) => mapping.pastEnd),
      [false],
    );
    const shrunk = await api.resize(before.id, 4097);
    assert.equal(shrunk.mappings[0]?.pastEnd, true);
  });

  it('lists who holds an object open without mapping it', async () => {
    const name = made.name('held');
    // It keeps its descriptor and maps the object: a mapper, not a holder.
    const flipper = await made.start('flipper', name);
    const fd = openSync(`/dev/shm${name}`, 'r');
    const sleeper = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    try {
      await once(sleeper, 'spawn');
      const segment = await listed(name);
      assert.deepEqual(segment.holders, [{ pid: sleeper.pid, process: 'sleep', fd: 3, access: 'read' }]);
      assert.deepEqual(
        segment.mappings.map((mapping) => mapping.pid),
        [flipper.pid],
      );
      await flipper.dispose();
      const held = await listed(name);
      assert.deepEqual([held.unlinked, held.orphaned, held.mappings.length, held.holders.length], [true, false, 0, 1]);
      // The descriptor of the other process leads to its bytes.
      assert.deepEqual([held.access.read, held.access.write], [true, false]);
      assert.equal((await api.read(held.id, 0, held.size)).length, held.size);
    } finally {
      sleeper.kill();
      closeSync(fd);
    }
  });

  it('shows names as bytes that are no text and no line', async () => {
    const plain = made.name('bytes');
    const raw = Buffer.concat([Buffer.from(`/dev/shm${plain}`), Buffer.from([0xff, 0x0a, 0xc3, 0xa9])]);
    writeFileSync(raw, 'x');
    try {
      const segment = await listed(`${plain}\\xff\\x0aé`);
      assert.equal(text(await api.read(segment.id, 0, 9)), 'x');
      await api.unlink(segment.id);
      assert.equal(existsSync(raw), false);
    } finally {
      rmSync(raw, { force: true });
    }
  });

  it('knows an unlinked object by the id and the name that it had, until its last process ends', async () => {
    const name = made.name('unlinked');
    const writer = await made.start('posix_writer', name);
    const before = await listed(name);
    rmSync(`/dev/shm${name}`);
    const after = await listed(name);
    assert.deepEqual([after.id, after.unlinked, after.orphaned, after.path], [before.id, true, false, undefined]);
    assert.equal(after.size, 56);
    await writer.dispose();
    assert.equal(await named(name), undefined);
  });

  it('gives an object made anew under a name another id, and tells both', async () => {
    const name = made.name('twins');
    await made.start('posix_writer', name);
    const first = await listed(name);
    rmSync(`/dev/shm${name}`);
    writeFileSync(`/dev/shm${name}`, 'other');
    const both = (await api.listSegments()).filter((segment) => segment.name === name);
    assert.equal(both.length, 2);
    assert.deepEqual(
      both.filter((segment) => segment.id === first.id).map((segment) => segment.unlinked),
      [true],
    );
    assert.deepEqual(
      both.filter((segment) => segment.id !== first.id).map((segment) => segment.unlinked),
      [false],
    );
  });

  it('calls orphaned what takes memory and has nobody', async () => {
    const segment = await made.create(api, { kind: 'posix', name: made.name('orphan'), size: 8192 });
    assert.equal(segment.orphaned, false, 'an object without memory is no leak');
    await api.write(segment.id, 0, bytes('memory'));
    assert.equal((await listed(segment.name)).orphaned, true);
  });

  it('tells all of shmid_ds as the kernel does', async () => {
    const key = freeKey();
    const writer = await made.start('sysv_writer', String(key));
    const name = `0x${key.toString(16).padStart(8, '0')}`;
    const segment = await listed(name);
    const row = sysvRows().find((one) => one['key'] === key);
    assert.ok(row && segment.sysv);
    made.shmid(segment.sysv.shmid);
    assert.deepEqual(segment.sysv, {
      key,
      shmid: row['shmid'],
      creatorPid: writer.pid,
      lastPid: writer.pid,
      attachCount: 1,
      attachedAt: (row['atime'] ?? 0) * 1000,
      detachedAt: 0,
      changedAt: (row['ctime'] ?? 0) * 1000,
      locked: false,
      creatorAlive: true,
    });
    assert.deepEqual([segment.size, segment.inode, segment.residentBytes], [36, row['shmid'], row['rss']]);
    assert.deepEqual([segment.uid, segment.gid, segment.mode], [row['uid'], row['gid'], 0o600]);
    const ipcs = execFileSync('ipcs', ['-m', '-i', String(segment.sysv.shmid)], { encoding: 'utf8' });
    assert.match(ipcs, new RegExp(`bytes=36\\s+lpid=${writer.pid}\\s+cpid=${writer.pid}\\s+nattch=1`));
    assert.deepEqual(
      segment.mappings.map(({ pid, protection, shared, length }) => ({ pid, protection, shared, length })),
      [{ pid: writer.pid, protection: 'rw-', shared: true, length: 4096 }],
    );
  });

  it('marks a System V segment that waits for its removal', async () => {
    const key = freeKey();
    const writer = await made.start('sysv_writer', String(key));
    const segment = await listed(`0x${key.toString(16).padStart(8, '0')}`);
    made.shmid(segment.inode);
    await api.unlink(segment.id);
    const after = (await api.listSegments()).find((one) => one.id === segment.id);
    assert.equal(after?.unlinked, true);
    // Its own shmctl(IPC_RMID) at the end finds it marked already; what matters is that it goes.
    await writer.dispose();
    await until(async () => !(await api.listSegments()).some((one) => one.id === segment.id), 'the removal');
  });

  it('lists mapped files only when asked, with their path', async () => {
    const path = made.file('mapped');
    const writer = await made.start('file_writer', path);
    assert.equal(await named(path), undefined);
    const segment = await listed(path, true);
    assert.deepEqual([segment.kind, segment.path, segment.size, segment.unlinked], ['file', path, 8192, false]);
    assert.deepEqual(
      segment.mappings.map(({ pid, shared }) => ({ pid, shared })),
      [{ pid: writer.pid, shared: true }],
    );
    assert.equal(segment.inode, statSync(path).ino);
  });

  it('lists while other programs make and remove objects all the time', async () => {
    const name = made.name('storm');
    const script = 'for (;;) { fs.writeFileSync(process.argv[1], "x"); fs.unlinkSync(process.argv[1]); }';
    const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const storm = spawn(process.execPath, ['-e', script, `/dev/shm${name}`], { stdio: 'ignore', env: environment });
    try {
      for (let i = 0; i < 50; i++) await api.listSegments();
      assert.equal(storm.exitCode, null);
    } finally {
      const ended = once(storm, 'exit');
      storm.kill('SIGKILL');
      await ended;
    }
  });

  it('gives ids that stay over scans', async () => {
    const segment = await made.create(api, { kind: 'posix', name: made.name('stays'), size: 1 });
    await pause(10);
    assert.equal((await listed(segment.name)).id, segment.id);
  });
});
