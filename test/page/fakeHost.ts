/**
 * Plays the panel's side inside the browser: a segment whose memory is a function of time. What the page sends is checked by
 * the same parser that the real panel uses, and counted in `window.testHost`.
 */
import type { TypeLayout } from '../../api.d.ts';
import { packLayout } from '../../src/protocol/layout.ts';
import { Outbox } from '../../src/panel/outbox.ts';
import type { Frame, FromPage, Guard, Range, Status, ToPage } from '../../src/protocol/messages.ts';
import { isAsk, type Requests } from '../../src/protocol/requests.ts';
import { NO_TYPES } from '../../src/protocol/typing.ts';
import type { Formats } from '../../src/protocol/viewing.ts';
import { parseFromPage } from '../../src/protocol/transport.ts';
import { FakeWork } from './fakeWork.ts';
import { report } from './reports.ts';
import { student } from './layouts.ts';
import { scenarios, statusOf, type Scenario } from './scenarios.ts';

class FakeHost {
  readonly sent: FromPage[] = [];
  readonly refused: unknown[] = [];
  readonly written = new Map<number, number>();
  scenario: Scenario;
  status: Status;
  size: number;
  tick = 0;
  failWrites = false;
  /** As when the extension host has ended: nothing is answered. */
  dead = false;
  /** What finding writers and opening a line are refused with. */
  failWriters: string | undefined;
  cells = 0;
  baseline = 'frame';
  /** The tick whose bytes are the baseline. */
  baselineTick = 0;
  /** The segment's size then, where it was another. */
  baselineSize: number | undefined;
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
  readonly #outbox = new Outbox(
    (envelope) => window.postMessage(envelope, '*'),
    () => undefined,
  );
  /** Guards that cannot be had. */
  torn: readonly Range[] = [];
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
    this.status = statusOf(scenario);
  }

  post(message: ToPage): void {
    this.#outbox.put(message);
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
    } else if (message.type === 'ack') this.#outbox.acknowledge(message.sequences);
    else if (message.type === 'request') this.#answer(message.id, message.name, message.ask);
    else if (message.type === 'cancel' && this.#held.delete(message.id))
      this.post({ type: 'reply', id: message.id, error: { code: 'ECANCELED', message: 'Cancelled.' } });
  }

  #hello(): void {
    this.#outbox.open();
    this.post({ type: 'segment', segment: this.scenario.segment });
    this.post({ type: 'status', status: this.status });
    this.#sendType();
    if (this.scenario.locks) this.post({ type: 'locks', locks: this.scenario.locks });
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
              ...this.scenario.shown,
            },
          }
        : {}),
      ...(this.scenario.problem ? { problem: this.scenario.problem } : {}),
    });
    if (this.scenario.types) this.post({ type: 'types', types: { ...NO_TYPES, ...this.scenario.types } });
  }

  setStatus(change: Partial<Status>): void {
    this.status = { ...this.status, ...change };
    this.post({ type: 'status', status: this.status });
  }

  #step(): void {
    if (this.status.paused || !this.#outbox.hasRoom) return;
    this.tick += 1;
    this.frame();
  }

  sendBaseline(): void {
    const size = this.baselineSize ?? this.size;
    const ranges = this.ranges.flatMap(({ offset, length }) => {
      const had = Math.min(length, size - offset);
      return had <= 0
        ? []
        : [{ offset, bytes: Uint8Array.from({ length: had }, (_, i) => this.scenario.byte(offset + i, this.baselineTick)) }];
    });
    this.post({ type: 'baseline', of: this.baseline, ranges, size });
  }

  strip(): void {
    const { strip } = this.scenario;
    if (!strip || this.cells === 0 || this.status.phase !== 'live') return;
    const cells = Array.from({ length: this.cells }, (_, i) => strip(i / this.cells, this.tick));
    const held = Uint8Array.from(cells, (cell) => cell.held);
    const changed = Uint8Array.from(cells, (cell) => (cell.changed ? 1 : 0));
    this.post({ type: 'strip', strip: { size: this.size, held, changed, roundMs: 1200 } });
  }

  get #hasFrames(): boolean {
    return !this.scenario.isLate && ['live', 'gone'].includes(this.status.phase);
  }

  /** Every range of one frame is read at one tick. */
  frame(): void {
    if (!this.#hasFrames) return;
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
    else if (isAskOf('read', name, ask) && ask.of !== 'live') {
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
      const types = [...ask.source.matchAll(/struct (\w+) \{/g)].map((match) => ({ name: `struct ${match[1]}`, size: 36 }));
      const problems = ask.source.includes('@') ? ['2:3: unexpected character "@"'] : [];
      ok({ types: problems.length > 0 ? [] : types, problems });
    } else if (isAskOf('applyType', name, ask)) {
      this.#type = student;
      ok();
      this.#sendType();
    } else if (isAskOf('setWriting', name, ask)) {
      this.setStatus({ writing: ask.on });
      ok();
    } else if (isAskOf('setBaseline', name, ask)) {
      if (!this.known.has(ask.baseline) && !this.work.list.some(({ id }) => id === ask.baseline))
        return refuse('ENOENT', 'There is no such snapshot any more.');
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
    } else if (isAskOf('findWriters', name, ask)) {
      const { fields, ms, reads } = ask;
      if (this.failWriters !== undefined) return refuse('EPERM', this.failWriters);
      ok();
      const now = Date.now();
      this.post({
        type: 'writers',
        report: report({ state: 'starting', fields, reads, startedAt: now, endsAt: now + ms, processes: 0, threads: 0 }, now),
      });
    } else if (name === 'openLine' && this.failWriters !== undefined) {
      refuse('ENOENT', this.failWriters);
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
