/**
 * Plays the panel's side inside the browser: a segment whose memory is a function of time. What the page sends is checked by
 * the same parser that the real panel uses, and counted in `window.testHost`.
 */
import type { TypeLayout } from '../../api.d.ts';
import { packLayout } from '../../src/protocol/layout.ts';
import type { Envelope, Frame, FromPage, Guard, Range, SegmentInfo, Status, ToPage } from '../../src/protocol/messages.ts';
import { isAsk, type Requests } from '../../src/protocol/requests.ts';
import type { Formats } from '../../src/protocol/viewing.ts';
import { parseFromPage } from '../../src/protocol/transport.ts';
import { FakeWork } from './fakeWork.ts';
import { marketRing, million, student, ticks, zoo } from './layouts.ts';

interface Scenario {
  readonly segment: SegmentInfo;
  readonly type?: TypeLayout;
  readonly status?: Partial<Status>;
  readonly unheld?: readonly (readonly [number, number])[];
  readonly hz?: number;
  /** The whole segment as `cells` cells; the part of each that holds memory, and where it changes at tick `tick`. */
  readonly strip?: (at: number, tick: number) => { readonly held: number; readonly changed: boolean };
  /** What stands at an offset at tick `tick`. */
  readonly byte: (offset: number, tick: number) => number;
}

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

const scenarios: Readonly<Record<string, Scenario>> = {
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
  sparse: { segment: { ...segment, name: '/sparse', size: 64 * GIB }, strip: () => ({ held: 0, changed: false }), byte: () => 0 },
  tiny: {
    segment: { ...segment, name: '/tiny', size: 36 },
    strip: (at, tick) => ({ held: 255, changed: tick === 0 && at < 0.5 }),
    byte: (o) => o,
  },
  writing: { segment, type: marketRing, status: { canWrite: true, writing: true }, byte: (o) => market(o, 1) },
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
  hostile: {
    segment: { ...segment, name: '/<img src=x onerror=alert(1)>' },
    type: { ...student, name: 'struct <b>student</b>' },
    byte: () => 0x3c,
  },
};

class FakeHost {
  readonly sent: FromPage[] = [];
  readonly refused: unknown[] = [];
  readonly written = new Map<number, number>();
  scenario: Scenario;
  status: Status;
  size: number;
  tick = 0;
  sequence = 0;
  lastAck = -1;
  failWrites = false;
  /** As when the extension host has ended: nothing is answered. */
  dead = false;
  cells = 0;
  baseline = 'frame';
  /** The tick whose bytes are the baseline. */
  baselineTick = 0;
  /** Baselines that the host has; another is refused. */
  known = new Set(['frame', 'looked', 'a1']);
  /** Strips are sent by themselves. */
  stripping = true;
  /** What the next long request is refused with; with 'hold' it is not answered until it is cancelled. */
  failWork: string | undefined;
  readonly work = new FakeWork((offset, length) => this.#bytes(offset, length));
  /** Differences that one comparison gives. */
  mostDifferences = 10_000;
  readonly #held = new Set<number>();
  /** Indices of guards that cannot be had. */
  torn: readonly number[] = [];
  /** How long a 'read' takes, ms. */
  readDelay = 0;
  guards: readonly Guard[] = [];
  formats: Formats = {};
  /** What the page saved; lives in sessionStorage, so that a reload keeps it. */
  ranges: readonly Range[] = [];
  #type: TypeLayout | undefined;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.size = scenario.segment.size;
    this.#type = scenario.type;
    this.status = {
      phase: 'live',
      replaced: false,
      writing: false,
      canWrite: false,
      paused: false,
      following: false,
      ...scenario.status,
    };
  }

  post(message: ToPage): void {
    const envelope: Envelope = { sequence: ++this.sequence, message };
    window.postMessage(envelope, '*');
  }

  receive(raw: unknown): void {
    if (this.dead) return;
    const message = parseFromPage(structuredClone(raw));
    if (!message) {
      this.refused.push(raw);
      return;
    }
    this.sent.push(message);
    if (message.type === 'ready') this.#hello();
    else if (message.type === 'view') {
      this.ranges = message.view.ranges;
      const { cells } = message.view;
      if (this.baseline !== 'frame') setTimeout(() => this.sendBaseline(), 5);
      if (cells !== this.cells && cells > 0) setTimeout(() => this.strip(), 5);
      this.cells = cells;
      this.guards = message.view.guards;
      setTimeout(() => this.frame(), 5);
    } else if (message.type === 'ack') this.lastAck = message.sequence;
    else if (message.type === 'request') this.#answer(message.id, message.name, message.ask);
    else if (message.type === 'cancel' && this.#held.delete(message.id))
      this.post({ type: 'reply', id: message.id, error: { code: 'ECANCELED', message: 'Cancelled.' } });
  }

  #hello(): void {
    this.post({ type: 'segment', segment: this.scenario.segment });
    this.post({ type: 'status', status: this.status });
    this.#sendType();
    const hz = this.scenario.hz;
    if (hz) setInterval(() => this.#step(), 1000 / hz);
    if (hz) setInterval(() => this.stripping && this.strip(), 200);
  }

  #sendType(): void {
    const type = this.#type;
    this.post({
      type: 'layout',
      ...(type
        ? {
            layout: {
              layout: packLayout(type),
              name: type.name,
              from: 'pasted',
              source: `${type.name} { … };`,
              formats: this.formats,
            },
          }
        : {}),
    });
  }

