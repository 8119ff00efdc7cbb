/** Follows the list while somebody wants it: inotify for names and sizes in /dev/shm, a cheap look at System V, a slow scan for the rest. */
import { watch, type FSWatcher } from 'node:fs';
import type { Disposable } from 'vscode';
import { toDisposable } from '../lifecycle.ts';

/** A burst of events (a program that makes many objects) is answered by one scan. */
const SETTLE_MS = 60;
const REST_MS = 700;
const LOOK_MS = 500;
/** At most this share of a core goes into scanning, at rest and while events come without end. */
const REST_SHARE = 0.05;
const BUSY_SHARE = 0.25;

export interface Followed {
  /** Where inotify tells of changes. */
  readonly directories: readonly string[];
  /** A cheap text that differs when something has changed of which no event tells; asked for twice a second. */
  readonly look: () => string;
  readonly refresh: () => Promise<void>;
}

/**
 * Calls `refresh` soon after a change that is told of, and otherwise often enough to see all else within a second, less often where a
 * scan is slow. One call at a time.
 */
export function follow({ directories, look, refresh }: Followed): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let due = Infinity;
  let settle = SETTLE_MS;
  let running = false;
  let changed = false;
  let ended = false;

  const run = async (): Promise<void> => {
    running = true;
    changed = false;
    due = Infinity;
    const begin = performance.now();
    try {
      await refresh();
    } catch (error) {
      console.error('ShmScope: a scan failed', error);
    }
    const took = performance.now() - begin;
    running = false;
    settle = Math.max(SETTLE_MS, took / BUSY_SHARE);
    schedule(changed ? settle : Math.max(REST_MS, took / REST_SHARE));
  };
  /** Never later than what is due already: events that do not end would put the scan off for ever. */
  const schedule = (ms: number): void => {
    const at = performance.now() + ms;
    if (ended || running || at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => void run(), ms).unref();
  };
  const onChange = (): void => {
    changed = true;
    schedule(settle);
  };

  const watchers = directories.flatMap((directory) => watchDirectory(directory, onChange));
  let seen = tryLook(look);
  const looking = setInterval(() => {
    const now = tryLook(look);
    if (now === seen) return;
    seen = now;
    onChange();
  }, LOOK_MS).unref();
  schedule(REST_MS);
  return toDisposable(() => {
    ended = true;
    clearInterval(looking);
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}

/** What cannot be looked at does not change; the scan says why. */
function tryLook(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}

/** Without inotify (its limit is reached, no rights) the slow scan alone follows. */
function watchDirectory(directory: string, changed: () => void): FSWatcher[] {
  try {
    const watcher = watch(directory, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
