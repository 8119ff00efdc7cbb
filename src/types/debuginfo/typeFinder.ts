/** The types of the programs that map a segment: suggested, seen, and in conflict. */
import type { LayoutConflict, Segment, TypeLayout } from '../../../api.d.ts';
import { shmError } from '../../native/errors.ts';
import type { ProgramCalls } from '../../native/programs.ts';
import type { DebugReader } from './face.ts';
import type { SeenType, Suggestion, TypeFinder } from './finder.ts';
import { Bare } from './process/indices.ts';
import type { Means } from './process/look.ts';
import { Pointings } from './process/pointers.ts';
import { Study } from './study.ts';

/** Segments of which something is kept. */
const KEPT = 8;
/** A program may be about to store its pointer: that nothing points into a segment holds no longer than this, in ms. */
const PATIENCE = 1000;

export class DebugTypeFinder implements TypeFinder {
  readonly #means: Means;
  /** By segment, that which was used last at the end. */
  readonly #studies = new Map<string, { readonly mappers: string; readonly since: number; readonly study: Study }>();

  /** `keepMs`: so long what was seen of a process holds for other segments, for who asks about many. */
  constructor(calls: ProgramCalls, reader: DebugReader, keepMs = 0) {
    this.#means = { pointings: new Pointings(calls, keepMs), reader, bare: new Bare() };
  }

  /** What was seen of processes is not had again: there may be more by now. */
  forget(): void {
    this.#means.pointings.forget();
  }

  async suggest(segment: Segment, signal?: AbortSignal): Promise<readonly Suggestion[]> {
    return this.#study(segment).suggestions(signal);
  }

  async seen(
    segment: Segment,
    signal?: AbortSignal,
  ): Promise<{ readonly types: readonly SeenType[]; readonly lacks: readonly string[] }> {
    return this.#study(segment).seen(signal);
  }

  /** Rejects as DebugReader.layouts does. */
  async layout({ file, ref, name }: SeenType, signal?: AbortSignal): Promise<TypeLayout> {
    const [type] = await this.#means.reader.layouts(file, [ref], signal);
    if (!type) throw shmError('ETYPE', `The debug info of ${file.name} has no "${name}" any more.`);
    return type;
  }

  async conflicts(segment: Segment, signal?: AbortSignal): Promise<readonly LayoutConflict[]> {
    return this.#study(segment).conflicts(signal);
  }

  /** What is known holds until the mappers are others. */
  #study(segment: Segment): Study {
    const mappers = keyOf(segment);
    const known = this.#studies.get(segment.id);
    this.#studies.delete(segment.id);
    const good = known?.mappers === mappers && (!known.study.foundNothing || performance.now() - known.since < PATIENCE);
    const kept = good ? known : { mappers, since: performance.now(), study: new Study(this.#means, segment) };
    this.#studies.set(segment.id, kept);
    const [oldest] = this.#studies.keys();
    if (oldest !== undefined && this.#studies.size > KEPT) this.#studies.delete(oldest);
    return kept.study;
  }
}

function keyOf({ size, mappings }: Segment): string {
  const told = mappings.map(
    ({ pid, startedAt, address, length, offset }) => `${pid} ${startedAt} ${address} ${length} ${offset}`,
  );
  return `${size} ${told.join()}`;
}
