/** The C library by which a segment's locks are read: that of its mappers, remembered for each process. */
import type { Segment } from '../../api.d.ts';
import type { ProgramCalls } from '../native/programs.ts';
import { assumedLibc, libcFinding, libcOf, type ProgramLibc } from './libc.ts';

/** Mappers of one segment that are asked: more of one kind say nothing new. */
const ASKED = 8;
/** Processes that are remembered, and for how long: they may run another program by then (execve(2)), ms. */
const KEPT = 5000;
const GOOD_MS = 30_000;

export interface SegmentLibc {
  readonly libc: ProgramLibc;
  /** Why no lock works between its mappers. */
  readonly mixed: string | undefined;
}

interface Known {
  readonly until: number;
  readonly libc: Promise<ProgramLibc | undefined>;
}

export class Libcs {
  readonly #calls: ProgramCalls;
  readonly #byProcess = new Map<string, Known>();
  /** A segment is the same object while its mappers are the same. */
  readonly #bySegment = new WeakMap<Segment, { readonly until: number; readonly found: SegmentLibc }>();
  #assumed: Promise<ProgramLibc> | undefined;

  constructor(calls: ProgramCalls) {
    this.#calls = calls;
  }

  /** The same object while it is remembered. */
  async of(segment: Segment): Promise<SegmentLibc> {
    const known = this.#bySegment.get(segment);
    if (known && performance.now() < known.until) return known.found;
    const found = await this.#ask(segment);
    this.#bySegment.set(segment, { until: performance.now() + GOOD_MS, found });
    return found;
  }

  async #ask({ mappings }: Segment): Promise<SegmentLibc> {
    const processes = new Map<string, number>();
    for (const { pid, startedAt } of mappings) {
      processes.set(`${pid} ${startedAt}`, pid);
      if (processes.size >= ASKED) break;
    }
    const found = await Promise.all([...processes].map(([key, pid]) => this.#process(key, pid)));
    const libcs = found.filter((libc) => libc !== undefined);
    this.#assumed ??= assumedLibc(this.#calls);
    return { libc: libcs[0] ?? (await this.#assumed), mixed: libcFinding(libcs) };
  }

  #process(key: string, pid: number): Promise<ProgramLibc | undefined> {
    const known = this.#byProcess.get(key);
    if (known && performance.now() < known.until) return known.libc;
    // It has ended, or may not be looked into.
    const libc = libcOf(this.#calls, pid).catch(() => undefined);
    this.#byProcess.delete(key);
    this.#byProcess.set(key, { until: performance.now() + GOOD_MS, libc });
    const [oldest] = this.#byProcess.keys();
    if (oldest !== undefined && this.#byProcess.size > KEPT) this.#byProcess.delete(oldest);
    return libc;
  }
}
