/** A monitor of locks on one segment, with one mutex at its beginning, of a machine that a test makes. */
import type { Segment, TypeLayout } from '../../../api.d.ts';
import { LockMonitor, type MonitorParts } from '../../../src/locks/monitor.ts';
import { TypedSegments } from '../../../src/locks/typed.ts';
import { shmError } from '../../../src/native/errors.ts';
import { WAITING_FLAGS, type RawSemaphores, type RawThreads, type RawWaiting } from '../../../src/native/threads.ts';
import { segment } from './made.ts';

export interface Machine {
  readonly sleepers: readonly {
    readonly tid: number;
    readonly offset: number;
    readonly switches: number;
    readonly timed?: boolean;
    /** Since when the kernel says that it sleeps, ms since the epoch. */
    readonly started?: number;
  }[];
  /** Of the mutex; 0: it is free. */
  readonly owner: number;
}

const PID = 100;
export const shown: Segment = segment('/s', [PID]);
const mutex: TypeLayout = { name: 'pthread_mutex_t', kind: 'sync', size: 40, alignment: 8, origin: 'test' };

/** What each look at it meets, one after another; the last one for all that follow. */
export function followed(...machines: readonly Machine[]): { monitor: LockMonitor; parts: MonitorParts; logged: string[] } {
  let asked = -1;
  const now = (): Machine => machines[Math.min(Math.max(asked, 0), machines.length - 1)] ?? { sleepers: [], owner: 0 };
  const logged: string[] = [];
  const parts: MonitorParts = {
    calls: {
      waitingThreads: () => {
        asked++;
        return Promise.resolve(waiting(now()));
      },
      threads: (pids) => Promise.resolve(threads([...pids])),
      threadsById: (tids) => Promise.resolve(threads([...tids])),
      semaphoreSets: () => Promise.resolve(noSets),
      loadedFiles: () => Promise.reject(shmError('ESRCH', 'It has ended.')),
      peek: () => Promise.reject(shmError('ESRCH', 'It has ended.')),
    },
    read: () => Promise.resolve(words(now())),
    mayHide: () => false,
    where: { of: () => undefined, learn: () => Promise.resolve() },
    typed: new TypedSegments({
      chosen: () => ({ source: '', name: 'pthread_mutex_t' }),
      resolve: () => Promise.resolve({ type: mutex, offset: 0 }),
    }),
    segments: () => Promise.resolve([shown]),
    follow: () => ({ dispose: () => undefined }),
    limits: () => ({ held: 10_000, unsignalled: 30_000 }),
    unlisted: () => undefined,
    log: (line) => logged.push(line),
  };
  return { monitor: new LockMonitor(parts), parts, logged };
}

/** glibc's: the lock word, its count, its owner, its users, its kind (process-shared). */
function words({ owner }: Machine): Uint8Array {
  const bytes = Buffer.alloc(40);
  [owner === 0 ? 0 : 2, 0, owner, owner === 0 ? 0 : 1, 128].forEach((word, at) => bytes.writeUInt32LE(word, 4 * at));
  return bytes;
}

function waiting({ sleepers }: Machine): RawWaiting {
  const each = (value: (one: Machine['sleepers'][number]) => number): number[] => sleepers.map(value);
  return {
    pid: Int32Array.from(each(() => PID)),
    tid: Int32Array.from(each(({ tid }) => tid)),
    operation: Uint8Array.from(each(() => 0)),
    flags: Uint8Array.from(each(({ timed }) => (timed ? WAITING_FLAGS.timed : 0))),
    state: Uint8Array.from(each(() => 'S'.charCodeAt(0))),
    address: BigUint64Array.from(sleepers, ({ offset }) => 0x7000_0000n + BigInt(offset)),
    expected: Uint32Array.from(each(() => 2)),
    semaphore: Int32Array.from(each(() => -1)),
    change: Int32Array.from(each(() => 0)),
    sp: BigUint64Array.from(sleepers, () => 0x1000n),
    pc: BigUint64Array.from(sleepers, () => 0x2000n),
    started: Float64Array.from(each(({ started }) => started ?? NaN)),
    switches: Float64Array.from(each(({ switches }) => switches)),
    unseen: new Int32Array(),
    spread: 0,
    threads: sleepers.length,
    cut: false,
  };
}

export function threads(tids: readonly number[]): RawThreads {
  return {
    pid: Int32Array.from(tids, () => PID),
    tid: Int32Array.from(tids),
    ownTid: Int32Array.from(tids),
    space: Float64Array.from(tids, () => 1),
    startedAt: Float64Array.from(tids, () => 1),
    state: Uint8Array.from(tids, () => 'S'.charCodeAt(0)),
    names: tids.map(() => 'p\0').join(''),
  };
}

const none = new Float64Array();
const noSets: RawSemaphores = {
  key: none,
  semid: none,
  mode: none,
  uid: none,
  gid: none,
  creatorUid: none,
  creatorGid: none,
  count: none,
  operatedAt: none,
  changedAt: none,
  first: none,
  errors: '',
  value: new Int32Array(),
  lastPid: new Int32Array(),
  increaseWaiters: new Int32Array(),
  zeroWaiters: new Int32Array(),
};
