/** Reports of writers as the host would tell them. */
import type { UnwatchedInfo, WatchedBytes, WriterInfo, WritersInfo } from '../../src/protocol/writing.ts';

export const head: WatchedBytes = { offset: 0x38, length: 4, path: 'head' };
export const bid: WatchedBytes = { offset: 0x48, length: 8, path: 'best_bid' };

/** `now` is when it is told: 3 s after it began, of 10. */
export function report(change: Partial<WritersInfo> = {}, now = Date.now()): WritersInfo {
  return {
    state: 'running',
    fields: [head],
    reads: false,
    startedAt: now - 3000,
    endsAt: now + 7000,
    now,
    places: [],
    morePlaces: 0,
    processes: 2,
    threads: 3,
    missed: [],
    moreMissed: 0,
    seen: 0,
    lost: 0,
    ...change,
  };
}

/** `lineless`: neither function nor line are known. */
export function place(id: number, change: Partial<WriterInfo> = {}, now = Date.now(), lineless = false): WriterInfo {
  return {
    id,
    field: 0,
    pid: 1234,
    tid: 1234,
    process: 'feed',
    instruction: `0x5555555551${id.toString(16).padStart(2, '0')}`,
    ...(lineless ? {} : { function: 'publish', file: '/build/feed/src/feed.c', line: 30 + id }),
    count: 1204,
    rate: 402,
    first: now - 3000,
    last: now - 20,
    ...change,
  };
}

/** One of each kind: own line, a store in a library, another thread, no debug info, long and hostile names. */
export function several(now = Date.now()): readonly WriterInfo[] {
  return [
    place(1, { before: '17', after: '18', rate: 9870, count: 29_610 }, now),
    place(2, { process: 'strategy', pid: 1240, tid: 1244, function: 'Book::onTick(Tick const&)', file: '/build/strategy/src/book.cc', line: 118, rate: 402, before: '18', after: '19' }, now),
    place(3, { function: '__memcpy_avx_unaligned_erms', object: '/usr/lib/x86_64-linux-gnu/libc.so.6', lack: 'libc.so.6 has no debug info: install libc6-dbg.', caller: { function: 'copy_header', file: '/build/feed/src/wire.c', line: 77 }, rate: 12, count: 40 }, now, true),
    place(4, { process: 'legacy', pid: 1260, tid: 1260, object: '/opt/legacy/bin/legacy', lack: 'legacy is stripped: build it with -g.', rate: 0.4, count: 1, last: now - 2400 }, now, true),
    place(5, { process: '<img src=x onerror=alert(1)>', pid: 1270, tid: 1270, function: `std::map<std::string, std::vector<Order<double, ${'Policy, '.repeat(60)}>>>::operator[]`, file: '/build/<b>x</b>.cc', line: 9, rate: 0, count: 1, last: now - 2900 }, now),
  ]; // prettier-ignore
}

/** The library has debug info too, so that both lines are known. */
export function copied(now = Date.now()): WriterInfo {
  const caller = { function: 'rename_owner', file: '/build/account/account.c', line: 29 };
  const own = { function: '__strcpy_evex', file: '/build/glibc/sysdeps/x86_64/multiarch/strcpy-evex.S', line: 635 };
  const object = '/usr/lib/x86_64-linux-gnu/libc.so.6';
  return place(
    6,
    { process: 'renamer', pid: 1280, tid: 1280, ...own, object, caller, rate: 4.4, count: 23, before: '19', after: '20' },
    now,
  );
}

export const missed: readonly UnwatchedInfo[] = [
  { pid: 1251, process: 'logger', reason: 'It belongs to another user: run VS Code as root, or give it CAP_PERFMON.' },
  { pid: 1300, tid: 1302, process: 'debuggee', reason: 'Its breakpoint registers are taken: a debugger is attached. Detach it.' },
];