  setStatus(change: Partial<Status>): void {
    this.status = { ...this.status, ...change };
    this.post({ type: 'status', status: this.status });
  }

  #step(): void {
    if (this.status.paused || this.sequence - this.lastAck > 2) return;
    this.tick += 1;
    this.frame();
  }

  sendBaseline(): void {
    const ranges = this.ranges.map(({ offset, length }) => ({
      offset,
      bytes: Uint8Array.from({ length }, (_, i) => this.scenario.byte(offset + i, this.baselineTick)),
    }));
    this.post({ type: 'baseline', of: this.baseline, ranges });
  }

  strip(): void {
    const { strip } = this.scenario;
    if (!strip || this.cells === 0 || this.status.phase !== 'live') return;
    const cells = Array.from({ length: this.cells }, (_, i) => strip(i / this.cells, this.tick));
    const held = Uint8Array.from(cells, (cell) => cell.held);
    const changed = Uint8Array.from(cells, (cell) => (cell.changed ? 1 : 0));
    this.post({ type: 'strip', strip: { size: this.size, held, changed, roundMs: 1200 } });
  }

  /** Every range of one frame is read at one tick. */
  frame(): void {
    if (!['live', 'gone'].includes(this.status.phase)) return;
    const ranges: Frame['ranges'][number][] = this.ranges.map(({ offset, length }) => {
      return { offset, bytes: this.#bytes(offset, length) };
    });
    const unheld = this.scenario.unheld ?? [];
    this.post({ type: 'frame', frame: { time: Date.now(), size: this.size, ranges, unheld, torn: this.torn } });
  }

  byteAt(offset: number): number {
    return this.written.get(offset) ?? this.scenario.byte(offset, this.tick);
  }

  #bytes(offset: number, length: number): Uint8Array {
    const end = Math.min(this.size, offset + length);
    return Uint8Array.from(
      { length: Math.max(0, end - offset) },
      (_, i) => this.written.get(offset + i) ?? this.scenario.byte(offset + i, this.tick),
    );
  }

  #store(offset: number, bytes: Uint8Array): void {
    bytes.forEach((byte, index) => this.written.set(offset + index, byte));
    this.frame();
  }

  /** The long requests; false for all others. */
  #answerWork(id: number, name: string, ask: unknown, ok: (value?: unknown) => void): boolean {
    const { work } = this;
    const long = ['find', 'findAll', 'narrow', 'takeSnapshot', 'compare', 'fill'].includes(name);
    if (long && this.failWork === 'hold') {
      this.#held.add(id);
      this.post({ type: 'progress', id, done: 0.4, found: 12 });
    } else if (long && this.failWork !== undefined) {
      this.post({ type: 'reply', id, error: { code: this.failWork, message: 'There are too many places.' } });
    } else if (isAskOf('find', name, ask)) ok(work.find(ask));
    else if (isAskOf('findAll', name, ask)) ok(work.findAll(ask.spec));
    else if (isAskOf('narrow', name, ask)) ok(work.narrow(ask));
    else if (isAskOf('compare', name, ask)) ok(work.compare(ask, this.mostDifferences));
    else if (isAskOf('read', name, ask)) {
      const bytes = work.bytesOf(ask.of);
      ok({ bytes: bytes.slice(ask.offset, ask.offset + ask.length), size: bytes.length });
    } else if (isAskOf('takeSnapshot', name, ask)) {
      const info = work.take(ask.name);
      this.post({ type: 'snapshots', list: work.list });
      ok(info);
    } else if (isAskOf('renameSnapshot', name, ask)) {
      work.rename(ask.id, ask.name);
      this.post({ type: 'snapshots', list: work.list });
      ok();
    } else if (isAskOf('removeSnapshot', name, ask)) {
      work.remove(ask.id);
      this.post({ type: 'snapshots', list: work.list });
      ok();
    } else return this.#answerEdit(name, ask, ok);
    return true;
  }

  #answerEdit(name: string, ask: unknown, ok: (value?: unknown) => void): boolean {
    const { work } = this;
    if (isAskOf('fill', name, ask)) {
      this.#store(
        ask.offset,
        Uint8Array.from({ length: ask.length }, (_, at) => ask.pattern[at % ask.pattern.length] ?? 0),
      );
      ok();
    } else if (isAskOf('undo', name, ask) || isAskOf('redo', name, ask)) {
      const [from, to] = name === 'undo' ? [work.done, work.undone] : [work.undone, work.done];
      const edit = from.at(-1);
      const done = ask.force || !work.conflict;
      if (edit && done) {
        from.pop();
        to.push(edit);
        this.#store(edit.offset, name === 'undo' ? edit.before : edit.after);
      }
      ok(edit ? { done, offset: edit.offset, length: edit.after.length } : null);
    } else return false;
    return true;
  }

  #answer(id: number, name: Parameters<typeof isAsk>[0], ask: unknown): void {
    const ok = (value: unknown = null): void => this.post({ type: 'reply', id, ok: value });
    const refuse = (code: string, message: string): void => this.post({ type: 'reply', id, error: { code, message } });
    if (this.#answerWork(id, name, ask, ok)) return;
    if (isAskOf('write', name, ask)) {
      if (this.failWrites) return refuse('EACCES', 'write: Permission denied.');
      if (ask.expected) {
        if (![1, 2, 4, 8].includes(ask.bytes.length) || ask.offset % ask.bytes.length !== 0)
          return refuse('ENOTSUP', 'Only 1, 2, 4 or 8 aligned bytes.');
        const held = Uint8Array.from(ask.bytes, (_, index) => this.byteAt(ask.offset + index));
        if (ask.expected.some((byte, index) => byte !== held[index])) return ok({ held });
      }
      const { offset, bytes } = ask;
      this.work.done.push({ offset, before: this.#bytes(offset, bytes.length), after: bytes });
      ask.bytes.forEach((byte, index) => {
        const bits = ask.mask?.[index] ?? 255;
        const before = this.byteAt(ask.offset + index);
        this.written.set(ask.offset + index, (before & ~bits) | (byte & bits));
      });
      ok();
      this.frame();
    } else if (isAskOf('parseTypes', name, ask)) {
      if (ask.source.includes('@')) refuse('ETYPE', '2:3: unexpected character "@"');
      else ok([...ask.source.matchAll(/struct (\w+) \{/g)].map((match) => ({ name: `struct ${match[1]}`, size: 36 })));
    } else if (isAskOf('applyType', name, ask)) {
      this.#type = student;
      ok();
      this.#sendType();
    } else if (isAskOf('setWriting', name, ask)) {
      this.setStatus({ writing: ask.on });
      ok();
    } else if (isAskOf('setBaseline', name, ask)) {
      if (!this.known.has(ask.baseline)) return refuse('ENOENT', 'There is no such snapshot any more.');
      this.baseline = ask.baseline;
      this.baselineTick = this.tick;
      ok();
      if (this.baseline !== 'frame') this.sendBaseline();
    } else if (name === 'look') {
      this.baselineTick = this.tick;
      ok();
      this.sendBaseline();
    } else if (isAskOf('read', name, ask)) {
      const end = Math.min(this.size, ask.offset + ask.length);
      const bytes = Uint8Array.from({ length: Math.max(0, end - ask.offset) }, (_, at) => this.byteAt(ask.offset + at));
      setTimeout(() => ok({ bytes, size: this.size }), this.readDelay);
    } else if (isAskOf('setFormats', name, ask)) {
      this.formats = ask.formats;
      ok();
    } else if (isAskOf('setPaused', name, ask)) {
      this.setStatus({ paused: ask.on });
      ok();
    } else {
      if (name === 'clearType') this.#type = undefined;
      if (name === 'clearType') this.#sendType();
      ok();
    }
  }
}

/** Narrows a request by its name. */
function isAskOf<Name extends Parameters<typeof isAsk>[0]>(
  wanted: Name,
  name: string,
  ask: unknown,
): ask is Requests[Name]['ask'] {
  return name === wanted && isAsk(wanted, ask);
}

const scenario = scenarios[new URLSearchParams(location.search).get('scenario') ?? ''] ?? scenarios['market'];
if (!scenario) throw new Error('no scenario');
const host = new FakeHost(scenario);

declare global {
  interface Window {
    testHost: FakeHost;
    acquireVsCodeApi: () => unknown;
  }
}
window.testHost = host;
window.acquireVsCodeApi = () => ({
  postMessage: (message: unknown) => host.receive(message),
  getState: () => {
    const state: unknown = JSON.parse(sessionStorage.getItem('state') ?? 'null');
    return state ?? undefined;
  },
  setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
});
