import assert from 'node:assert/strict';
import { skipBecause } from '../support/skip.ts';
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { addon, at, cleanup, freeKey, rows, shmErrorOf } from './support.ts';
import { lookOnce } from './rows.ts';
import { listSysv } from './sysvipc.ts';

const student = (source: { read(target: Uint8Array, offset: number): number }) => {
  const bytes = new Uint8Array(36);
  assert.equal(source.read(bytes, 0), 36);
  const text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  return [text, new DataView(bytes.buffer).getInt32(32, true)];
};

describe('native: System V', () => {
  const made = cleanup();

  async function attached() {
    const key = freeKey();
    const writer = await made.start('sysv_writer', String(key));
    const { maps } = await lookOnce(addon);
    const mapping = rows(maps, writer.pid).find((row) => row.name.startsWith('/SYSV'));
    const status = () => listSysv().find((one) => one.key === key) ?? assert.fail('no segment');
    assert.ok(mapping);
    return { writer, mapping, status };
  }

  it('reads and writes a segment without a trace, through map_files', async function () {
    if (process.getuid?.() !== 0) skipBecause(this, 'map_files is for root');
    const { writer, mapping, status } = await attached();
    const before = status();
    const source = addon.openMapFiles(writer.pid, mapping.address, mapping.length, true);
    assert.equal(source.how, 'map_files');
    assert.deepEqual(student(source), ['hello', 20]);
    assert.equal(source.stat().size, 36);
    assert.equal(source.stat().inode, before.shmid);
    source.write(Uint8Array.of(21), 32);
    assert.deepEqual(student(source), ['hello', 21]);
    assert.deepEqual([...source.extents(0, 36, 4)], [0, 36]);
    assert.throws(() => source.write(new Uint8Array(8), 32), shmErrorOf('ERANGE'));
    assert.deepEqual(status(), before);
    source.write(new TextEncoder().encode('quit\0'), 0);
    assert.equal(await writer.exit, 0);
    source.close();
  });

  it('reads through the process that has it attached, without a trace', async () => {
    const { writer, mapping, status } = await attached();
    const before = status();
    const source = addon.openProcess(writer.pid, mapping.address, mapping.length, mapping.offset);
    assert.equal(source.how, 'process_vm_readv');
    assert.deepEqual(student(source), ['hello', 20]);
    assert.equal(source.stat().inode, before.shmid);
    assert.deepEqual(status(), before);
    source.write(new TextEncoder().encode('quit\0'), 0);
    assert.equal(await writer.exit, 0);
    assert.throws(() => source.read(new Uint8Array(4), 0), shmErrorOf('ESTALE'));
    source.close();
  });

  it('reads by shmat, which counts as an attachment until it is closed', async () => {
    const { status } = await attached();
    const { shmid, attachCount } = status();
    const source = addon.openSysv(shmid, false);
    assert.equal(source.how, 'shmat');
    assert.equal(status().attachCount, attachCount + 1);
    assert.deepEqual(student(source), ['hello', 20]);
    assert.equal(source.read(new Uint8Array(8), 32), 4);
    assert.equal(source.read(new Uint8Array(8), 36), 0);
    assert.throws(() => source.write(Uint8Array.of(1), 0), shmErrorOf('EACCES'));
    source.close();
    assert.equal(status().attachCount, attachCount);
    assert.throws(() => addon.openSysv(0x7fff_fff0, false), shmErrorOf('EINVAL', { syscall: 'shmat' }));
  });

  it('allocates nothing in a sparse segment that it attaches', () => {
    const shmid = made.sysv(0, 64 << 20);
    const resident = () => listSysv().find((one) => one.shmid === shmid)?.resident;
    const source = addon.openSysv(shmid, true);
    const target = new Uint8Array(1 << 20);
    for (let offset = 0; offset < 64 << 20; offset += target.length) assert.equal(source.read(target, offset), target.length);
    assert.equal(resident(), 0);
    source.write(Uint8Array.of(9), 4096 * 100 + 5);
    assert.equal(resident(), 4096);
    assert.deepEqual([...source.extents(0, 64 << 20, 10)], [4096 * 100, 4096 * 101]);
    assert.equal(source.read(target, 0), target.length);
    assert.equal(target[4096 * 100 + 5], 9);
    assert.throws(() => source.write(target, (64 << 20) - 5), shmErrorOf('ERANGE'));
    source.close();
  });

  it('creates by key and without, and refuses what shmget refuses', () => {
    const key = freeKey();
    const shmid = made.sysv(key, 4096, 0o666);
    assert.equal(listSysv().find((one) => one.shmid === shmid)?.mode, 0o666);
    assert.throws(() => addon.createSysv(key, 4096, 0o600, true), shmErrorOf('EEXIST', { syscall: 'shmget' }));
    assert.equal(addon.createSysv(key, 4096, 0o600, false), shmid);
    assert.notEqual(made.sysv(0, 1), made.sysv(0, 1));
    assert.throws(() => addon.createSysv(0, 0, 0o600, true), shmErrorOf('EINVAL'));
    for (const wrong of [2 ** 32, -(2 ** 31) - 1])
      assert.throws(() => addon.createSysv(wrong, 1, 0o600, true), shmErrorOf('ERANGE'));
    assert.throws(() => addon.createSysv(1, 2 ** 53, 0o600, true), shmErrorOf('EOVERFLOW'));
    assert.throws(() => addon.createSysv(1, 1, 0o7777, true), shmErrorOf('ERANGE'));
  });

  it('takes a key signed and unsigned alike', () => {
    const shmid = made.sysv(-process.pid, 4096);
    assert.equal(listSysv().find((one) => one.shmid === shmid)?.key, -process.pid >>> 0);
    assert.equal(addon.createSysv(-process.pid >>> 0, 4096, 0o600, false), shmid);
  });

  it('removes, and sets permissions', () => {
    const shmid = made.sysv(0, 4096);
    const entry = () => listSysv().find((one) => one.shmid === shmid);
    addon.setSysvPermissions(shmid, 0o640, -1, -1);
    assert.equal(entry()?.mode, 0o640);
    if (process.getuid?.() === 0) {
      addon.setSysvPermissions(shmid, -1, 65534, 65533);
      assert.deepEqual([entry()?.mode, entry()?.uid, entry()?.gid], [0o640, 65534, 65533]);
    }
    addon.removeSysv(shmid);
    assert.equal(entry(), undefined);
    assert.throws(() => addon.removeSysv(shmid), shmErrorOf('EINVAL', { syscall: 'shmctl' }));
    assert.throws(() => addon.setSysvPermissions(shmid, 0o600, -1, -1), shmErrorOf('EINVAL'));
  });

  it("gives ftok's keys as C has them", async () => {
    const path = made.path('ftok');
    addon.createPath(path, 1, 0o600, true, false);
    const ids = [1, 65, 255, 256, 321, -1];
    const code =
      'import ctypes,sys\nc=ctypes.CDLL(None)\nfor i in sys.argv[2:]: print(c.ftok(sys.argv[1].encode(),int(i)) & 0xffffffff)';
    for (const file of [path, '/etc/passwd']) {
      const { stdout } = await promisify(execFile)('python3', ['-c', code, file, ...ids.map(String)]);
      assert.deepEqual(
        ids.map((id) => addon.ftok(file, id)),
        stdout.trim().split('\n').map(Number),
      );
    }
    assert.throws(() => addon.ftok(`${path}-none`, 1), shmErrorOf('ENOENT', { syscall: 'ftok', path: `${path}-none` }));
  });

  it('is listed as ipcs lists it', () => {
    const shmid = made.sysv(freeKey(), 12345, 0o604);
    const lines = execFileSync('ipcs', ['-m'], { encoding: 'utf8' }).split('\n');
    const [key, , , mode, size] =
      lines.map((line) => line.trim().split(/\s+/)).find((fields) => fields[1] === String(shmid)) ?? [];
    const entry = listSysv().find((one) => one.shmid === shmid);
    assert.deepEqual([Number(key), mode, Number(size)], [entry?.key, entry?.mode.toString(8), entry?.size]);
    assert.equal(at([entry?.size], 0), 12345);
  });
});
