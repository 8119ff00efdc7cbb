import type { Segment } from '../../../api.d.ts';

/** Whether a file that was found (stat(2)) is the segment itself: an export into it would overwrite what it shows. */
export function isSegmentFile({ kind, device, inode }: Segment, found: { readonly dev: number; readonly ino: number }): boolean {
  return found.ino === inode && (kind === 'file' || deviceName(found.dev) === device);
}

/** 'major:minor' of st_dev (makedev(3)), as the segments have it. */
function deviceName(device: number): string {
  const dev = BigInt(device);
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn & 0xffffffffn);
  return `${major}:${minor}`;
}
