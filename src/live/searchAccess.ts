/** The way of a search to the bytes. */
import type { Segment } from '../../api.d.ts';
import type { ByteSource } from '../native/addon.ts';
import { isLost } from './refused.ts';
import type { Sources } from './sources.ts';

/** Uses the segment's open source, and once more by another way where the process that the first one went through has ended. */
export type Access = <T>(use: (source: ByteSource) => T | Promise<T>) => Promise<T>;

export function accessTo(sources: Sources, segment: Segment): Access {
  return async (use) => {
    try {
      return await use(sources.open(segment, false));
    } catch (error) {
      if (!isLost(error)) throw error;
      sources.close(segment.id);
      return use(sources.open(segment, false));
    }
  };
}
