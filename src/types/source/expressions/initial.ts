/** What the initializer of a constexpr array says of its elements (C++17 11.6.1). */
import { DeclarationError } from '../../errors.ts';
import { cast } from './arithmetic.ts';
import { isLibraryArray } from './arrays.ts';
import { readOperand } from './constant.ts';
import type { CType } from './ctype.ts';
import { expressionNames } from '../names/names.ts';
import type { Operand } from './operand.ts';
import type { Reader } from '../reader.ts';

/** Longer ones, which are data and no constants of layouts, are not kept. */
const LENGTH_LIMIT = 4096;

/** The elements that '= {1, 2}' or '{1, 2}' gives an array; undefined where they cannot be told. The cursor stays. */
export function initialElements(r: Reader, type: CType): readonly Operand[] | undefined {
  const { cursor } = r;
  const back = cursor.mark();
  try {
    cursor.take('=');
    if (!cursor.is('{')) return undefined;
    const inner = r.at(cursor.group());
    const elements = elementsOf(inner, type);
    return inner.cursor.atEnd ? elements : undefined;
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return undefined;
  } finally {
    back();
  }
}

/** Behind a '{', which may have been left out for an array in another one; what is not there is zero. */
function elementsOf(r: Reader, type: CType): readonly Operand[] | undefined {
  const { cursor } = r;
  // std::array<T, N> is a class with an array in it: '{{1, 2}}'.
  if (isLibraryArray(type) && cursor.is('{')) {
    const inner = r.at(cursor.group());
    const elements = listed(inner, type);
    cursor.take(',');
    return inner.cursor.atEnd ? elements : undefined;
  }
  return listed(r, type);
}

function listed(r: Reader, { target, layout }: CType): readonly Operand[] | undefined {
  const count = layout?.count;
  if (target === undefined || count === undefined || count > LENGTH_LIMIT) return undefined;
  const elements: Operand[] = [];
  while (elements.length < count) {
    const element = elementOf(r, target);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}

function elementOf(r: Reader, type: CType): Operand | undefined {
  const { cursor } = r;
  const braced = cursor.is('{') ? r.at(cursor.group()) : undefined;
  const on = braced ?? r;
  let made: Operand | undefined;
  if (type.form === 'array') {
    const elements = elementsOf(on, type);
    made = elements && { type, elements, lack: new DeclarationError(cursor.at, 'An array is no value.') };
  } else made = scalarOf(on, type);
  if (braced && !braced.cursor.atEnd) return undefined;
  if (braced || type.form !== 'array') cursor.take(',');
  return made;
}

function scalarOf(r: Reader, type: CType): Operand | undefined {
  const { cursor } = r;
  const { at } = cursor;
  const names = expressionNames(r);
  // A designator, or a class.
  if (cursor.is('[') || cursor.is('.') || /^(struct|union|opaque|sync)$/.test(type.layout?.kind ?? '')) return undefined;
  const given = cursor.atEnd ? { type: names.basic('int'), value: 0n } : readOperand(cursor, names);
  const made = cast(names, given, type, at);
  // What does not fit is an error between braces (C++17 11.6.4/3).
  const fits = typeof made.value !== 'bigint' || made.value === given.value;
  return fits && (cursor.atEnd || cursor.is(',')) ? made : undefined;
}
