/** Where empty classes stand in a class: no two of one type may stand at one place (Itanium C++ ABI 2.4, "empty base and member"). */
import type { TypeLayout } from '../../../../api.d.ts';
import type { ClassInfo, EmptyPlace } from '../spec.ts';

/** Bytes. Beyond it none is kept: a conflict needs an empty class whose own size reaches so far. */
const FARTHEST = 4096;

export class Empties {
  readonly #found: EmptyPlace[] = [];
  readonly #at = new Map<number, Set<object>>();
  #farthest = -1;

  get list(): readonly EmptyPlace[] {
    return this.#found;
  }

  /** Whether a class, or an array of it, would put an empty class where one of the same type is. */
  conflict(info: ClassInfo | undefined, type: TypeLayout, offset: number): boolean {
    return placesIn(info, type, offset, this.#farthest).some(({ identity, offset: at }) => this.#at.get(at)?.has(identity));
  }

  record(info: ClassInfo | undefined, type: TypeLayout, offset: number): void {
    for (const place of placesIn(info, type, offset, FARTHEST)) this.#add(place);
  }

  /** The class itself, where it is empty. */
  addItself(): void {
    this.#add({ identity: {}, offset: 0 });
  }

  #add(place: EmptyPlace): void {
    const here = this.#at.get(place.offset) ?? new Set();
    if (here.has(place.identity)) return;
    here.add(place.identity);
    this.#at.set(place.offset, here);
    this.#farthest = Math.max(this.#farthest, place.offset);
    this.#found.push(place);
  }
}

/** The empty classes of a class at `offset`, up to the offset `last`. */
function placesIn(info: ClassInfo | undefined, type: TypeLayout, offset: number, last: number): EmptyPlace[] {
  if (info === undefined || info.empties.length === 0) return [];
  let element = type;
  while (element.kind === 'array' && element.element !== undefined) element = element.element;
  if (type.size < element.size) return [];
  const found: EmptyPlace[] = [];
  const end = Math.min(last, offset + type.size - element.size);
  for (let start = offset; start <= end; start += Math.max(element.size, 1))
    for (const { identity, offset: own } of info.empties) if (start + own <= last) found.push({ identity, offset: start + own });
  return found;
}
