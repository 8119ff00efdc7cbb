/** Bytes as an array in C. */
const PER_LINE = 12;
const HEX = Array.from({ length: 256 }, (_, byte) => `0x${byte.toString(16).padStart(2, '0')}`);
/** More than this no compiler takes in reasonable time. */
export const C_ARRAY_MAX = 64 * 1024 * 1024;

/** The comment and the beginning of the array. C has no array without elements: that of none has one that does not count. */
export function cBegin(name: string, from: number, length: number, time: number): string {
  const id = identifier(name);
  const when = new Date(time).toISOString();
  return [
    `/* ${commentText(name)}: ${length} bytes from 0x${from.toString(16)} on, read by ShmScope at ${when}. */`,
    `const unsigned long ${id}_size = ${length};`,
    `const unsigned char ${id}[${Math.max(1, length)}] = {`,
    '',
  ].join('\n');
}

export class CArray {
  #column = 0;

  bytes(chunk: Uint8Array): string {
    let text = '';
    for (const byte of chunk) {
      text += (this.#column === 0 ? '  ' : ' ') + (HEX[byte] ?? '') + ',';
      if (++this.#column < PER_LINE) continue;
      text += '\n';
      this.#column = 0;
    }
    return text;
  }

  end(hadAny: boolean): string {
    return `${hadAny ? '' : '  0'}${this.#column > 0 || !hadAny ? '\n' : ''}};\n`;
  }
}

/** 'shm_frames' from '/frames': an identifier of C whatever the name is. */
export function identifier(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9]+/g, '_');
  return `shm_${base.replace(/^_+|_+$/g, '').slice(0, 60) || 'bytes'}`;
}

/** Nothing in a name may end the comment, or the line (a trigraph can be a backslash). */
function commentText(name: string): string {
  return name.replace(/[^\x20-\x7e]|[*/\\?]/g, (one) => (one === '/' ? '/' : '_')).slice(0, 200);
}
