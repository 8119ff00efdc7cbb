/** Integers of any width out of bytes and back. */

/** `size` bytes at `at` as an unsigned integer. The caller has checked that they are there. */
export function readUnsigned(view: DataView, at: number, size: number, littleEndian: boolean): bigint {
  // The common sizes without a bigint for each byte: a screen of values is decoded sixty times a second.
  if (size === 1) return BigInt(view.getUint8(at));
  if (size === 2) return BigInt(view.getUint16(at, littleEndian));
  if (size === 4) return BigInt(view.getUint32(at, littleEndian));
  if (size === 8) return view.getBigUint64(at, littleEndian);
  let value = 0n;
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(view.getUint8(littleEndian ? at + size - 1 - i : at + i));
  return value;
}

/** The low `size` bytes of `value`. */
export function toBytes(value: bigint, size: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[littleEndian ? i : size - 1 - i] = Number(rest & 0xffn);
  return bytes;
}

/** Bytes that a bit-field touches, from the byte that holds its first bit. */
export function bitFieldBytes(bitOffset: number, bitWidth: number): number {
  return Math.ceil((bitOffset + bitWidth) / 8);
}

/**
 * How far a bit-field's lowest bit is from the lowest bit of its `size` bytes, taken as one integer of the byte order: the first
 * bit is the lowest one on little endian and the highest one on big endian machines (System V ABI, DWARF 5 section 5.7.6).
 */
export function bitFieldShift(bitOffset: number, bitWidth: number, size: number, littleEndian: boolean): bigint {
  return BigInt(littleEndian ? bitOffset : size * 8 - bitOffset - bitWidth);
}
