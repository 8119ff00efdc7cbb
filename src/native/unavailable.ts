import type { Addon } from './addon.ts';
import { shmError } from './errors.ts';

/** Stands for the addon where there is none (another system than Linux, a build for another machine): each call throws the one reason. */
export function unavailableAddon(reason: string, remedy?: string): Addon {
  const fail = (): never => {
    throw shmError('ENOTSUP', reason, { remedy });
  };
  return {
    openScanner: () => ({ scan: async () => fail(), moved: () => false, close: () => undefined }),
    openWatch: () => ({ told: () => false, close: () => undefined }),
    openHeat: fail,
    sysvLimits: fail,
    statPath: fail,
    openPath: fail,
    findDescriptors: fail,
    openDescriptor: fail,
    openMapFiles: fail,
    openProcess: fail,
    openProcesses: fail,
    openSysv: fail,
    createPath: fail,
    createSysv: fail,
    ftok: fail,
    resizePath: fail,
    unlinkPath: fail,
    isUnused: fail,
    unlinkUnused: fail,
    removeSysv: fail,
    removeSysvUnused: fail,
    setPathPermissions: fail,
    setSysvPermissions: fail,
    syncPath: fail,
    accessPath: fail,
    loadedFiles: async () => fail(),
    peek: async () => fail(),
    waitingThreads: async () => fail(),
    threads: async () => fail(),
    threadsById: async () => fail(),
    semaphoreSets: async () => fail(),
    openPlaces: fail,
    firstPlaces: fail,
    closePlaces: fail,
    openWatchpoints: async () => fail(),
  };
}
