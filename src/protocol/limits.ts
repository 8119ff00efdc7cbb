/** What one message may hold. Both sides check against these, so that neither can make the other work without bound. */

/** Ranges in one `view`, and in one frame. */
export const MAX_RANGES = 64;
/** Bytes in all ranges of one `view` together. */
export const MAX_VIEW_BYTES = 1024 * 1024;
/** Bytes of one `write`: an edit of a field, not a transfer. */
export const MAX_WRITE_BYTES = 64 * 1024;
/** Characters of C declarations: all of the largest header that is read (src/types/choice.ts). */
export const MAX_SOURCE = 4 * 1024 * 1024;
/** Characters of a name, a message or a path. */
export const MAX_TEXT = 64 * 1024;
/** Mappers of one segment, types that one source gives. */
export const MAX_LIST = 100_000;
/** Types, and fields and enumerators of all types together, in one layout. */
export const MAX_LAYOUT_PARTS = 2_000_000;
/** Bytes of a search pattern or of what a range is filled with. */
export const MAX_PATTERN_BYTES = 64 * 1024;
/** Characters of what is searched for. */
export const MAX_QUERY = 10_000;
/** Hits of one search. */
export const MAX_HITS = 100_000;
/** Ranges that one comparison gives at a time. */
export const MAX_DIFFERENCES = 10_000;
/** Guards of one `view`. */
export const MAX_GUARDS = 16;
/** Cells of the overview strip. */
export const MAX_CELLS = 4096;
/** Types that mappers disagree on, and ways in which one is laid out. */
export const MAX_CONFLICTS = 1000;
/** Fields that are watched at a time: the breakpoint registers of x86 and, of those that a thread may have, of most others. */
export const MAX_WATCHED = 4;
/** How long writers are looked for at most, ms. */
export const MAX_WATCH_MS = 600_000;
/** Places in code, processes and threads that were not watched, and hints of one report. */
export const MAX_WRITERS = 500;
export const MAX_UNWATCHED = 200;
export const MAX_HINTS = 500;
/** Requests that are under way at a time. */
export const MAX_REQUESTS = 64;
/** Messages that the page has been sent and has not answered. */
export const MAX_UNANSWERED = 2;
/** A document that is shown again, as when a tab was hidden, holds what was long ago: of what age its first bytes still count, ms. */
export const FIRST_MAX_AGE = 1000;
/** Locks of one segment that the page is told of, and waiters of each; what is more is counted. */
export const MAX_LOCKS = 2000;
export const MAX_LOCK_WAITERS = 100;
/** Findings about one segment, and threads of one cycle. */
export const MAX_FINDINGS = 200;
export const MAX_CYCLE = 64;
/** Characters of a name, a path or a sentence about a lock. */
export const MAX_LOCK_TEXT = 4096;
