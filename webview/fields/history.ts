/** What fields held before, and how often they were seen to change, for as long as they are read. */
import { FADE, STEPS } from '../state/changes.ts';

export interface Past {
  /** Frames in which it differed from the one before. */
  readonly count: number;
  /** What it showed before the last change. */
  readonly previous?: string;
  /** performance.now() of the last change. */
  readonly at: number;
}

interface Entry {
  text: string | undefined;
  previous: string | undefined;
  count: number;
  at: number;
}

/** Fields that are remembered; the ones that were seen longest ago are forgotten first. */
const MOST = 50_000;

export class FieldHistory {
  readonly #entries = new Map<string, Entry>();

  /** A new frame shows `text` for the field. True when that is a change. */
  take(path: string, text: string, now: number): boolean {
    const entry = this.#entries.get(path);
    if (!entry) {
      if (this.#entries.size >= MOST) this.#entries.delete(this.#entries.keys().next().value ?? '');
      this.#entries.set(path, { text, previous: undefined, count: 0, at: 0 });
      return false;
    }
    if (entry.text === text) return false;
    const known = entry.text !== undefined;
    if (known) {
      entry.previous = entry.text;
      entry.count += 1;
      entry.at = now;
    }
    entry.text = text;
    return known;
  }

  /** Whether it is known what the field showed last. */
  knows(path: string): boolean {
    return this.#entries.get(path)?.text !== undefined;
  }

  of(path: string): Past | undefined {
    const entry = this.#entries.get(path);
    if (!entry || entry.count === 0) return undefined;
    const { count, at, previous } = entry;
    return { count, at, ...(previous === undefined ? {} : { previous }) };
  }

  /** 0 for no recent change, else 1 (fresh) to STEPS (nearly faded). */
  step(path: string, now: number): number {
    const past = this.of(path);
    const age = past ? now - past.at : FADE;
    return age >= FADE ? 0 : 1 + Math.floor((age / FADE) * STEPS);
  }

  /** The same bytes are shown in another way from now on: that is no change. */
  reformat(): void {
    for (const entry of this.#entries.values()) {
      entry.text = undefined;
      entry.previous = undefined;
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}
