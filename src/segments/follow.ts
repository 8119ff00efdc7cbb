/** Follows the list while somebody wants it: inotify for names and sizes in /dev/shm, the cheap signs of all processes for the rest. */
import { watch, type FSWatcher } from 'node:fs';
import type { Disposable } from 'vscode';
import { toDisposable } from '../lifecycle.ts';

/** A burst of events (a program that makes many objects) is answered by one look. */
const SETTLE_MS = 60;
const TICK_MS = 200;
/** Memory that an object holds moves without an event: names and sizes are asked for again as often as this allows. */
const LIST_MS = 1000;
/** At most this share of the time goes into looking, at rest and while events come without end. */
const TICK_SHARE = 0.015;
const LIST_SHARE = 0.002;
const BUSY_SHARE = 0.25;

export interface Followed {
  /** Where inotify tells of changes; asked for again at each look. */
  readonly directories: () => readonly string[];
  /** `list`: names and sizes too. */
  readonly refresh: (list: boolean) => Promise<void>;
}

/** Calls `refresh` soon after a change that is told of, and otherwise often enough to see all else within a second. One call at a time. */
export function follow(followed: Followed): Disposable {
  const following = new Following(followed);
  following.start();
  return toDisposable(() => following.end());
}

class Following {
  readonly #followed: Followed;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;
  #settle = SETTLE_MS;
  #listAt = 0;
  #told = false;
  #running = false;
  #ended = false;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  start(): void {
    this.#watch();
    this.#schedule(TICK_MS);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#due = Infinity;
    const told = this.#told;
    const list = told || performance.now() >= this.#listAt;
    this.#told = false;
    const began = performance.now();
    // Before the look: what happens after it began is told again.
    if (list) this.#watch();
    try {
      await this.#followed.refresh(list);
    } catch (error) {
      console.error('ShmScope: a scan failed', error);
    }
    const took = performance.now() - began;
    this.#running = false;
    if (list) this.#listAt = performance.now() + Math.max(LIST_MS, took / LIST_SHARE);
    this.#settle = Math.max(SETTLE_MS, took / BUSY_SHARE);
    this.#schedule(this.#told ? this.#settle : Math.max(TICK_MS, list ? 0 : took / TICK_SHARE));
  }

  /** Never later than what is due already: events that do not end would put the look off for ever. */
  #schedule(ms: number): void {
    const at = performance.now() + ms;
    if (this.#ended || this.#running || at >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = at;
    this.#timer = setTimeout(() => void this.#run(), ms).unref();
  }

  /** Each directory's watch ends with its first event, so that a program that writes without pause costs one event a look. */
  #watch(): void {
    if (this.#ended) return;
    for (const directory of this.#followed.directories()) {
      if (this.#watchers.has(directory)) continue;
      const watcher = tryWatch(directory, () => {
        watcher?.close();
        this.#watchers.delete(directory);
        this.#told = true;
        this.#schedule(this.#settle);
      });
      if (watcher) this.#watchers.set(directory, watcher);
    }
  }
}

/** Without inotify (its limit is reached, no rights) the looks alone follow. */
function tryWatch(directory: string, told: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, told);
    watcher.on('error', told);
    return watcher;
  } catch {
    return undefined;
  }
}
