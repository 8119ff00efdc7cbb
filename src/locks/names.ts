/** How threads, locks and times are called in sentences. Plain text: names come from other programs. */
import type { CodeLine, LockRef, Waiter } from './face.ts';

/** 'strategy (4711)'; a thread that is not the main one with its tid. */
export function threadName({ process, pid, tid }: Pick<Waiter, 'process' | 'pid' | 'tid'>): string {
  return tid === pid ? `${process} (${pid})` : `${process} (${pid}, thread ${tid})`;
}

/** 'queue.lock in /market_ring', 'the lock at 0x40 in /market_ring'. */
export function lockName({ segment, path, offset }: LockRef): string {
  const place = path ?? `the lock at 0x${offset.toString(16)}`;
  return path === '' ? segment : `${place} in ${segment || 'a segment without a name'}`;
}

/** 'push() at queue.c:31'; '' where nothing is known. */
export function lineText({ function: name, file, line }: CodeLine): string {
  const at = file === undefined ? '' : `${file.slice(file.lastIndexOf('/') + 1)}${line === undefined ? '' : `:${line}`}`;
  const what = name === undefined ? '' : `${name}()`;
  return what && at ? `${what} at ${at}` : what || at;
}

/** '12 s', '3 min', from ms. */
export function forText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

const SHOWN = 4;

/** 'a (1), b (2) and 7 others'. */
export function listed(names: readonly string[]): string {
  if (names.length > SHOWN) return `${names.slice(0, SHOWN - 1).join(', ')} and ${names.length - SHOWN + 1} others`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
