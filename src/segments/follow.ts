/** Follows the list while somebody wants it: inotify for the objects in /dev/shm, the cheap signs of all processes for the rest. */
import type { Disposable } from 'vscode';
import type { RawWatch } from '../native/addon.ts';
import { toDisposable } from '../lifecycle.ts';

/** How closely the list is followed. Times in ms; shares are parts of the time, 0 to 1, that go into looking. */
export interface Rate {
  /** How often inotify is asked: 1 µs each time, and some 100 µs to wake up for it. */
  readonly ask: number;
  /** How often the processes are looked at, and for a while after something was told: who opens an object maps it soon. */
  readonly tick: number;
  readonly moved: number;
  readonly quickTick: number;
  readonly quick: number;
  /** Memory that an object holds moves without an event: names and sizes are asked for again as often as this allows. */
  readonly list: number;
  /** At most, at rest and while events come without end. */
  readonly tickShare: number;
  readonly listShare: number;
  readonly busyShare: number;
  /** All is seen within this time, whatever a look costs. */
  readonly tickMax: number;
}

/** For who looks at the list: all is seen within a second. */
export const CLOSE: Rate = {
  ask: 80,
  tick: 800,
  moved: 175,
  quickTick: 150,
  quick: 1000,
  list: 800,
  tickShare: 0.006,
  listShare: 0.005,
  busyShare: 0.2,
  tickMax: 900,
};

/** For who looks at one segment, and has its bytes and its size by other means: what nothing tells of is seen within nine seconds. */
export const LOOSE: Rate = {
  ask: 500,
  tick: 4000,
  moved: 8000,
  quickTick: 700,
  quick: 1500,
  list: 4000,
  tickShare: 0.002,
  listShare: 0.002,
  busyShare: 0.05,
  tickMax: 8000,
};

export interface Followed {
  /** Tells of what happens in the directories that are listed now. */
  readonly watch: () => RawWatch;
  /** Whether those who have objects open mapped or unmapped something, of which nothing tells. */
  readonly moved: () => boolean;
  /** `list`: names and sizes too; `told`: because objects were made, removed, opened or closed. */
  readonly refresh: (list: boolean, told: boolean) => Promise<void>;
}

/** Calls `refresh` soon after a change that is told of, and otherwise as often as the rate says. One call at a time. */
export function follow({ watch, moved, refresh }: Followed, rate: Rate): Disposable {
  const now = performance.now();
  let [tickAt, movedAt, listAt, quickUntil, restUntil] = [now, now, now + rate.list, 0, 0];
  let told = false;
  let running = false;

  const look = async (list: boolean): Promise<void> => {
    running = true;
    const began = performance.now();
    const why = told;
    if (why) quickUntil = began + rate.quick;
    told = false;
    try {
      await refresh(list, why);
    } catch (error) {
      console.error('ShmScope: a scan failed', error);
    }
    const end = performance.now();
    const took = end - began;
    if (list) listAt = end + Math.max(rate.list, took / rate.listShare);
    restUntil = end + took / rate.busyShare;
    const quick = end < quickUntil ? Math.max(rate.quickTick, took / rate.busyShare) : Infinity;
    tickAt = end + Math.min(quick, rate.tickMax, Math.max(rate.tick, took / rate.tickShare));
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
      movedAt = at + rate.moved;
      if (tryMoved(moved)) void look(false);
    }
  };
  // From now on, not from the first turn on.
  watch();
  const timer = setInterval(ask, rate.ask).unref();
  return toDisposable(() => clearInterval(timer));
}

function tryMoved(moved: () => boolean): boolean {
  try {
    return moved();
  } catch {
    return false;
  }
}
