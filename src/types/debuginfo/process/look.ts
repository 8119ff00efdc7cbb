/** One look into all processes that map a segment: which files they run, and which of their pointers point into it. */
import { setImmediate } from 'node:timers/promises';
import type { Segment } from '../../../../api.d.ts';
import type { Evidence } from '../conflicts.ts';
import type { DebugIndex, DebugReader } from '../face.ts';
import { hitsOf, type Hit } from './hits.ts';
import { Layouts } from '../layouts.ts';
import { Indices, isIndex, type Bare } from './indices.ts';
import { Lacks } from './lacks.ts';
import type { Pointings } from './pointers.ts';
import { mappersOf, type Mapper, type RunFile } from './programs.ts';

/** What it takes to look. */
export interface Means {
  readonly pointings: Pointings;
  readonly reader: DebugReader;
  readonly bare: Bare;
}

export interface Looked extends Evidence {
  readonly layouts: Layouts;
  readonly lacks: Lacks;
}

const SLICE_MS = 2.5;

/** Processes that are looked at beside each other; the reader of debug info has its own bound. */
const AT_ONCE = 4;

/** Rejects with the signal's reason only: what cannot be looked at is a lack. */
export async function look({ pointings, reader, bare }: Means, segment: Segment, signal: AbortSignal): Promise<Looked> {
  const looking = new Looking(pointings, new Indices(reader, bare, signal));
  const mappers = mappersOf(segment);
  let turn = performance.now();
  await inTurns(mappers, AT_ONCE, async (mapper) => {
    // What is known already takes no turn of the event loop, and there may be hundreds.
    if (performance.now() - turn >= SLICE_MS) {
      await setImmediate();
      turn = performance.now();
    }
    signal.throwIfAborted();
    await looking.into(mapper);
    signal.throwIfAborted();
  });
  const { hits, lacks, files } = looking;
  const failed = (run: RunFile, error: Error): void => {
    for (const mapper of files.get(run.key)?.mappers ?? []) lacks.add(mapper, error.message);
  };
  // Executables first, as their types are what most look for.
  const inOrder = [...files.values()].sort((a, b) => Number(b.run.executable) - Number(a.run.executable));
  return { mappers, files: inOrder, hits, lacks, layouts: new Layouts(reader, failed) };
}

class Looking {
  readonly hits: Hit[] = [];
  readonly lacks = new Lacks();
  readonly files = new Map<string, { readonly run: RunFile; readonly index: DebugIndex; readonly mappers: Mapper[] }>();
  readonly #pointings: Pointings;
  readonly #indices: Indices;

  constructor(pointings: Pointings, indices: Indices) {
    this.#pointings = pointings;
    this.#indices = indices;
  }

  async into(mapper: Mapper): Promise<void> {
    try {
      const { program, indices, pointers } = await this.#pointings.of(mapper.pid, mapper.startedAt, this.#indices);
      for (const raw of program.unopened) this.lacks.addUnopened(mapper, raw);
      for (const [i, run] of program.files.entries()) {
        const index = indices[i];
        if (!index) continue;
        this.lacks.addIndex(mapper, run, index);
        if (isIndex(index)) this.#add(run, index, mapper);
      }
      if (pointers === 'changed')
        this.lacks.add(mapper, 'it began another program, or unloaded a library, while it was looked at');
      else if (pointers instanceof Error) this.lacks.addError(mapper, pointers);
      else this.hits.push(...hitsOf(mapper, pointers));
    } catch (error) {
      this.lacks.addError(mapper, error);
    }
  }

  #add(run: RunFile, index: DebugIndex, mapper: Mapper): void {
    const known = this.files.get(run.key);
    if (!known) this.files.set(run.key, { run, index, mappers: [mapper] });
    else if (!known.mappers.includes(mapper)) known.mappers.push(mapper);
  }
}

/** Calls `work` for all items, for a few at a time. Rejects with the first failure, once no call is under way any more. */
async function inTurns<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const turn = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, turn));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
