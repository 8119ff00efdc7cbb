/** Locks as a look might see them, for the page's harness. */
import type { FieldLayout, TypeLayout } from '../../api.d.ts';
import type { CycleStepInfo, LockInfo, LockPlace, LocksInfo, WaiterInfo } from '../../src/protocol/locking.ts';

/** Of today. */
const at = (hour: number, minute: number, second: number): number => new Date().setHours(hour, minute, second, 0);
const origin = 'source';
const sync = (name: string, size: number): TypeLayout => ({ name, kind: 'sync', size, alignment: 8, origin });
const u64: TypeLayout = { name: 'uint64_t', kind: 'integer', size: 8, alignment: 8, signed: false, origin };
const struct = (name: string, size: number, fields: readonly FieldLayout[]): TypeLayout => ({
  name, kind: 'struct', size, alignment: 8, fields, origin,
}); // prettier-ignore

const mutex = sync('pthread_mutex_t', 40);
const stdMutex = struct('std::mutex', 40, [{ name: '_M_mutex', offset: 0, type: mutex }]);

/** Locks among other fields; `book` begins with one, and is none. */
export const queue = struct('struct OrderQueue', 512, [
  { name: 'magic', offset: 0, type: u64 },
  { name: 'lock', offset: 8, type: mutex },
  { name: 'not_empty', offset: 48, type: sync('pthread_cond_t', 48) },
  { name: 'slots', offset: 96, type: sync('sem_t', 32) },
  { name: 'readers', offset: 128, type: sync('pthread_rwlock_t', 56) },
  { name: 'book', offset: 184, type: struct('struct Book', 48, [{ name: 'guard', offset: 0, type: stdMutex }, { name: 'depth', offset: 40, type: u64 }]) },
  { name: 'stats', offset: 232, type: mutex },
  { name: 'journal', offset: 272, type: mutex },
  { name: 'seq', offset: 312, type: u64 },
]); // prettier-ignore

const waiter = (process: string, pid: number, second: number, more: Partial<WaiterInfo> = {}): WaiterInfo => ({
  tid: pid, pid, process, since: at(12, 3, second), exact: true, timed: false, stopped: false, ...more,
}); // prettier-ignore

const free = (offset: number, path: string, more: Partial<LockInfo> = {}): LockInfo => ({
  offset, size: 40, path, type: 'pthread_mutex_t', kind: 'mutex', state: 'free', text: 'free', notes: [], waiters: [], moreWaiters: 0,
  robust: false, processShared: true, ...more,
}); // prettier-ignore

const strategy = { tid: 1240, pid: 1240, process: 'strategy', alive: true };
const feed = { tid: 1236, pid: 1234, process: 'feedhandler', alive: true };
const line = (file: string, row: number, name: string) => ({ file: `/home/alice/market/src/${file}`, line: row, function: name });

export const place = (offset: number, path: string, segment = '/order_queue', here = true): LockPlace => ({
  id: here ? 'posix:1' : 'posix:2', segment, here, offset, path,
}); // prettier-ignore

const step = (
  process: string,
  pid: number,
  holds: LockPlace,
  wants: LockPlace,
  where?: CycleStepInfo['where'],
): CycleStepInfo => ({
  pid,
  tid: pid,
  process,
  holds,
  wants,
  ...(where ? { where } : {}),
});

const lockHere = place(8, 'lock');
const lockThere = place(0x140, 'risk.limits', '/risk_limits', false);

export const deadlock: LocksInfo['findings'][number] = {
  key: 'deadlock 1',
  kind: 'deadlock',
  severity: 'error',
  text: 'strategy (1240) and feedhandler (1234) wait for each other: strategy holds lock and waits for risk.limits in /risk_limits, which feedhandler holds while it waits for lock.',
  locks: [lockHere, lockThere],
  cycle: [
    step('strategy', 1240, lockHere, lockThere, line('strategy.cc', 118, 'reprice')),
    step('feedhandler', 1234, lockThere, lockHere, line('feed.c', 88, 'push_order')),
  ],
};

