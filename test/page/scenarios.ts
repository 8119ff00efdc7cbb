/** Segments that a test can show, each a function of time. */
import type { TypeLayout } from '../../api.d.ts';
import type { LocksInfo } from '../../src/protocol/locking.ts';
import type { SegmentInfo, Status } from '../../src/protocol/messages.ts';
import type { TypeInfo, TypeProblem, TypesInfo } from '../../src/protocol/typing.ts';
import { corrupt, failed, many, ordinary, queue, threeWay, untyped, without } from './fakeLocks.ts';
import { marketRing, million, student, ticks, zoo } from './layouts.ts';

export interface Scenario {
  readonly segment: SegmentInfo;
  readonly type?: TypeLayout;
  /** How the type stands, and where; what is wrong with it. */
  readonly shown?: Partial<TypeInfo>;
  readonly problem?: TypeProblem;
  readonly types?: Partial<TypesInfo>;
  readonly locks?: LocksInfo;
  readonly status?: Partial<Status>;
  readonly unheld?: readonly (readonly [number, number])[];
  readonly hz?: number;
  /** No frame comes. */
  readonly isLate?: boolean;
  /** The whole segment as `cells` cells; the part of each that holds memory, and where it changes at tick `tick`. */
  readonly strip?: (at: number, tick: number) => { readonly held: number; readonly changed: boolean };
  /** What stands at an offset at tick `tick`. */
  readonly byte: (offset: number, tick: number) => number;
}

export const statusOf = (scenario: Scenario): Status => ({
  phase: 'live',
  replaced: false,
  writing: false,
  canWrite: false,
  paused: false,
  following: false,
  ...scenario.status,
});

const GIB = 2 ** 30;
const chinese = new TextEncoder().encode('第一行：共享内存里的中文。Hello, 世界!\n');

const mapper = (pid: number, process: string, protection: string): SegmentInfo['mappers'][number] => ({
  pid, process, protection, address: '0x7f3a1c400000', length: 65536, offset: 0, shared: true,
}); // prettier-ignore

const segment: SegmentInfo = {
  kind: 'posix',
  name: '/market_ring',
  size: 65536,
  residentBytes: 61440,
  permissions: 'rw-------',
  owner: 'alice',
  identity: 'inode 4711',
  unlinked: false,
  orphaned: false,
  mapped: '1 mapper',
  mappers: [mapper(1234, 'feedhandler', 'rw-'), mapper(1240, 'strategy', 'rw-'), mapper(1251, 'logger', 'r--')],
};

/** One process with two areas of one base, and one that shows the second page only. */
const mappedBy: SegmentInfo['mappers'] = [
  { ...mapper(77, 'whole', 'rw-'), address: '0x7f0000000000', length: 4096, offset: 0 },
  { ...mapper(77, 'whole', 'r--'), address: '0x7f0000001000', length: 16384, offset: 4096 },
  { ...mapper(78, 'part', 'r--'), address: '0x10000000', length: 4096, offset: 4096 },
];

const noise = (offset: number): number =>
  (Math.imul(offset ^ 0x9e37, 2654435761) >>> 13) & 1 ? (Math.imul(offset + 7, 40503) >>> 5) & 255 : 0;

function market(offset: number, tick: number): number {
  if (offset >= 1024 && offset < 1024 + chinese.length) return chinese[offset - 1024] ?? 0;
  if (offset >= 0x30 && offset < 0x38) return Number((BigInt(1882041 + tick) >> BigInt((offset - 0x30) * 8)) & 255n);
  if (offset === 0x38) return tick & 63;
  if (offset >= 0x40 && offset < 0x48) return 'EURUSD\0\0'.charCodeAt(offset - 0x40);
  const view = new DataView(new ArrayBuffer(8));
  if (offset >= 0x48 && offset < 0x58) {
    view.setFloat64(0, 101.375 + Math.round(Math.sin(tick / 40) * 20) / 1000 + (offset >= 0x50 ? 0.005 : 0), true);
    return view.getUint8((offset - 0x48) % 8);
  }
  if (offset >= 0x58 && offset < 0x5c) return offset === 0x58 ? 2 : 0;
  return noise(offset);
}

/** Memory in some parts, two of which change all the time and one sometimes. */
function ring(at: number, tick: number): { held: number; changed: boolean } {
  const held = at < 0.25 ? 255 : at > 0.62 && at < 0.9 ? 90 + 165 * Math.abs(Math.sin(at * 40)) : 0;
  const changed =
    held > 0 && (at < 0.01 || (at > 0.11 && at < 0.13) || (at > 0.7 && at < 0.7 + (tick % 7) / 400 && tick % 7 === 0));
  return { held: Math.floor(held), changed };
}

