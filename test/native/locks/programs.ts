/** The programs of test/programs/locks, compiled for one suite, and the locks that they leave in shared memory. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { decodeLock, type Libc, type LockWords } from '../../../src/locks/formats/index.ts';
import { lockPlaces, type LockPlace } from '../../../src/locks/places.ts';
import { skipBecause } from '../../support/skip.ts';
import { makeService } from '../../unit/types/support.ts';
import type { Running } from '../../programs/build.ts';
import { unique, type cleanup } from '../support.ts';

const SOURCES = join(import.meta.dirname, '../../programs/locks');
/** What lockstate ends with where the machine or the user cannot have a state. */
const CANNOT = 'ended with 77';

/** A C library and the machine of a program, and how to compile for it. */
export interface Target {
  readonly name: string;
  readonly compiler: readonly string[];
  readonly libc: Libc['kind'];
  readonly abi: Abi;
}

const HOSTS: Partial<Record<NodeJS.Architecture, Abi>> = { x64: 'x86_64', arm64: 'aarch64' };
export const HOST: Abi = HOSTS[process.arch] ?? 'x86_64';

export const GLIBC: Target = { name: 'glibc', compiler: ['cc'], libc: 'glibc', abi: HOST };
export const TARGETS: readonly Target[] = [
  GLIBC,
  { name: 'musl', compiler: ['musl-gcc'], libc: 'musl', abi: HOST },
  { name: 'musl, static', compiler: ['musl-gcc', '-static'], libc: 'musl', abi: HOST },
  { name: 'glibc, 32-bit', compiler: ['i686-linux-gnu-gcc', '-static'], libc: 'glibc', abi: 'i386' },
];

/** Compiles a program of this folder; skips the test where the compiler, or what it includes, is not there. */
export function compiling() {
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-locks-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const built = new Map<string, string>();
  return (context: Mocha.Context, source: string, [command = 'cc', ...flags]: readonly string[]): string => {
    const key = [source, command, ...flags].join(' ');
    const known = built.get(key);
    if (known !== undefined) return known;
    if (spawnSync(command, ['--version'], { stdio: 'ignore' }).error) skipBecause(context, `there is no ${command} on PATH`);
    const out = join(folder, `${basename(source)}-${built.size}`);
    const standard = source.endsWith('.cc') ? '-std=gnu++20' : '-std=gnu17';
    execFileSync(command, [standard, '-g', '-O1', ...flags, resolve(SOURCES, source), '-o', out, '-pthread', '-lrt'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (runsHere(out)) built.set(key, out);
    else skipBecause(context, `this machine runs no program of ${command}`);
    return out;
  };
}

/** Without arguments they end with 2. */
function runsHere(program: string): boolean {
  return spawnSync(program, [], { stdio: 'ignore' }).status === 2;
}

/** Starts a program on a new object, which goes away with the test; `path` is the object's. */
export async function startOn(
  context: Mocha.Context,
  made: ReturnType<typeof cleanup>,
  program: string,
  state: string,
  libc: Libc['kind'] = 'glibc',
): Promise<{ readonly running: Running; readonly path: string }> {
  const name = unique(state);
  const path = `/dev/shm/${state === 'named' && libc === 'glibc' ? 'sem.' : ''}${name}`;
  made.remove(path);
  try {
    return { running: await made.start(program, `/${name}`, state), path };
  } catch (error) {
    if (error instanceof Error && error.message.includes(CANNOT))
      skipBecause(context, `this machine or user cannot have a lock in the state ${state}`);
    throw error;
  }
}

/** `struct room` of room.h for a machine, from its declaration. */
export async function declaredRoom(abi: Abi): Promise<TypeLayout> {
  const service = makeService();
  try {
    const types = await service.parse({ source: readFileSync(join(SOURCES, 'room.h'), 'utf8'), abi, language: 'c' });
    const room = types.find(({ name }) => name === 'struct room');
    if (room === undefined) throw new Error('room.h declares no struct room');
    return room;
  } finally {
    service.dispose();
  }
}

export interface Seen {
  readonly place: LockPlace;
  readonly lock: LockWords;
}

/** The locks in the bytes of an object, by path. */
export function locksIn(bytes: Uint8Array, type: TypeLayout, libc: Libc): Map<string, Seen> {
  return new Map(
    lockPlaces(type, 0, bytes.length).places.map((place): [string, Seen] => {
      const lock = decodeLock(bytes.subarray(place.offset, place.offset + place.size), place.format, libc);
      if (lock === undefined) throw new Error(`${place.path} is not decoded`);
      return [place.path, { place, lock }];
    }),
  );
}
