/** Values of a moment, decoded as they come: the bytes around them are read a piece at a time. */
import { decodeLeaf, isCharArray, type Leaf } from '../decode/leaf.ts';
import { partSize } from '../decode/members.ts';
import type { Step } from './leaves.ts';
import type { Moment } from './moment.ts';
import { readAt } from './pieces.ts';

const PIECE = 1024 * 1024;
/** Of a longer char array, the beginning: to decode it takes a millisecond. */
const TEXT_MAX = 64 * 1024;

export class Values {
  readonly #moment: Moment;
  readonly #littleEndian: boolean;
  #size: number;
  #offset = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** `size`: bytes of the segment, past which there is nothing to read. */
  constructor(moment: Moment, size: number, littleEndian: boolean) {
    this.#moment = moment;
    this.#size = size;
    this.#littleEndian = littleEndian;
  }

  /** Where the segment ended, as far as it was read. */
  get end(): number {
    return this.#size;
  }

  /** Whether `leaf` can be called without `load`. */
  has(step: Step): boolean {
    return step.offset >= this.#offset && this.#end(step) <= this.#offset + this.#view.byteLength;
  }

  async load(step: Step): Promise<void> {
    const length = Math.max(0, Math.min(this.#size - step.offset, Math.max(PIECE, this.#end(step) - step.offset)));
    const bytes = length > 0 ? await readAt(this.#moment, step.offset, length) : new Uint8Array();
    // It shrank: what comes after is past the end as well, and is not asked for one by one.
    if (bytes.length < length) this.#size = step.offset + bytes.length;
    this.#offset = step.offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** What lies past the end has no value and the text 'past the end'. */
  leaf({ offset, member: { type, bitOffset, bitWidth } }: Step): Leaf {
    const at = offset - this.#offset;
    const options = { littleEndian: this.#littleEndian, bitOffset, bitWidth };
    if (!isCharArray(type)) return decodeLeaf(this.#view, at, type, options);
    const count = type.count ?? Math.max(0, this.#size - offset);
    const shown = decodeLeaf(this.#view, at, { ...type, count: Math.min(count, TEXT_MAX) }, options);
    const { value } = shown;
    if (count <= TEXT_MAX || typeof value !== 'string' || this.#hasNul(at)) return shown;
    return { ...shown, value: `${value}…`, elided: true };
  }

  #hasNul(at: number): boolean {
    const { buffer, byteOffset, byteLength } = this.#view;
    return new Uint8Array(buffer, byteOffset + at, Math.min(TEXT_MAX, byteLength - at)).includes(0);
  }

  #end({ offset, member }: Step): number {
    const size = partSize(member, offset, this.#size);
    return Math.min(this.#size, offset + (isCharArray(member.type) ? Math.min(size, TEXT_MAX) : size));
  }
}