const zooBytes = new Uint8Array(256);
const zooView = new DataView(zooBytes.buffer);
zooView.setBigInt64(0, 1_784_600_000_123_456_789n, true);
zooView.setUint32(8, 0xc0a80001, true);
zooBytes.set([0xf8, 0x1d, 0x4f, 0xae, 0x7d, 0xec, 0x11, 0xd0, 0xa7, 0x65, 0, 0xa0, 0xc9, 0x1e, 0x6b, 0xf6], 16);
zooBytes.set([0x67, 0x72, 0xc3, 0xbc, 0xc3, 0x9f, 0x65], 32);
zooView.setBigUint64(40, 1n, true);
zooView.setBigUint64(48, 0x7f3a1c400058n, true);
zooView.setBigInt64(56, 72n - 56n, true);
zooView.setBigUint64(64, 120n, true);
zooView.setUint32(88, 1, true);
zooView.setBigUint64(112, 0x5555deadbeefn, true);
zooBytes.set([0x68, 0x69], 120);

/** Of element `index` of the ticks: keys in no order and each once, prices with ties and a NaN. */
const tickBytes = new Uint8Array(48);
const tickView = new DataView(tickBytes.buffer);
let tickIndex = -1;
function tickByte(offset: number, now: number): number {
  if (offset < 8) return offset === 0 ? now & 255 : 0;
  const index = Math.floor((offset - 8) / 48);
  if (index !== tickIndex) {
    tickIndex = index;
    const mixed = Math.imul(index, 2654435761) >>> 0;
    tickView.setBigUint64(0, (BigInt(mixed) << 31n) | BigInt(index & 0xff), true);
    tickView.setFloat64(8, index % 1009 === 7 ? NaN : ((mixed >>> 8) % 5000) / 8 - 100, true);
    tickView.setUint32(16, mixed & 0xffff, true);
    tickView.setUint32(20, mixed, true);
    tickView.setUint32(24, index % 3, true);
    tickBytes.fill(0, 28, 40);
    for (const [at, character] of [...`n${mixed % 100_000}`].entries()) tickBytes[28 + at] = character.charCodeAt(0);
    tickView.setBigInt64(40, BigInt(mixed | 0) << 21n, true);
  }
  return tickBytes[(offset - 8) % 48] ?? 0;
}

const conflict: TypesInfo['conflicts'][number] = {
  name: 'struct Order',
  sides: ['feedhandler (1234)', 'strategy (1240)'],
  rows: [
    { path: 'price', cells: ['at 16, double', 'at 12, float'] },
    { path: 'note', cells: ['at 28', 'absent'] },
    { path: '', cells: ['48 bytes', '40 bytes'] },
  ],
};

