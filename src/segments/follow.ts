/** Follows the list while somebody wants it: inotify for names and sizes in /dev/shm, a slow scan for the rest. */
import { watch, type FSWatcher } from 'node:fs';
import type { Disposable } from 'vscode';
import { toDisposable } from '../lifecycle.ts';

/** A burst of events (a program that makes many objects) is answered by one scan. */
const SETTLE_MS = 60;
const REST_MS = 700;
/** At most this share of a core goes into scanning. */
const SHARE = 0.05;

/**
 * Calls `refresh` after every change in one of `directories`, and otherwise often enough to see all else within a second, less often
 * where a scan is slow. One call at a time.
 */
export function follow(directories: readonly string[], refresh: () => Promise<void>): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  let ended = false;

  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    const begin = performance.now();
    try {
      await refresh();
    } catch (error) {
      console.error('ShmScope: a scan failed', error);
    }
    running = false;
    const rest = Math.max(REST_MS, (performance.now() - begin) / SHARE);
    schedule(again ? SETTLE_MS : rest);
    again = false;
  };
  const schedule = (ms: number): void => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(() => void run(), ms).unref();
  };

  const watchers = directories.flatMap((directory) =>
    watchDirectory(directory, () => (running ? (again = true) : schedule(SETTLE_MS))),
  );
  schedule(REST_MS);
  return toDisposable(() => {
    ended = true;
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
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
