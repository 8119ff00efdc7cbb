/** How much of an object holds memory. */
import type { ByteSource } from '../native/addon.ts';

const AT_ONCE = 4096;

/** Bytes; more than that many pieces are counted as the file system counts them. */
export function heldBytes(source: ByteSource): number {
  const { size, residentBytes } = source.stat();
  if (size === 0) return 0;
  const extents = source.extents(0, size, AT_ONCE);
  if (extents.length === AT_ONCE * 2) return Math.min(size, residentBytes || size);
  let held = 0;
  for (let i = 0; i + 1 < extents.length; i += 2) held += (extents[i + 1] ?? 0) - (extents[i] ?? 0);
  return held;
}