const locking: Scenario = {
  segment: { ...segment, name: '/order_queue', size: 4096 },
  type: queue,
  byte: (o) => (o < 512 ? noise(o) : 0),
  locks: ordinary,
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  market: {
    segment,
    type: marketRing,
    status: { canWrite: true },
    hz: 60,
    strip: ring,
    unheld: [
      [0x150, 0x180],
      [0x2000, 0x4000],
    ],
    byte: (o, t) => (o >= 0x150 && o < 0x180 ? 0 : market(o, t)),
  },
  sparse: {
    segment: { ...segment, name: '/sparse', size: 64 * GIB, residentBytes: 0 },
    strip: () => ({ held: 0, changed: false }),
    byte: () => 0,
    unheld: [[0, 64 * GIB]],
  },
  tiny: {
    segment: { ...segment, name: '/tiny', size: 36 },
    strip: (at, tick) => ({ held: 255, changed: tick === 0 && at < 0.5 }),
    byte: (o) => o,
  },
  empty: { segment: { ...segment, name: '/empty', size: 0, residentBytes: 0 }, byte: () => 0 },
  loading: { segment: { ...segment, name: '/loading' }, status: { phase: 'loading' }, isLate: true, byte: () => 0 },
  writing: { segment, type: marketRing, status: { canWrite: true, writing: true }, byte: (o) => market(o, 1) },
  suggested: {
    segment,
    type: marketRing,
    shown: { standing: 'suggested', from: 'debug info of /usr/bin/strategy', why: "'ring' in strategy (1240) points here." },
    byte: (o) => market(o, 1),
  },
  /** Two processes do not agree on the order; the type begins behind a page. */
  conflict: {
    segment,
    type: marketRing,
    shown: { offset: 4096, from: 'debug info of /usr/bin/strategy' },
    types: { conflicts: [conflict] },
    byte: (o) => market(o - 4096, 1),
  },
  several: {
    segment,
    types: {
      suggested: [
        { name: 'struct MarketRing', size: 49248, offset: 0, why: "'ring' in strategy (1240) points here." },
        { name: 'struct Order', size: 48, offset: 96, why: "'order' in logger (1251) points here." },
        { name: 'struct Page', size: 65536, offset: 0, why: 'It has the size of the segment.' },
      ],
    },
    byte: (o) => market(o, 1),
  },
  lacking: {
    segment,
    types: { compiles: true, lacks: ['feedhandler (1234) has no debug info. Build it with -g, or install feedhandler-dbgsym.'] },
    byte: (o) => market(o, 1),
  },
  /** A header that is wrong since it was edited, and a wrong shmscope.json. */
  broken: {
    segment,
    type: marketRing,
    shown: { from: 'include/ring.h' },
    problem: { message: "12:3: unknown type 'price_t'", place: 'include/ring.h:12:3', compiles: true },
    types: {
      notes: [
        { message: '.vscode/shmscope.json: 3:5: "offset" is a number of bytes, 0 or more.', place: '.vscode/shmscope.json:3:5' },
      ],
    },
    byte: (o) => market(o, 1),
  },
  untyped: { segment: { ...segment, unlinked: true }, status: { replaced: true }, byte: market },
  attach: {
    segment: { ...segment, kind: 'sysv', name: '0x000004d2', identity: 'shmid 12', size: 36, mappers: [], orphaned: true },
    status: { phase: 'attach' },
    byte: () => 0,
  },
  unreadable: {
    segment,
    status: {
      phase: 'unreadable',
      message: 'read: Permission denied (EACCES).',
      remedy: 'Run VS Code as alice, or ask for read permission.',
    },
    byte: () => 0,
  },
  student: {
    segment: { ...segment, kind: 'sysv', name: '0x000004d2', identity: 'shmid 12', size: 36 },
    type: student,
    status: { canWrite: true, writing: true },
    byte: (o) => [...'hello'].map((c) => c.charCodeAt(0))[o] ?? (o === 32 ? 20 : 0),
  },
  million: { segment: { ...segment, name: '/series', size: 8_000_016 }, type: million, byte: (o) => noise(o) },
  zoo: {
    segment: { ...segment, name: '/zoo', size: 256 },
    type: zoo,
    status: { canWrite: true, writing: true },
    byte: (o, t) => (o >= 72 && o < 88 && t > 0 ? (t + o) & 255 : o === 12 ? t & 255 : (zooBytes[o] ?? 0)),
  },
  ticks: { segment: { ...segment, name: '/ticks', size: 48_000_008 }, type: ticks, hz: 60, byte: tickByte },
  huge: { segment: { ...segment, name: '/huge', size: 64 * GIB }, strip: ring, byte: (o) => (Math.floor(o / 16) + o) & 255 },
  busy: { segment: { ...segment, name: '/busy', size: 4096 }, hz: 60, byte: (o, t) => (o * 7 + t * 13 + ((o * t) >> 3)) & 255 },
  /** Addresses of mappers of several kinds, and memory that is not held, rows cut by it included. */
  mapped: {
    segment: { ...segment, name: '/mapped', size: 16387, mappers: mappedBy },
    status: { canWrite: true, writing: true },
    unheld: [
      [0x58, 0x6c],
      [0x1000, 0x2000],
    ],
    byte: (o) => (o * 7 + (o >> 4)) & 255,
  },
  vast: { segment: { ...segment, name: '/vast', size: Number.MAX_SAFE_INTEGER }, byte: (o) => (Math.floor(o / 16) + o) % 251 },
  locks: locking,
  locksRing: { ...locking, locks: { ...ordinary, findings: [threeWay] } },
  locksCorrupt: { ...locking, locks: corrupt },
  locksUntyped: { segment: locking.segment, byte: locking.byte, locks: untyped },
  locksWithout: { ...locking, type: marketRing, locks: without },
  locksFailed: { ...locking, locks: failed },
  locksMany: { ...locking, segment: { ...locking.segment, size: 80_000 }, locks: many },
  locksGone: { ...locking, status: { phase: 'gone', goneAt: 1_780_000_000_000 } },
  hostile: {
    segment: { ...segment, name: '/<img src=x onerror=alert(1)>' },
    type: { ...student, name: 'struct <b>student</b>' },
    byte: () => 0x3c,
  },
};