export const threeWay: LocksInfo['findings'][number] = {
  ...deadlock,
  key: 'deadlock 3',
  text: 'strategy (1240), feedhandler (1234) and a_logger_with_a_long_name (1251) wait for each other in a circle over three locks.',
  cycle: [
    step('strategy', 1240, lockHere, place(232, 'stats')),
    step('feedhandler', 1234, place(232, 'stats'), lockThere, line('feed.c', 91, 'push_order')),
    step('a_logger_with_a_long_name', 1251, lockThere, lockHere),
  ],
};

const deadOwner: LocksInfo['findings'][number] = {
  key: 'dead 1',
  kind: 'dead-owner',
  severity: 'error',
  text: 'logger (1251) died while it held journal, which is not robust: one thread waits for it, and will wait for ever.',
  locks: [place(272, 'journal')],
};

const long: LocksInfo['findings'][number] = {
  key: 'long 1',
  kind: 'held-long',
  severity: 'warning',
  text: 'strategy (1240) has held lock for 41 s.',
  locks: [lockHere],
};

const holders = [
  { name: 'strategy (1240)', looks: 130 },
  { name: 'feedhandler (1234)', looks: 22 },
];

export const ordinary: LocksInfo = {
  type: 'struct OrderQueue',
  more: false,
  unseen: { processes: 0 },
  elsewhere: [{ offset: 0x180, waiters: [waiter('loader', 1300, 40)], moreWaiters: 0 }],
  findings: [deadlock, deadOwner, long],
  locks: [
    free(8, 'lock', {
      state: 'locked',
      text: 'locked by strategy (1240)',
      owner: strategy,
      since: at(12, 2, 30),
      depth: 1,
      waiters: [
        waiter('feedhandler', 1234, 11, { tid: 1236, where: line('feed.c', 88, 'push_order') }),
        waiter('logger', 1251, 12, { exact: false, timed: true, where: { function: 'flush' } }),
      ],
      counted: 2,
      share: { looks: 412, held: 152, contended: 21, since: at(12, 0, 0), holders },
    }),
    free(48, 'not_empty', {
      size: 48,
      type: 'pthread_cond_t',
      kind: 'cond',
      text: 'one thread waits',
      state: 'counting',
      waiters: [waiter('strategy', 1240, 5, { tid: 1244, stopped: true })],
    }),
    free(96, 'slots', { size: 32, type: 'sem_t', kind: 'semaphore', state: 'counting', text: 'count 3', value: 3 }),
    free(128, 'readers', {
      size: 56,
      type: 'pthread_rwlock_t',
      kind: 'rwlock',
      state: 'read-locked',
      text: 'read by 2 threads',
      value: 2,
    }),
    free(184, 'book.guard', {
      type: 'std::mutex', state: 'locked', text: 'locked by feedhandler (1234)', owner: feed, since: at(12, 3, 14),
      share: { looks: 412, held: 412, contended: 0, since: at(12, 0, 0), holders: [] },
    }), // prettier-ignore
    free(232, 'stats', { share: { looks: 412, held: 1, contended: 0, since: at(12, 0, 0), holders: [] } }),
    free(272, 'journal', {
      state: 'locked', text: 'owner died: logger (1251)', owner: { tid: 1251, pid: 1251, process: 'logger', alive: false, note: 'It ended while it held the lock.' },
      since: at(12, 1, 7), waiters: [waiter('strategy', 1240, 9, { tid: 1246 })],
    }), // prettier-ignore
  ],
};

export const corrupt: LocksInfo = {
  ...ordinary,
  findings: [],
  elsewhere: [],
  locks: [free(8, 'lock', { corrupt: 'Its kind is 0x4d2, which no version of glibc knows.' })],
  unseen: { processes: 3, remedy: 'Run VS Code as root, or give the processes to your user.' },
};

const none: Omit<LocksInfo, 'type'> = { locks: [], more: false, elsewhere: [], findings: [], unseen: { processes: 0 } };
export const without: LocksInfo = { ...none, type: 'struct MarketRing' };
export const untyped: LocksInfo = none;
export const failed: LocksInfo = { ...none, problem: 'The type struct OrderQueue cannot be shown: its header is gone.' };
export const many: LocksInfo = {
  ...none,
  type: 'struct Table',
  more: true,
  locks: Array.from({ length: 2000 }, (_, index) =>
    free(
      index * 40,
      `rows[${index}].lock`,
      index % 50 === 7 ? { state: 'locked', text: 'locked by strategy (1240)', owner: strategy } : {},
    ),
  ),
};
