/** Names as users type them. */
import { shmError } from '../native/errors.ts';

const NAME_MAX = 255;

/**
 * '/name' from what a user typed: 'name', '/name' or '/dev/shm/name' (which glibc's shm_open refuses, though it means '/name').
 * EINVAL: empty, '.' or '..', any other slash, NUL. ENAMETOOLONG: over 255 bytes (NAME_MAX, shm_open(3)).
 */
export function posixName(typed: string): string {
  const bare = typed.replace(/^\/dev\/shm\//, '').replace(/^\//, '');
  if (bare === '') throw shmError('EINVAL', 'A name is needed, such as /frames.');
  if (bare.includes('\0')) throw shmError('EINVAL', 'A name holds no NUL byte.');
  if (bare.includes('/'))
    throw shmError('EINVAL', `"${bare}" holds a slash: the name of a POSIX object has one at its beginning and no other.`);
  if (bare === '.' || bare === '..') throw shmError('EINVAL', `"${bare}" is a directory, not a name.`);
  const bytes = Buffer.byteLength(bare);
  if (bytes > NAME_MAX) throw shmError('ENAMETOOLONG', `The name has ${bytes} bytes; ${NAME_MAX} are the most.`);
  return `/${bare}`;
}

/** A size in bytes: EINVAL when negative or fractional, EOVERFLOW over 2^53 - 1. */
export function checkSize(size: unknown): number {
  if (typeof size !== 'number' || Number.isNaN(size)) throw shmError('EINVAL', 'The size is a number of bytes.');
  if (size > Number.MAX_SAFE_INTEGER)
    throw shmError('EOVERFLOW', `${size} bytes is more than 2^53 - 1, the largest size that ShmScope handles.`);
  if (!Number.isInteger(size) || size < 0) throw shmError('EINVAL', `The size is a whole number of bytes, not ${size}.`);
  return size;
}

/** An offset or length in a segment: ERANGE when negative, EINVAL when fractional, EOVERFLOW over 2^53 - 1. */
export function checkOffset(value: unknown, what: string): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw shmError('EINVAL', `The ${what} is a number of bytes.`);
  if (value < 0) throw shmError('ERANGE', `The ${what} ${value} lies before the segment.`);
  if (value > Number.MAX_SAFE_INTEGER) throw shmError('EOVERFLOW', `The ${what} ${value} is over 2^53 - 1.`);
  if (!Number.isInteger(value)) throw shmError('EINVAL', `The ${what} is a whole number of bytes, not ${value}.`);
  return value;
}

const UNITS = ['', 'k', 'm', 'g', 't'];

/** Bytes from '4096', '0x1000', '64K', '64 KiB', '1.5 MiB' (powers of 1024); undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const trimmed = text.trim().replaceAll('_', '');
  if (/^0x[0-9a-f]+$/i.test(trimmed)) return Number.parseInt(trimmed, 16);
  const match = /^(-?\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(trimmed);
  if (!match) return undefined;
  return Number(match[1]) * 1024 ** UNITS.indexOf((match[2] ?? '').toLowerCase());
}

/** '8 KiB', '1.5 MiB', '100 B': one decimal at most, powers of 1024. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}
