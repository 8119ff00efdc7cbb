/**
 * pthread_cond_t of glibc 2.25 and later. Source: nptl/pthread_cond_wait.c, pthread_cond_common.c, sysdeps/nptl/bits/thread-shared-types.h.
 * 2.41 took __g_refs out ("nptl: Remove g_refs from condition variables", c36fc507819), which moved what follows, and the branches of 2.38
 * to 2.40 took that over later. So between them the version does not tell, and the words have to.
 */
import { firstWrong, hex, MOST_TIDS, type Libc, type LockWords, type Words } from './words.ts';

interface Layout {
  readonly sizes: number;
  readonly original: number;
  readonly references: number;
  readonly signals: number;
  /** In bits, how far __g1_start is shifted. */
  readonly startShift: bigint;
}
const WITH_REFERENCES: Layout = { sizes: 24, original: 32, references: 36, signals: 40, startShift: 1n };
const WITHOUT: Layout = { sizes: 16, original: 24, references: 28, signals: 32, startShift: 0n };
const SHARED = 1;

export function glibcCond(words: Words, { version }: Libc): LockWords {
  const layout = layoutOf(words, version);
  const references = words.u32(layout.references);
  const waiters = references >>> 3;
  const waits = words.u64(0) >> 1n;
  const start = words.u64(8) >> layout.startShift;
  return {
    kind: 'cond',
    state: waiters === 0 ? 'free' : 'counting',
    value: waiters,
    waiterCount: waiters,
    contended: waiters > 0,
    processShared: (references & SHARED) !== 0,
    turns: { waits, signalled: signalled(words, layout, start) },
    notes: [],
    corrupt: firstWrong(
      [waiters <= MOST_TIDS, () => `It counts ${waiters} waiters (${hex(references)}), more than there can be threads.`],
      [start <= waits, () => `Its group of waiters begins at ${start}, after all ${waits} that have come.`],
      [
        words.u32(layout.original) >>> 2 <= MOST_TIDS,
        () => `Its group of waiters has ${words.u32(layout.original) >>> 2} threads.`,
      ],
      [(words.u32(layout.original) & 3) !== 3, () => `Its inner lock is 3, where only 0, 1 and 2 are written.`],
    ),
    words: [
      [layout.signals, 4],
      [layout.signals + 4, 4],
    ],
  };
}

/** Positions in the sequence of waits that were signalled: all before the first group, and what is no longer left of it. */
function signalled(words: Words, layout: Layout, start: bigint): bigint {
  const original = words.u32(layout.original) >>> 2;
  const left = words.i32(layout.sizes + 4 * firstGroup(words));
  return start + BigInt(Math.max(0, original - Math.max(0, left)));
}

/** Index of the group that is being signalled: the other one is in the lowest bit of __wseq. */
function firstGroup(words: Words): 0 | 1 {
  return (words.u32(0) & 1) === 0 ? 1 : 0;
}

function layoutOf(words: Words, version: readonly number[] | undefined): Layout {
  const minor = version?.[0] === 2 ? version[1] : undefined;
  if (minor !== undefined && minor >= 41) return WITHOUT;
  const old = fits(words, WITH_REFERENCES) && referencesFit(words);
  const fresh = fits(words, WITHOUT) && freshFits(words);
  if (!old && fresh) return WITHOUT;
  // Both fit where nothing has happened yet: in shared memory it is the one that says that it is shared.
  if (old && fresh && (words.u32(WITH_REFERENCES.references) & SHARED) === 0 && (words.u32(WITHOUT.references) & SHARED) !== 0)
    return WITHOUT;
  return WITH_REFERENCES;
}

/**
 * What remains of the group that is being signalled is no more than it had, and none is larger than there are threads. The size of the
 * other one, which still grows, is not known: 0, less those that gave up.
 */
function fits(words: Words, layout: Layout): boolean {
  const original = words.u32(layout.original) >>> 2;
  const first = firstGroup(words);
  return (
    words.u32(layout.references) >>> 3 <= MOST_TIDS &&
    original <= MOST_TIDS &&
    words.u64(8) >> layout.startShift <= words.u64(0) >> 1n &&
    words.i32(layout.sizes + 4 * first) <= original &&
    words.i32(layout.sizes + 4 * (1 - first)) <= 0
  );
}

/** Each reference to a group (+2) is of a thread that is counted as a waiter (+8). */
function referencesFit(words: Words): boolean {
  return (words.u32(16) >>> 1) + (words.u32(20) >>> 1) <= words.u32(WITH_REFERENCES.references) >>> 3;
}

/** The last two words are not used, and a group's signals count from where it starts. */
function freshFits(words: Words): boolean {
  const ahead = (words.u32(WITHOUT.signals + 4 * firstGroup(words)) - words.u32(8)) | 0;
  return words.isZero(40, 48) && ahead <= words.u32(WITHOUT.original) >>> 2;
}
