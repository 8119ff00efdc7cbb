/** What the mappers of a segment tell of its types, as long as they are the same. */
import type { LayoutConflict, Segment } from '../../../api.d.ts';
import { setImmediate } from 'node:timers/promises';
import { beginsWith, candidatesOf, groupsOf, reasonOf, type Candidate, type Group, type SeenFile } from './candidates.ts';
import { conflictsOf, typesWithin } from './conflicts.ts';
import type { SeenType, Suggestion } from './finder.ts';
import { look, type Looked, type Means } from './process/look.ts';
import type { RunFile } from './process/programs.ts';
import { isAggregate } from './rank.ts';
import { Shared } from './shared.ts';

/** Entries that are taken over before the event loop has its turn. */
const SLICE = 2048;

interface Suggested {
  readonly looked: Looked;
  readonly groups: readonly Group[];
  readonly suggestions: readonly Suggestion[];
}

export class Study {
  readonly #segment: Segment;
  readonly #looked: Shared<Looked>;
  readonly #suggested = new Shared((signal) => this.#suggest(signal));
  readonly #compared = new Shared((signal) => this.#compare(signal));
  readonly #seen = new Shared((signal) => this.#list(signal));
  #foundNothing = false;

  constructor(means: Means, segment: Segment) {
    this.#segment = segment;
    this.#looked = new Shared((signal) => look(means, segment, signal));
  }

  /** Set once it is known: no pointer of a mapper points into the segment. */
  get foundNothing(): boolean {
    return this.#foundNothing;
  }

  async suggestions(signal?: AbortSignal): Promise<readonly Suggestion[]> {
    return (await this.#suggested.join(signal)).suggestions;
  }

  conflicts(signal?: AbortSignal): Promise<readonly LayoutConflict[]> {
    return this.#compared.join(signal);
  }

  seen(signal?: AbortSignal): Promise<{ readonly types: readonly SeenType[]; readonly lacks: readonly string[] }> {
    return this.#seen.join(signal);
  }

  async #suggest(signal: AbortSignal): Promise<Suggested> {
    const looked = await this.#looked.join(signal);
    this.#foundNothing = looked.hits.length === 0;
    const candidates = candidatesOf(looked.hits, looked.files, this.#segment);
    await looked.layouts.load(candidates, signal);
    const groups = groupsOf(candidates, looked.layouts);
    const certain = await this.#certain(groups, looked, signal);
    const suggestions = groups.map((group) => {
      const [{ entry, run }] = group.candidates;
      const { type, offset } = group;
      const seen = { ...entry, file: run.file, pids: pidsOf(looked.files, run) };
      return { type, offset, why: reasonOf(group, this.#segment, looked.files), certain: group === certain, seen };
    });
    return { looked, groups, suggestions };
  }

  /** The one type for the start of the segment, if nothing speaks against it. */
  async #certain(groups: readonly Group[], looked: Looked, signal: AbortSignal): Promise<Group | undefined> {
    const pointed = groups.filter(({ offset, candidates }) => offset === 0 && candidates.some(isPointed));
    const whole = pointed.filter(({ type }) => !pointed.some((other) => other.type !== type && beginsWith(other.type, type)));
    const [only, ...others] = whole;
    if (!only || others.length > 0) return undefined;
    const { type } = only;
    const { size } = this.#segment;
    if (type.size > size || !(isAggregate(type) || (type.kind === 'sync' && type.size === size))) return undefined;
    const conflicts = await conflictsOf(typesWithin([type]), looked, looked.layouts, signal);
    return conflicts.length === 0 ? only : undefined;
  }

  async #compare(signal: AbortSignal): Promise<LayoutConflict[]> {
    const { looked, groups } = await this.#suggested.join(signal);
    return conflictsOf(typesWithin(groups.map(({ type }) => type)), looked, looked.layouts, signal);
  }

  async #list(signal: AbortSignal): Promise<{ types: SeenType[]; lacks: string[] }> {
    const { files, lacks } = await this.#looked.join(signal);
    const types: SeenType[] = [];
    for (const { run, index } of files) {
      const pids = pidsOf(files, run);
      for (const entry of index.entries) {
        types.push({ ...entry, file: run.file, pids });
        if (types.length % SLICE !== 0) continue;
        await setImmediate();
        signal.throwIfAborted();
      }
    }
    return { types, lacks: lacks.texts() };
  }
}

/** What a function that has returned left on the stack says something, and nothing for certain. */
const isPointed = ({ hits }: Candidate): boolean => hits.some(({ onStack }) => onStack !== 'left');

const pidsOf = (files: readonly SeenFile[], run: RunFile): number[] =>
  files.find((file) => file.run.key === run.key)?.mappers.map(({ pid }) => pid) ?? [];
