/** A range of a moment from its start to its end, what holds no memory without being read. */
import { rangesOf } from '../live/ranges.ts';
import { isLost } from '../live/refused.ts';
import type { ByteSource } from '../native/addon.ts';
import { shmError } from '../native/errors.ts';
import { throwIfAborted } from './control.ts';
import type { Moment } from './moment.ts';

export type Piece = { readonly offset: number; readonly bytes: Uint8Array } | { readonly offset: number; readonly zeros: number };

/** Read at once: half a millisecond of a worker thread. */
const PIECE = 1024 * 1024;
const EXTENTS = 1024;

/**
 * Pieces without gaps from `from` to `to`, or to where the object ends by then: it may shrink meanwhile. EACCES where it is read through
 * processes that do not show all of the range.
 */
export async function* pieces(moment: Moment, from: number, to: number, signal?: AbortSignal): AsyncGenerator<Piece> {
  checkShown(moment.open(), from, to);
  let at = from;
  while (at < to) {
    const end = Math.min(to, moment.open().stat().size);
    if (at >= end) return;
    const { held, sure } = extents(moment.open(), at, end);
    for (const { offset, length } of held) {
      if (offset > at) yield { offset: at, zeros: offset - at };
      for (at = offset; at < offset + length;) {
        throwIfAborted(signal);
        const wanted = Math.min(PIECE, offset + length - at);
        const bytes = await readAt(moment, at, wanted);
        if (bytes.length > 0) yield { offset: at, bytes };
        if (bytes.length < wanted) return;
        at += wanted;
      }
    }
    if (sure > at) yield { offset: at, zeros: sure - at };
    at = sure;
  }
}

/** What holds memory in the range, and where that is known up to: the last pair of a full list reaches to the end, held or not. */
function extents(source: ByteSource, from: number, to: number): { held: { offset: number; length: number }[]; sure: number } {
  const held = rangesOf(source.extents(from, to - from, EXTENTS));
  if (held.length < EXTENTS) return { held, sure: to };
  held.pop();
  const last = held[held.length - 1];
  return { held, sure: last ? last.offset + last.length : to };
}

/** Once more by another way where the process that it was read through has ended. Short only where the object ends. */
export async function readAt(moment: Moment, offset: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  try {
    return target.subarray(0, await moment.open().readAsync(target, offset));
  } catch (error) {
    if (!isLost(error)) throw error;
    moment.reopen();
    return target.subarray(0, await moment.open().readAsync(target, offset));
  }
}

function checkShown(source: ByteSource, from: number, to: number): void {
  if (source.how !== 'process_vm_readv') return;
  const end = Math.min(to, source.stat().size);
  let at = from;
  for (const { offset, length } of rangesOf(source.shown())) if (offset <= at) at = Math.max(at, offset + length);
  if (at >= end || from >= end) return;
  throw shmError('EACCES', `No process that may be read maps the bytes from ${at} (0x${at.toString(16)}) on.`, {
    remedy: 'Choose a range before them, or run VS Code’s server as the owner of the segment or as root.',
  });
}
