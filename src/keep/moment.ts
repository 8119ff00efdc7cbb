/** A segment as it is now, or a snapshot of it: what is read, compared and exported alike. */
import type { Segment } from '../../api.d.ts';
import type { Sources } from '../live/sources.ts';
import type { ByteSource } from '../native/addon.ts';
import type { TypeChoice } from '../types/choice.ts';
import type { Snapshots } from './snapshots.ts';

/** In place of a snapshot's id: the segment as it is. */
export const LIVE = 'live';

export interface Moment {
  /** What a person calls it: 'now', or the snapshot's name. */
  readonly name: string;
  /** ms since the epoch. */
  readonly time: number;
  /** Of a snapshot: the type that it was taken with. */
  readonly choice?: TypeChoice;
  /** The source of the moment; to be asked for anew before each reading. */
  open(): ByteSource;
  /** The way that `open` gave has ended: the next one may be another. */
  reopen(): void;
  dispose(): void;
}

/** `of` is LIVE or a snapshot's id: ENOENT where that is gone. To be disposed of. */
export async function openMoment(of: string, segment: Segment, sources: Sources, snapshots: Snapshots): Promise<Moment> {
  if (of === LIVE) return liveMoment(segment, sources);
  return snapshotMoment(of, snapshots);
}

export function liveMoment(segment: Segment, sources: Sources): Moment {
  return {
    name: 'now',
    time: Date.now(),
    open: () => sources.open(segment, false),
    reopen: () => sources.close(segment.id),
    dispose: () => undefined,
  };
}

export async function snapshotMoment(id: string, snapshots: Snapshots): Promise<Moment> {
  const { name, time, choice } = await snapshots.get(id);
  const source = await snapshots.open(id);
  return {
    name,
    time,
    ...(choice ? { choice } : {}),
    open: () => source,
    reopen: () => undefined,
    dispose: () => source.close(),
  };
}

/** For a file or a test: a source that somebody else closes. */
export function sourceMoment(name: string, source: ByteSource): Moment {
  return { name, time: Date.now(), open: () => source, reopen: () => undefined, dispose: () => undefined };
}
