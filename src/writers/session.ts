/** Watches up to four fields for some time: breakpoints in every process that maps them, and a report that grows. */
import { readFileSync } from 'node:fs';
import type { Segment } from '../../api.d.ts';
import type { CodePlace, CodeQuery } from '../code/face.ts';
import type { ProcessCode } from '../code/processCode.ts';
import { Emitter } from '../lifecycle.ts';
import { toShmError } from '../native/errors.ts';
import { forEachPaced, Pace } from '../segments/pace.ts';
import type { RawSeen, RawWatchpoints, WatchpointCalls } from '../native/watchpoints.ts';
import type { Unwatched, WatchedField, WriterReportView, WriterSession } from './face.ts';
import { Hints } from './hint.ts';
import { Rates } from './rates.ts';
import { WatchedPrograms } from './programs.ts';
import { failureOf, left, unwatched } from './reasons.ts';
import { askedBy, rulesFor } from './rules.ts';
import { placesOf, queriesOf, sitesOf, type Site } from './sites.ts';
import { Unmapped } from './unmapped.ts';
import { targetKey, targetsOf, type Target } from './targets.ts';
import { valueText } from './typed.ts';

export interface SessionParts {
  readonly calls: WatchpointCalls;
  readonly code: ProcessCode;
  /** The segment as it is now, with its mappers; undefined when it is gone. */
  readonly now: () => Promise<Segment | undefined>;
  /** Processes that may not be looked into, and could write to it. */
  readonly hidden: (segment: Segment) => readonly Unwatched[];
  readonly read: (segment: Segment, offset: number, length: number) => Promise<Uint8Array>;
}

export interface Wanted {
  readonly fields: readonly WatchedField[];
  readonly ms: number;
  readonly reads: boolean;
}

/** ms between two looks at what was seen: rules are waited for by samples. */
const TAKE_MS = 50;
/** Takes from one look at the mappers, and one report, to the next. */
const TAKES = 4;
/** A report of thousands of places takes long: this many times as long nothing is told after it. */
const REST = 5;
/** At the end: for rules that are still asked for. */
const LAST_MS = 500;

export class Session implements WriterSession {
  readonly #parts: SessionParts;
  readonly #segment: Segment;
  readonly #wanted: Wanted;
  readonly #changes = new Emitter<void>();
  readonly onDidChange = this.#changes.event;
  readonly #ending = new AbortController();
  readonly #added = new Map<string, Target>();
  readonly #watched = new Map<number, number>();
  readonly #missed = new Map<string, Unwatched>();
  readonly #hidden = new Map<number, Unwatched>();
  readonly #rates = new Rates();
  readonly #unmapped = new Unmapped();
  readonly #programs: WatchedPrograms;
  readonly #code = new Map<string, CodePlace | null>();
  #hints: Hints | undefined;
  #asking = 0;
  #reportAt = 0;
  #view: WriterReportView;
  /** Resolves with the last report; never rejects. */
  readonly done: Promise<WriterReportView>;

