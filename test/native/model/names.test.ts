/** Names and things in /dev/shm that no sane program makes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { skipBecause } from '../../support/skip.ts';
import { ADDON, cleanup, unique } from '../support.ts';
import { actors, IPC, PAGE } from './actor.ts';
import { assertDistinct, assertSameByText, isOf, only } from './seen.ts';
import { makeModel } from './support.ts';

const SHM = '/dev/shm/';

describe('bad input', () => {
  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());
  const scan = async () => (await model.store.refresh()).segments;

  /** What the name is, and how it is shown, after what makes it unique. */
  const names: readonly [string, Buffer | string, string?][] = [
    ['spaces', ' a  b '],
    ['quotes', `'"\`$(id)\``],
    ['a newline', 'a\nb', 'a\\x0ab'],
    ['a backslash', 'a\\b'],
    ['a literal \\012', 'a\\012b'],
    ['both', 'a\\012\nb', 'a\\012\\x0ab'],
    ['HTML', '<img src=x onerror=alert(1)>&amp;'],
    ['a command link', '[x](command:workbench.action.quit)'],
    ['a right-to-left mark', 'a\u202eb\u200fc', 'a\\xe2\\x80\\xaeb\\xe2\\x80\\x8fc'],
    ['an escape sequence', '\x1b[31mred\x07', '\\x1b[31mred\\x07'],
    ['emoji', '😀é'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0xfe, 0xc3]), 'a\\xff\\xfe\\xc3'],
    ['the mark of what was deleted', 'x (deleted)'],
    ['tabs and a carriage return', 'a\tb\r', 'a\\x09b\\x0d'],
  ];
  for (const [what, name, shown = String(name)] of names) {
    it(`lists, reads and removes an object whose name has ${what}`, async () => {
      const begin = unique('name');
      const path = Buffer.concat([Buffer.from(SHM + begin), Buffer.from(name)]);
      made.remove(path);
      const one = await actor();
      const fd = await one.make(path, PAGE);
      await one.do('write', fd, 'bytes');
      await one.map(fd, PAGE);
      await one.do('close', fd);
      const segment = only(await scan(), isOf(one.pid));
      assert.deepEqual([segment.kind, segment.name, segment.unlinked], ['posix', `/${begin}${shown}`, false]);
      assert.equal(Buffer.from(await model.sources.read(segment, 0, 5)).toString(), 'bytes');
      await assertSameByText([one.pid]);
      await model.operations.unlink(segment.id);
      assert.throws(() => statSync(path), { code: 'ENOENT' });
      const unlinked = only(await scan(), isOf(one.pid));
      assert.deepEqual([unlinked.id, unlinked.name, unlinked.unlinked], [segment.id, segment.name, true]);
      await assertSameByText([one.pid]);
    });
  }

  it('lists names of 255 bytes, as they are in /dev/shm and many folders deep', async () => {
    const one = await actor();
    const flat = SHM + unique('long').padEnd(255, 'é').slice(0, 255);
    const long = Buffer.from(flat).subarray(0, SHM.length + 255);
    made.remove(long);
    await one.map(await one.make(long, PAGE), PAGE);
    const segment = only(await scan(), isOf(one.pid));
    assert.ok(segment.name.startsWith('/shmscope-test-'));
    // Twenty folders: what is listed ends somewhere above, what is mapped is found at any depth.
    const two = await actor();
    const top = made.path('deep');
    const parts = Array.from({ length: 20 }, (_, depth) => `d${depth}`);
    mkdirSync([top, ...parts].join('/'), { recursive: true });
    writeFileSync(`${top}/d0/d1/near`, 'near');
    const bottom = [top, ...parts, 'object'].join('/');
    await two.map(await two.make(bottom, PAGE), PAGE);
    const segments = await scan();
    const deep = only(segments, isOf(two.pid));
    assert.deepEqual([deep.kind, deep.name, deep.path], ['posix', bottom.slice(SHM.length - 1), bottom]);
    assert.equal(only(segments, (each) => each.path === `${top}/d0/d1/near`).name, `${top}/d0/d1/near`.slice(SHM.length - 1));
    await assertSameByText([one.pid, two.pid]);
  });

  it('attributes what is mapped where its path is longer than PATH_MAX', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'a bind mount is for root');
    const top = made.path('beyond');
    const folder = 'f'.repeat(255);
    // A path of more than 4096 bytes is reached step by step.
    const steps = Array.from({ length: 15 }, () => `mkdir ${folder} && cd ${folder}`).join(' && ');
    execFileSync('sh', ['-c', `mkdir '${top}' && cd '${top}' && ${steps}`]);
    const one = await actor({ through: ['sh', '-c', `cd '${top}' && ${`cd ${folder} && `.repeat(15)} exec "$0"`] });
    const fd = await one.do('open', 'g'.repeat(255), 0o102, 0o600);
    await one.do('truncate', fd, PAGE);
    const address = await one.map(fd, PAGE);
    await one.do('fill', address, 1, 1);
    await one.do('close', fd);
    const { ino: inode } = statSync(`/proc/${one.pid}/map_files/${mapFile(one.pid, address)}`);
    const segment = only(await scan(), (each) => each.inode === inode && each.kind === 'posix');
    assert.deepEqual([segment.mappings.map(({ pid }) => pid), segment.orphaned], [[one.pid], false]);
    execFileSync('sh', ['-c', `cd '${top}' && rm -r ${folder}`]);
  });

  it('passes by FIFOs, sockets, devices, links and folders, and opens none of them', async function () {
    const top = made.path('zoo');
    mkdirSync(top);
    execFileSync('mkfifo', [`${top}/fifo`]);
    const server = createServer().listen(`${top}/socket`);
    symlinkSync(`${top}/loop`, `${top}/loop`);
    symlinkSync(top, `${top}/self`);
    symlinkSync('/etc/passwd', `${top}/out`);
    if (process.geteuid?.() === 0) execFileSync('mknod', [`${top}/null`, 'c', '1', '3']);
    writeFileSync(`${top}/file`, 'file');
    writeFileSync(`${top}/empty`, '');
    try {
      const segments = await scan();
      const found = segments.filter((segment) => segment.path?.startsWith(top)).map((segment) => segment.path);
      assert.deepEqual(found.sort(), [`${top}/empty`, `${top}/file`]);
      const empty = only(segments, (segment) => segment.path === `${top}/empty`);
      assert.deepEqual([empty.size, empty.residentBytes, empty.orphaned], [0, 0, false]);
      assert.equal((await model.sources.read(empty, 0, 10)).length, 0);
      assert.ok(!segments.some((segment) => segment.path === '/etc/passwd'));
    } finally {
      server.close();
    }
  });

  it('keeps the last name of what is only held open, be it renamed or called deleted', async () => {
    const [first, last, odd] = [made.path('first'), made.path('last'), made.path('odd (deleted)')];
    const one = await actor();
    const fd = await one.make(first, PAGE);
    await scan();
    await one.do('rename', first, last);
    await one.do('unlink', last);
    const renamed = only(await scan(), isOf(one.pid));
    assert.deepEqual([renamed.name, renamed.unlinked], [last.slice('/dev/shm'.length), true]);
    await one.do('close', fd);
    await one.make(odd, PAGE);
    await scan();
    await one.do('unlink', odd);
    const removed = only(await scan(), isOf(one.pid));
    assert.deepEqual([removed.name, removed.unlinked], [odd.slice('/dev/shm'.length), true]);
  });

  it('lists a file that is called like a ring of a driver', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'only root writes to the root directory');
    const path = `/[${unique('ring')}]`;
    made.remove(path);
    const one = await actor();
    await one.map(await one.make(path, PAGE), PAGE);
    const file = only(await scan(), isOf(one.pid));
    assert.deepEqual([file.kind, file.name, file.path], ['file', path, path]);
  });

  it('lists a folder that lies in itself once', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'a bind mount is for root');
    const top = made.path('mirror');
    mkdirSync(`${top}/again`, { recursive: true });
    writeFileSync(`${top}/file`, 'file');
    const script = `mount --bind '${top}' '${top}/again' && exec "$0"`;
    const one = await actor({ through: ['unshare', '--mount', 'sh', '-c', script] });
    await one.map(await one.do('open', `${top}/again/file`, 2, 0), PAGE);
    const segments = await scan();
    assertDistinct(segments);
    assert.deepEqual(only(segments, isOf(one.pid)).path, `${top}/file`);
  });

  it('lists what nobody may open (mode 000), and what is huge and empty', async () => {
    const [closed, sparse] = [made.path('closed'), made.path('sparse')];
    writeFileSync(closed, 'closed');
    chmodSync(closed, 0);
    writeFileSync(sparse, '');
    truncateSync(sparse, 2 ** 36);
    const segments = await scan();
    const isRoot = process.geteuid?.() === 0;
    const shut = only(segments, (segment) => segment.path === closed);
    assert.deepEqual([shut.mode, shut.access.read, shut.access.reason === undefined], [0, isRoot, isRoot]);
    const large = only(segments, (segment) => segment.path === sparse);
    assert.deepEqual([large.size, large.residentBytes, large.orphaned], [2 ** 36, 0, false]);
    const one = await actor();
    const address = await one.map(await one.make(sparse, 2 ** 36), 2 ** 36);
    await one.do('fill', address + 2 ** 35, 1, 1);
    const mapped = only(await scan(), isOf(one.pid));
    assert.deepEqual([mapped.residentBytes, mapped.mappings[0]?.length, mapped.mappings[0]?.pastEnd], [PAGE, 2 ** 36, false]);
    assert.deepEqual([...(await model.sources.read(mapped, 2 ** 35, 2))], [1, 0]);
    assert.equal(statSync(sparse).blocks * 512, PAGE);
  });

  it('shows a key of 0xffffffff, and segments that are marked for removal while attached', async function () {
    const one = await actor();
    const id = Number(await one.try('shmget', -1, PAGE, IPC.create | IPC.exclusive | 0o600));
    if (id < 0) skipBecause(this, 'somebody has the key -1');
    made.sysvMade(id);
    assert.equal(only(await scan(), (each) => each.sysv?.shmid === id).name, '0xffffffff');
    const addresses = [await one.do('shmat', id, 0), await one.do('shmat', id, IPC.readOnly)];
    await one.do('shmctl', id, IPC.remove);
    const removed = only(await scan(), isOf(one.pid));
    assert.deepEqual([removed.unlinked, removed.sysv?.attachCount, removed.mappings.length], [true, 2, 2]);
    assert.deepEqual(removed.mappings.map((mapping) => mapping.protection).sort(), ['r--', 'rw-']);
    await assertSameByText([one.pid]);
    for (const address of addresses) await one.do('shmdt', address);
    assert.deepEqual(
      (await scan()).filter((each) => each.id === removed.id),
      [],
    );
  });

  const comms: readonly [string, string, string?][] = [
    ['a newline', 'a\nb', 'a\\x0ab'],
    ['parentheses', ') R 1 1 (', ') R 1 1 ('],
    ['an escape sequence', '\x1b[2J', '\\x1b[2J'],
    ['spaces', ' a b '],
    ['a backslash', 'a\\nb'],
    ['nothing', ''],
  ];
  for (const [what, name, shown = name] of comms) {
    it(`tells the name of a process that has ${what}`, async () => {
      const one = await actor();
      await one.do('name', name);
      await one.map(await one.make(made.path('comm'), PAGE), PAGE);
      const [mapping] = only(await scan(), isOf(one.pid)).mappings;
      assert.equal(mapping?.process, shown);
      const started = Date.now() - (mapping?.startedAt ?? 0);
      assert.ok(started > -1000 && started < 60_000, `${started} ms ago`);
    });
  }

  it('says ENOSPC and leaves nothing where a tmpfs is full', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'mounting is for root');
    const mount = 'mount -t tmpfs -o size=64k none /dev/shm && exec "$0" "$@"';
    const node = [process.execPath, join(import.meta.dirname, 'full.ts'), ADDON];
    const stdout = execFileSync('unshare', ['--mount', 'sh', '-c', mount, ...node], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(stdout), {
      said: ['ENOSPC', 'ENOSPC'],
      total: 64 * 1024,
      names: ['most'],
      listed: [['/most', 60 * 1024]],
    });
  });
});

/** 'start-end' of the mapping at an address. */
function mapFile(pid: number, address: number): string {
  const line = new RegExp(`^(${address.toString(16)}-\\w+) `, 'm').exec(readFileSync(`/proc/${pid}/maps`, 'utf8'));
  return line?.[1] ?? assert.fail('no mapping there');
}
