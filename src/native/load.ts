import { constants } from 'node:os';
import type { Addon, ByteSource } from './addon.ts';
import { shmError, toShmError } from './errors.ts';

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
      remedy: 'Build it for this platform with npm run build.',
      cause: error,
    });
  }
  return wrap(module.exports, FUNCTIONS);
}

const FUNCTIONS: Record<keyof Addon, true> = {
  listShm: true,
  listSysv: true,
  sysvLimits: true,
  scan: true,
  statPath: true,
  openPath: true,
  openMapFiles: true,
  openProcess: true,
  openSysv: true,
  createPath: true,
  createSysv: true,
  ftok: true,
  resizePath: true,
  unlinkPath: true,
  removeSysv: true,
  setPathPermissions: true,
  setSysvPermissions: true,
  syncPath: true,
  accessPath: true,
};
const SOURCE: Record<Exclude<keyof ByteSource, 'how'>, true> = {
  stat: true,
  read: true,
  readAsync: true,
  write: true,
  extents: true,
  find: true,
  close: true,
};
const OPENERS: ReadonlySet<string> = new Set(['openPath', 'openMapFiles', 'openProcess', 'openSysv'] satisfies (keyof Addon)[]);

/** These return a promise, and so reject, also where the argument is wrong. */
const PROMISING: ReadonlySet<string> = new Set(['scan', 'syncPath', 'readAsync', 'find'] satisfies (
  keyof Addon | keyof ByteSource
)[]);

/** The same functions, each of which fails with a ShmError. `names` lists them all, so that one which is missing is found at once. */
function wrap<Face extends object>(target: object, names: Record<string, true>): Face {
  const face: Record<string, unknown> = { ...target };
  for (const name of Object.keys(names)) {
    const inner = face[name];
    if (typeof inner !== 'function')
      throw shmError('ENOEXEC', `The native addon lacks ${name}; it was built from another version.`);
    face[name] = (...args: unknown[]) => call(name, () => Reflect.apply(inner, undefined, args));
  }
  return face as Face;
}

function call(name: string, run: () => unknown): unknown {
  try {
    const result = run();
    if (result instanceof Promise) return result.catch((error: unknown) => Promise.reject(toShmError(error)));
    if (OPENERS.has(name) && typeof result === 'object' && result !== null) return wrap<ByteSource>(result, SOURCE);
    return result;
  } catch (error) {
    if (PROMISING.has(name)) return Promise.reject(toShmError(error));
    throw toShmError(error);
  }
}
