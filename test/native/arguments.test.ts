import assert from 'node:assert/strict';
import { ShmError } from '../../src/native/errors.ts';
import { addon, cleanup, shmErrorOf } from './support.ts';

/** Values that no caller should pass, and some do. */
const STRANGE: readonly unknown[] = [
  undefined,
  null,
  true,
  '',
  '/dev/shm/none/x',
  '\0',
  '\ud800',
  -1,
  0.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  2 ** 64,
  1e308,
  -0,
  1n,
  -1n,
  2n ** 64n,
  Symbol('s'),
  {},
  [],
  [1],
  () => 1,
  new Uint8Array(3),
  new Float64Array(1),
  new DataView(new ArrayBuffer(8)),
  new ArrayBuffer(8),
  new Proxy({}, {}),
];
const LIMITS: Readonly<Record<string, readonly unknown[]>> = {
  // What these do with plausible arguments is not harmless.
  createPath: ['/dev/shm/none/none', 1, 0o600, true, false],
  createSysv: [0, 0, 0o600, true],
  removeSysv: [0x7fff_fff0],
  setSysvPermissions: [0x7fff_fff0, 0o600, -1, -1],
};
const GOOD: Readonly<Record<string, readonly unknown[]>> = {
  ...LIMITS,
  openScanner: [false],
  openHeat: [8],
  statPath: ['/none', false],
  openPath: ['/none', false],
  openMapFiles: [1, 0n, 4096, false],
  openProcess: [1, 0n, 4096, 0],
  openSysv: [0x7fff_fff0, false],
  ftok: ['/none', 1],
  resizePath: ['/none', '0:1', 1, 1],
  unlinkPath: ['/none', '0:1', 1],
  unlinkUnused: ['/none', '0:1', 1],
  removeSysvUnused: [0x7fff_fff0],
  setPathPermissions: ['/none', '0:1', 1, -1, -1, -1],
  syncPath: ['/none', '0:1', 1, 0, 1, 'sync', false],
  accessPath: ['/none'],
  loadedFiles: [1],
  peek: [1, new BigUint64Array(1), 8],
  openPlaces: [],
  firstPlaces: [{}, 1],
  closePlaces: [{}],
};

/** Runs it to its end; whatever fails must be a ShmError. */
async function harmless(what: string, run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof ShmError, `${what}: ${String(error)}`);
    assert.match(error.code, /^E[A-Z0-9]+$/, what);
  }
}

describe('native: arguments', () => {
  const made = cleanup();

  for (const [name, good] of Object.entries(GOOD)) {
    it(`${name} takes any argument without harm`, async () => {
      const call: unknown = Reflect.get(addon, name);
      assert.ok(typeof call === 'function');
      await harmless(name, () => Reflect.apply(call, undefined, []));
      for (let i = 0; i < good.length; i++) {
        for (const strange of STRANGE) {
          // createSysv with size 0 fails always; with another it would make a segment.
          if (name === 'createSysv' && i === 1) continue;
          const given = [...good.slice(0, i), strange, ...good.slice(i + 1)];
          await harmless(`${name} ${i} ${String(strange)}`, () => Reflect.apply(call, undefined, given));
        }
      }
    });
  }

  it('the scan of a scanner takes any argument without harm', async () => {
    const scan: unknown = Reflect.get(addon.openScanner(false), 'scan');
    assert.ok(typeof scan === 'function');
    for (const strange of STRANGE) {
      await harmless(`scan 0 ${String(strange)}`, () => Reflect.apply(scan, undefined, [strange, false, false]));
      await harmless(`scan 1 ${String(strange)}`, () => Reflect.apply(scan, undefined, [false, strange, false]));
    }
  });

  it('the methods of a source take any argument without harm', async () => {
    const path = made.path('strange');
    addon.createPath(path, 100, 0o600, true, false);
    const source = addon.openPath(path, true);
    const bytes = new Uint8Array(4);
    const methods = {
      read: [bytes, 0],
      readAsync: [bytes, 0],
      write: [bytes, 0],
      extents: [0, 100, 1],
      find: [bytes, 0, 100, 10, undefined],
      writeAsync: [bytes, 0, undefined],
      fill: [bytes, 0, 8, undefined],
      compareAndSwap: [0, bytes, bytes, undefined],
      copyTo: ['/none/none', 0, 100, undefined],
      difference: [source, 0, 100, 10, undefined],
      search: [{ bytes, step: 1 }, 0, 100, 10, false, undefined],
      narrow: [
        addon.openPlaces(),
        { type: 'u8', swapped: false, aligned: true, how: 'any', tolerance: 0, most: 9 },
        true,
        undefined,
      ],
    };
    for (const [name, good] of Object.entries(methods)) {
      const call: unknown = Reflect.get(source, name);
      assert.ok(typeof call === 'function');
      await harmless(name, () => Reflect.apply(call, undefined, []));
      for (let i = 0; i < good.length; i++) {
        for (const strange of STRANGE) {
          const given = [...good.slice(0, i), strange, ...good.slice(i + 1)];
          await harmless(`${name} ${i} ${String(strange)}`, () => Reflect.apply(call, 'another this', given));
        }
      }
    }
    assert.equal(source.stat().size, 100);
    source.close();
  });

  it('names what is wrong', () => {
    const path = made.path('exact');
    const create = (size: number) => addon.createPath(path, size, 0o600, true, false);
    assert.throws(() => create(-1), shmErrorOf('EINVAL'));
    assert.throws(() => create(0.5), shmErrorOf('EINVAL'));
    assert.throws(() => create(NaN), shmErrorOf('EINVAL'));
    assert.throws(() => create(2 ** 53), shmErrorOf('EOVERFLOW'));
    assert.throws(() => create(Infinity), shmErrorOf('EOVERFLOW'));
    assert.throws(() => addon.createPath(path, 1, 0o10000, true, false), shmErrorOf('ERANGE'));
    assert.throws(() => addon.openMapFiles(process.pid, 2n ** 64n, 4096, false), shmErrorOf('ERANGE'));
    assert.throws(() => addon.openMapFiles(0, 0n, 4096, false), shmErrorOf('EINVAL'));
    assert.throws(() => create(-1), { message: 'EINVAL: size must be 0 or more' });
  });
});
