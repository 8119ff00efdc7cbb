import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Addon } from '../../src/native/addon.ts';
import type { Running } from '../programs/build.ts';
import { start } from '../programs/build.ts';
import { ShmError } from '../../src/native/errors.ts';
import { loadAddon } from '../../src/native/load.ts';
import { listSysv } from './sysvipc.ts';

export { at, rows } from './rows.ts';
export { listSysv } from './sysvipc.ts';

/** Another build of the addon, that with the sanitizers, runs the same suite. */
export const ADDON = process.env['SHMSCOPE_ADDON'] ?? join(import.meta.dirname, '../../build/Release/shmscope.node');
export const addon: Addon = loadAddon(ADDON);

let last = 0;
/** A name that no other run and no other test has. */
export function unique(what: string): string {
  return `shmscope-test-${process.pid}-${++last}-${what}`;
}

/** What one test makes, removed after it even when it fails. Call it in a describe block. */
export function cleanup() {
  const programs: Running[] = [];
  const paths: (string | Buffer)[] = [];
  const segments: number[] = [];
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.dispose();
    for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true });
    for (const shmid of segments.splice(0)) {
      if (listSysv().some((entry) => entry.shmid === shmid && !entry.removed)) addon.removeSysv(shmid);
    }
  });
  return {
    /** A path in /dev/shm that is not there yet. */
    path(what: string): string {
      const path = `/dev/shm/${unique(what)}`;
      paths.push(path);
      return path;
    },
    remove: (path: string | Buffer) => void paths.push(path),
    sysv(key: number, size: number, mode = 0o600): number {
      const shmid = addon.createSysv(key, size, mode, true);
      segments.push(shmid);
      return shmid;
    },
    /** A segment that the test made in another way. */
    sysvMade: (shmid: number) => void segments.push(shmid),
    async start(program: string, ...args: string[]): Promise<Running> {
      const running = await start(program, args);
      programs.push(running);
      return running;
    },
  };
}

/** A key that no segment of this machine has. */
export function freeKey(): number {
  const taken = new Set(listSysv().map((entry) => entry.key));
  let key = 0x5348_0000 + (process.pid % 0x8000);
  while (taken.has(key)) key++;
  return key;
}

/** For assert.throws and assert.rejects: a ShmError of this code, and of these other properties. */
export function shmErrorOf(code: string, properties: { syscall?: string; path?: string } = {}) {
  return (error: unknown): boolean =>
    error instanceof ShmError &&
    error.code === code &&
    error.message.startsWith(code) &&
    (properties.syscall === undefined || error.syscall === properties.syscall) &&
    (properties.path === undefined || error.path === properties.path);
}

/**
 * Runs `act` once `work`, which tells in [1] of its control that it has begun, is under way, and gives the first outcome that `isCut` takes
 * for one of work that was not done by then: on a busy machine it may be. An error is an outcome too.
 */
export async function meanwhile<T>(
  work: (control: Int32Array) => Promise<T>,
  act: (control: Int32Array) => void,
  isCut: (outcome: unknown) => boolean,
): Promise<unknown> {
  for (let tries = 0; tries < 50; tries++) {
    const control = new Int32Array(new SharedArrayBuffer(12));
    let done = false;
    const working = work(control)
      .catch((error: unknown) => error)
      .finally(() => (done = true));
    while (!done && Atomics.load(control, 1) === 0) await new Promise((resolve) => setImmediate(resolve));
    act(control);
    const outcome = await working;
    if (isCut(outcome)) return outcome;
  }
  throw new Error('It was always done before anything could come between.');
}