  constructor(parts: SessionParts, segment: Segment, wanted: Wanted) {
    this.#parts = parts;
    this.#programs = new WatchedPrograms(parts.code);
    this.#segment = segment;
    this.#wanted = wanted;
    const now = Date.now();
    this.#view = {
      state: 'starting',
      fields: wanted.fields,
      reads: wanted.reads,
      startedAt: now,
      endsAt: now + wanted.ms,
      places: [],
      processes: 0,
      threads: 0,
      missed: [],
      seen: 0,
      lost: 0,
    };
    this.done = this.#run();
  }

  get view(): WriterReportView {
    return this.#view;
  }

  stop(): void {
    this.#ending.abort();
  }

  dispose(): void {
    this.stop();
    this.#changes.dispose();
  }

  async #run(): Promise<WriterReportView> {
    const raw = await this.#open();
    await (raw ? this.#watch(raw) : this.#hint());
    this.#tell({ state: 'ended', endsAt: Date.now() });
    return this.#view;
  }

  /** Undefined where breakpoints cannot be had, and the report says why. */
  async #open(): Promise<RawWatchpoints | undefined> {
    const { fields, reads } = this.#wanted;
    try {
      return await this.#parts.calls.openWatchpoints(fields.map(({ length }) => ({ length, reads })));
    } catch (error) {
      const { code, message } = toShmError(error);
      this.#tell({ state: 'running', failure: failureOf(code, message) });
      return undefined;
    }
  }

  async #watch(raw: RawWatchpoints): Promise<void> {
    try {
      await this.#addTargets(raw);
      // The time runs from when all that is there is watched.
      const startedAt = Date.now();
      this.#tell({ state: 'running', startedAt, endsAt: startedAt + this.#wanted.ms, ...this.#who() });
      for (let take = 1; !this.#ending.signal.aborted && Date.now() < this.#view.endsAt; take++) {
        await pause(Math.min(TAKE_MS, this.#view.endsAt - Date.now()), this.#ending.signal);
        const seen = this.#take(raw);
        if (take % TAKES !== 0) continue;
        await this.#addTargets(raw);
        if (performance.now() >= this.#reportAt) await this.#report(seen);
      }
      await this.#finish(raw);
    } finally {
      await raw.close();
    }
  }

  /** What was asked for is waited for, but not for ever; then nothing is watched any more. */
  async #finish(raw: RawWatchpoints): Promise<void> {
    const until = performance.now() + LAST_MS;
    while ((this.#take(raw).pending > 0 || this.#asking > 0) && performance.now() < until) await pause(TAKE_MS / 2);
    await raw.close();
    await this.#report(this.#take(raw));
  }

  /** What was seen; rules for the unwinding are found for what is asked with it, once: the samples that need them wait in the addon. */
  #take(raw: RawWatchpoints): RawSeen {
    const seen = raw.take();
    for (const { image, pid, queries } of askedBy(seen.asked)) {
      this.#asking++;
      void this.#programs.places(image, pid, 0, queries).then((places) => {
        this.#asking--;
        // Of one that has ended its parent may tell more (#learn).
        if (places) queries.forEach((query, at) => this.#code.set(codeKey(image, query), places[at] ?? null));
        raw.answer(image, rulesFor(queries, places));
      });
    }
    for (const pid of seen.execed) for (const [key, target] of this.#added) if (target.pid === pid) this.#added.delete(key);
    return seen;
  }

  async #addTargets(raw: RawWatchpoints): Promise<void> {
    // A look that fails says nothing of the mappers: those that are watched stay so.
    const segment = await this.#parts.now().catch(() => undefined);
    if (!segment) return;
    for (const one of this.#parts.hidden(segment)) this.#hidden.set(one.pid, one);
    const targets = targetsOf(segment, this.#wanted.fields, this.#wanted.reads);
    // After an exec, a process may show it at the same address again: its threads have lost their breakpoints by then.
    const shown = new Set(targets.map(targetKey));
    for (const [key, target] of this.#added) if (!shown.has(key)) this.#leave(key, target, targets);
    for (const target of targets.filter((one) => !this.#added.has(targetKey(one)))) {
      this.#added.set(targetKey(target), target);
      this.#unmapped.shows(target.pid, target.field);
      await this.#add(raw, target);
    }
  }

  /** Its breakpoints stay where they are: at the address. */
  #leave(key: string, { pid, field, process }: Target, targets: readonly Target[]): void {
    this.#added.delete(key);
    const elsewhere = targets.some((one) => one.pid === pid && one.field === field);
    if (elsewhere || !hasMemory(pid)) return;
    this.#unmapped.leaves(pid, field);
    this.#missed.set(`${pid} left`, left(pid, process));
  }

  async #add(raw: RawWatchpoints, { pid, process, field, address }: Target): Promise<void> {
    try {
      const { watched, image, tid, codes } = await raw.add(pid, field, address);
      this.#programs.meet(pid, image);
      this.#watched.set(pid, Math.max(this.#watched.get(pid) ?? 0, watched));
      const names = codes.split('\0');
      tid.forEach((one, at) => this.#missed.set(`${pid} ${one}`, unwatched(pid, process, names[at] ?? '', one)));
    } catch (error) {
      const { code } = toShmError(error);
      // One that has ended writes nothing any more.
      if (code !== 'ESRCH') this.#missed.set(`${pid}`, unwatched(pid, process, code));
    }
  }

  async #report(taken: RawSeen): Promise<void> {
    const begun = performance.now();
    const pace = new Pace();
    this.#rates.take(begun, taken.sites.count);
    const { sites, others } = this.#unmapped.apply(await sitesOf(taken, pace));
    await this.#learn(sites, pace);
    const placeOf = ({ image }: Site, query: CodeQuery): CodePlace | undefined =>
      this.#code.get(codeKey(image, query)) ?? undefined;
    this.#tell({
      places: await placesOf(sites, this.#wanted.fields, placeOf, this.#rates, pace),
      ...this.#who(),
      seen: taken.seen - others,
      lost: taken.lost + taken.dropped,
    });
    this.#reportAt = performance.now() + (performance.now() - begun) * REST;
  }

  #who(): Pick<WriterReportView, 'processes' | 'threads' | 'missed'> {
    const threads = [...this.#watched.values()];
    return {
      processes: threads.filter((count) => count > 0).length,
      threads: threads.reduce((sum, count) => sum + count, 0),
      missed: [...this.#missed.values(), ...this.#hidden.values()],
    };
  }

  /** What is not known yet of the code of these sites. A fork that has ended ran what its parent runs. */
  async #learn(sites: readonly Site[], pace: Pace): Promise<void> {
    const byImage = new Map<number, { readonly site: Site; readonly queries: Map<string, CodeQuery> }>();
    await forEachPaced(sites, pace, (site) => {
      for (const query of queriesOf(site)) {
        const key = codeKey(site.image, query);
        if (this.#code.has(key)) continue;
        let missing = byImage.get(site.image);
        if (!missing) byImage.set(site.image, (missing = { site, queries: new Map() }));
        missing.queries.set(key, query);
      }
    });
    for (const { site, queries } of byImage.values()) {
      const asked = [...queries.values()];
      const places = await this.#programs.places(site.image, site.pid, site.parent, asked);
      [...queries.keys()].forEach((key, at) => this.#code.set(key, places?.[at] ?? null));
    }
  }

  /** Without breakpoints: who ran when it changed. */
  async #hint(): Promise<void> {
    const [field] = this.#wanted.fields;
    if (!field) return;
    const { offset, length } = field;
    let mappers = targetsOf(this.#segment, this.#wanted.fields, false);
    const hints = (this.#hints = new Hints({
      read: () => this.#parts.read(this.#segment, offset, length),
      mappers: () => mappers,
      text: (bytes) => valueText(littleEndian(bytes), field),
      onChange: () => undefined,
    }));
    try {
      while (!this.#ending.signal.aborted && Date.now() < this.#view.endsAt) {
        await pause(Math.min(TAKE_MS * TAKES, this.#view.endsAt - Date.now()), this.#ending.signal);
        const segment = await this.#parts.now().catch(() => undefined);
        if (segment) mappers = targetsOf(segment, this.#wanted.fields, false);
        this.#tell({});
      }
    } finally {
      hints.dispose();
    }
  }

  #tell(change: Partial<WriterReportView>): void {
    const hint = this.#hints ? { hint: [...this.#hints.found] } : {};
    this.#view = { ...this.#view, ...change, ...hint };
    this.#changes.fire();
  }
}

/** One that is ending, or is a zombie, has no pages any more (proc_pid_statm(5)). */
function hasMemory(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/statm`, 'latin1').startsWith('0 ');
  } catch {
    return false;
  }
}

const codeKey = (image: number, { kind, address }: CodeQuery): string => `${image} ${kind} ${address}`;

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal?.addEventListener('abort', done, { once: true });
  });
}
