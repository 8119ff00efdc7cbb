/** The byte order of a value: the one that its type says itself (numpy, Python struct), else the one that the reader asks for. */
import type { TypeLayout } from '../../api.d.ts';

export function isLittle({ byteOrder }: TypeLayout, asked: boolean): boolean {
  return byteOrder === undefined ? asked : byteOrder === 'little';
}

/** `options` for a value of `type`. */
export function inOrder<T extends { readonly littleEndian: boolean }>(type: TypeLayout, options: T): T {
  return isLittle(type, options.littleEndian) === options.littleEndian
    ? options
    : { ...options, littleEndian: !options.littleEndian };
}
