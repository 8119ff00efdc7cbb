import { constants } from 'node:os';
import type { Addon, ByteSource, RawHeat, RawScanner } from './addon.ts';
import { shmError, toShmError } from './errors.ts';
import type { RawWatchpoints } from './watchpoints.ts';

/**
 * Loads the addon from `path`, an absolute path of the .node file. Everything that it throws or rejects with reaches the caller as ShmError.
 * Every thread and context may load it.
 */
export function loadAddon(path: string): Addon {
  const module = { exports: {} };
  try {
    // process.dlopen serves alike as an ES module and in the CommonJS bundle, where import.meta.url is not there for createRequire.
    process.dlopen(module, path, constants.dlopen.RTLD_LAZY);
  } catch (error) {
    throw shmError('ENOEXEC', `The native addon could not be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      path,
      remedy: REBUILD,
      cause: error,
    });
  }
  const face = wrap(module.exports);
  if (!isAddon(face)) throw shmError('ENOEXEC', 'The native addon was built from another version.', { path, remedy: REBUILD });
  return face;
}

const REBUILD = 'Build it for this platform with npm run build.';

const FUNCTIONS: Record<keyof Addon, true> = {
  openScanner: true,
  openWatch: true,
  openHeat: true,
  sysvLimits: true,
  statPath: true,
  openPath: true,
  findDescriptors: true,
  openDescriptor: true,
  openMapFiles: true,
  openProcess: true,
  openProcesses: true,
  openSysv: true,
  createPath: true,
  createSysv: true,
  ftok: true,
  resizePath: true,
  unlinkPath: true,
  isUnused: true,
  unlinkUnused: true,
  removeSysv: true,
  removeSysvUnused: true,
  setPathPermissions: true,
  setSysvPermissions: true,
  syncPath: true,
  accessPath: true,
  loadedFiles: true,
  peek: true,
  waitingThreads: true,
  threads: true,
  threadsById: true,
  semaphoreSets: true,
  openPlaces: true,
  firstPlaces: true,
  closePlaces: true,
  openWatchpoints: true,
};
const SOURCE: Record<Exclude<keyof ByteSource, 'how'>, true> = {
  stat: true,
  shown: true,
  read: true,
  readAsync: true,
  write: true,
  extents: true,
  find: true,
  search: true,
  narrow: true,
  writeAsync: true,
  compareAndSwap: true,
  fill: true,
  copyTo: true,
  difference: true,
  wait: true,
  close: true,
};

/** These return a promise, and so reject, also where the argument is wrong. */
const PROMISING: ReadonlySet<string> = new Set([
  'scan',
  'syncPath',
  'loadedFiles',
  'peek',
  'waitingThreads',
  'threads',
  'threadsById',
  'semaphoreSets',
  'readAsync',
  'find',
  'search',
  'narrow',
  'writeAsync',
  'fill',
  'copyTo',
  'difference',
  'wait',
  'look',
  'openWatchpoints',
  'add',
] satisfies (keyof Addon | keyof ByteSource | keyof RawScanner | keyof RawHeat | keyof RawWatchpoints)[]);

/** Whether it has all the functions of the interface: those of an addon that was built from other sources may differ. */
function isAddon(face: object): face is Addon {
  return Object.keys(FUNCTIONS).every((name) => typeof Reflect.get(face, name) === 'function');
}

function isSource(face: object): face is ByteSource {
  return 'how' in face && Object.keys(SOURCE).every((name) => typeof Reflect.get(face, name) === 'function');
}

function isScanner(face: object): face is RawScanner {
  return 'scan' in face && typeof face.scan === 'function';
}

function isHeat(face: object): face is RawHeat {
  return 'look' in face && typeof face.look === 'function';
}

function isWatchpoints(face: object): face is RawWatchpoints {
  return 'add' in face && typeof face.add === 'function';
}

const isWrapped = (face: object): boolean => isSource(face) || isScanner(face) || isHeat(face) || isWatchpoints(face);
const toFace = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && isWrapped(value) ? wrap(value) : value;

/** What each face stands for: the addon is handed its own objects, as `difference` and `look` take them. */
const natives = new WeakMap<object, object>();

/** The same properties, with functions that fail with a ShmError. They need no `this`. */
function wrap(target: object): object {
  const face = Object.fromEntries(
    Object.entries(target).map(([name, inner]: [string, unknown]) => [
      name,
      typeof inner === 'function'
        ? (...args: unknown[]) => call(name, () => Reflect.apply(inner, undefined, args.map(toNative)))
        : inner,
    ]),
  );
  natives.set(face, target);
  return face;
}

function toNative(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (natives.get(value) ?? value) : value;
}

function call(name: string, run: () => unknown): unknown {
  try {
    const result = run();
    if (result instanceof Promise) return result.then(toFace, (error: unknown) => Promise.reject(toShmError(error)));
    return toFace(result);
  } catch (error) {
    if (PROMISING.has(name)) return Promise.reject(toShmError(error));
    throw toShmError(error);
  }
}
