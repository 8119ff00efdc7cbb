/** What a page shows before it has asked for anything: it travels in the document, and saves the first question and its answer. */
import type { ByteSource } from '../native/addon.ts';
import { takeSnapshot, type Snapshot } from '../live/snapshot.ts';
import type { Frame, SegmentInfo, Status } from '../protocol/messages.ts';

/** More than the rows of any window that is opened by default. */
const FIRST_BYTES = 2048;

export function frameOf({ time, size, ranges, unheld, torn, how }: Snapshot): Frame {
  return { time, size, ranges, unheld, torn, throughProcesses: how === 'process_vm_readv' };
}

/** Undefined where the segment cannot be read: then the page is told why when it has said that it is there. */
export async function firstFrame(open: () => ByteSource): Promise<Frame | undefined> {
  try {
    return frameOf(await takeSnapshot(open(), [{ offset: 0, length: FIRST_BYTES }]));
  } catch {
    return undefined;
  }
}

/** As text of one attribute; parsed by protocol/first.ts. */
export function packFirst(segment: SegmentInfo, status: Status, frame: Frame | undefined): string {
  const ranges = frame?.ranges.map(({ offset, bytes }) => ({ offset, bytes: Buffer.from(bytes).toString('base64') }));
  // Of mappers there may be thousands; they come when the page is there.
  return JSON.stringify({ segment: { ...segment, mappers: [] }, status, ...(frame ? { frame: { ...frame, ranges } } : {}) });
}
