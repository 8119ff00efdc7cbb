/** Follows the list while somebody wants it: inotify for the objects in /dev/shm, the cheap signs of all processes for the rest. */
import type { Disposable } from 'vscode';
import type { RawWatch } from '../native/addon.ts';
import { toDisposable } from '../lifecycle.ts';

/** How often inotify is asked: 1 µs each time, and some 100 µs to wake up for it. */
const ASK_MS = 80;
/** How often the processes are, and for a while after something was told: who opens an object maps it soon. */
const TICK_MS = 800;
const MOVED_MS = 175;
const QUICK_TICK_MS = 150;
const QUICK_MS = 1000;
/** Memory that an object holds moves without an event: names and sizes are asked for again as often as this allows. */
const LIST_MS = 800;
/** At most these shares of the time go into looking, at rest and while events come without end. */
const TICK_SHARE = 0.006;
const LIST_SHARE = 0.005;
const BUSY_SHARE = 0.2;
/** All is seen within a second, whatever a look costs. */
const TICK_MAX_MS = 900;

export interface Followed {
  /** Tells of what happens in the directories that are listed now. */
  readonly watch: () => RawWatch;
  /** Whether those who have objects open mapped or unmapped something, of which nothing tells. */
  readonly moved: () => boolean;
  /** `list`: names and sizes too; `told`: because objects were made, removed, opened or closed. */
  readonly refresh: (list: boolean, told: boolean) => Promise<void>;
}

/** Calls `refresh` soon after a change that is told of, and otherwise often enough to see all else within a second. One call at a time. */
export function follow({ watch, moved, refresh }: Followed): Disposable {
  const now = performance.now();
  let [tickAt, movedAt, listAt, quickUntil, restUntil] = [now, now, now + LIST_MS, 0, 0];
  let told = false;
  let running = false;

  const look = async (list: boolean): Promise<void> => {
    running = true;
    const began = performance.now();
    const why = told;
    if (why) quickUntil = began + QUICK_MS;
    told = false;
    try {
      await refresh(list, why);
    } catch (error) {
      console.error('ShmScope: a scan failed', error);
    }
    const end = performance.now();
    const took = end - began;
    if (list) listAt = end + Math.max(LIST_MS, took / LIST_SHARE);
    restUntil = end + took / BUSY_SHARE;
    const quick = end < quickUntil ? Math.max(QUICK_TICK_MS, took / BUSY_SHARE) : Infinity;
    tickAt = end + Math.min(quick, TICK_MAX_MS, Math.max(TICK_MS, took / TICK_SHARE));
    running = false;
  };
  const ask = (): void => {
    told = watch().told() || told;
    const at = performance.now();
    if (running || at < restUntil) return;
    // Names and sizes have a time of their own: looks at what moved, one after the other, must not put them off.
    if (told || at >= listAt) void look(true);
    else if (at >= tickAt) void look(false);
    else if (at >= movedAt) {
      movedAt = at + MOVED_MS;
      if (tryMoved(moved)) void look(false);
    }
  };
  // From now on, not from the first turn on.
  watch();
  const timer = setInterval(ask, ASK_MS).unref();
  return toDisposable(() => clearInterval(timer));
}

function tryMoved(moved: () => boolean): boolean {
  try {
    return moved();
  } catch {
    return false;
  }
}
