/** Bytes as `hexdump -C` prints them (hexdump(1), canonical), a row that repeats the one before squeezed to '*'. */
const ROW = 16;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const GLYPH = Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));

/** 'at' with 8 hex digits at least: '00000010  68 65 …  |he…|'. `count` bytes of `bytes` from `start`, 16 at most. */
export function hexRow(at: number, bytes: Uint8Array, start = 0, count = Math.min(ROW, bytes.length - start)): string {
  let hex = '';
  let text = '';
  for (let i = 0; i < ROW; i++) {
    const byte = bytes[start + i] ?? 0;
    hex += (i === 8 ? '  ' : ' ') + (i < count ? (HEX[byte] ?? '') : '  ');
    if (i < count) text += GLYPH[byte] ?? '';
  }
  return `${address(at)} ${hex}  |${text}|\n`;
}

export function address(at: number): string {
  return at.toString(16).padStart(8, '0');
}

/** Takes bytes as they come; what is left of a row waits for the next ones. */
export class HexDump {
  #at: number;
  #last: Uint8Array | undefined;
  #squeezed = false;
  #partial = new Uint8Array(ROW);
  #filled = 0;

  /** `offset`: what the first row is numbered with. */
  constructor(offset: number) {
    this.#at = offset;
  }

  bytes(chunk: Uint8Array): string {
    let text = '';
    let from = 0;
    if (this.#filled > 0) {
      from = Math.min(ROW - this.#filled, chunk.length);
      this.#partial.set(chunk.subarray(0, from), this.#filled);
      this.#filled += from;
      if (this.#filled < ROW) return '';
      text += this.#row(this.#partial, 0);
      this.#filled = 0;
    }
    for (; from + ROW <= chunk.length; from += ROW) text += this.#row(chunk, from);
    this.#partial.set(chunk.subarray(from));
    this.#filled = chunk.length - from;
    return text;
  }

  /** `count` zeros: costs the same for any count. */
  zeros(count: number): string {
    const first = Math.min(count, (ROW - this.#filled) % ROW);
    let text = this.bytes(new Uint8Array(first));
    const rows = Math.floor((count - first) / ROW);
    const shown = Math.min(rows, 2);
    text += this.bytes(new Uint8Array(shown * ROW));
    this.#at += (rows - shown) * ROW;
    return text + this.bytes(new Uint8Array(count - first - rows * ROW));
  }

  end(): string {
    const rest = this.#filled;
    const end = this.#at + rest;
    if (rest === 0) return this.#last ? `${address(end)}\n` : '';
    // A row that is not whole is never squeezed.
    return `${hexRow(this.#at, this.#partial, 0, rest)}${address(end)}\n`;
  }

  #row(bytes: Uint8Array, from: number): string {
    const at = this.#at;
    this.#at += ROW;
    if (this.#isLast(bytes, from)) return this.#squeeze();
    this.#squeezed = false;
    this.#last = bytes.slice(from, from + ROW);
    return hexRow(at, bytes, from, ROW);
  }

  #squeeze(): string {
    const text = this.#squeezed ? '' : '*\n';
    this.#squeezed = true;
    return text;
  }

  #isLast(bytes: Uint8Array, from: number): boolean {
    if (!this.#last) return false;
    for (let i = 0; i < ROW; i++) if (this.#last[i] !== bytes[from + i]) return false;
    return true;
  }
}
