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
