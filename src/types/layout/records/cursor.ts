/** The next free place in a record, kept as bytes and bits, since the bits of a large struct pass 2^53. */
export class Cursor {
  byte = 0;
  /** 0 to 7 */
  bit = 0;

  /** Bytes that are taken, the last one perhaps in part. */
  get bytes(): number {
    return this.byte + (this.bit > 0 ? 1 : 0);
  }

  moveTo(byte: number): void {
    this.byte = byte;
    this.bit = 0;
  }

  /** `alignment` in bytes. */
  alignTo(alignment: number): void {
    this.moveTo(roundUp(this.bytes, alignment));
  }

  skipBits(count: number): void {
    const bits = this.bit + count;
    this.byte += Math.floor(bits / 8);
    this.bit = bits % 8;
  }

  /** Bits since the last place that is aligned to `alignment` bytes. */
  bitsPast(alignment: number): number {
    return (this.byte % alignment) * 8 + this.bit;
  }
}

export function roundUp(value: number, alignment: number): number {
  const over = value % alignment;
  return over === 0 ? value : value + (alignment - over);
}
