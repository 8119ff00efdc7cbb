import type { Answer } from '../requests.ts';

/** Remembers how the fields are shown; the page has them with the next layout. */
export const setFormats: Answer<'setFormats'> = (panel, parts, { formats }) =>
  parts.types.memory.setFormats(panel.segment, formats);
