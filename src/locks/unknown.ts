/** Locks of which nothing is known. */
import type { Segment } from '../../api.d.ts';
import { Emitter } from '../lifecycle.ts';
import type { LocksLook, LocksModel, SegmentLocks } from './face.ts';

export class UnknownLocks implements LocksModel {
  readonly last = undefined;
  readonly onDidChange = new Emitter<LocksLook>().event;

  of(): undefined {
    return undefined;
  }

  async look(): Promise<LocksLook> {
    return Promise.resolve({ time: Date.now(), segments: [], sets: [], findings: [], unseen: { processes: 0 } });
  }

  async lookAt(segment: Segment): Promise<SegmentLocks> {
    return Promise.resolve({ segment, locks: [], more: false, elsewhere: [] });
  }
}
