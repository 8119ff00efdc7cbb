/** What stands between 'template <' and '>' (C++17 17.1). */
import { DeclarationError } from '../../errors.ts';
import { passAngles } from '../names/lookup.ts';
import type { Reader } from '../reader.ts';

export interface Parameter {
  readonly name: string;
  readonly form: 'type' | 'value' | 'template';
  readonly pack: boolean;
  /** Index of the first token of the type of a value. */
  readonly type: number;
  /** A value whose type is 'auto'. */
  readonly deduced: boolean;
  /** Index of the first token of its default. */
  readonly fallback: number | undefined;
}

export function readParameters(r: Reader): Parameter[] {
  const { cursor } = r;
  const parameters: Parameter[] = [];
  cursor.expect('<');
  while (!cursor.takeAngle()) {
    if (cursor.atEnd) throw new DeclarationError(cursor.at, "'>' is missing behind the parameters of this template.");
    parameters.push(readParameter(r));
    cursor.take(',');
  }
  return parameters;
}

function readParameter(r: Reader): Parameter {
  const { cursor } = r;
  const type = cursor.next;
  let form: Parameter['form'] = 'value';
  if (cursor.is('template')) {
    form = 'template';
    cursor.advance();
    passAngles(r);
  }
  if (/^(typename|class)$/.test(cursor.text) && !isQualifiedType(r)) {
    cursor.advance();
    if (form === 'value') form = 'type';
  }
  let name = '';
  let pack = false;
  while (!cursor.atEnd && !/^(,|=|>|>>)$/.test(cursor.text)) {
    if (cursor.is('...')) pack = true;
    if (cursor.token.kind === 'name') name = cursor.text;
    passOne(r);
  }
  // 'unsigned', 'bool': a value without a name.
  if (form === 'value' && cursor.next - type < 2) name = '';
  const deduced = cursor.run.tokens.slice(type, cursor.next).some(({ text }) => text === 'auto');
  if (!cursor.take('=')) return { name, form, pack, type, deduced, fallback: undefined };
  const fallback = cursor.next;
  passArgument(r);
  return { name, form, pack, type, deduced, fallback };
}

/** 'typename T::type N': a value of that type. */
function isQualifiedType({ cursor }: Reader): boolean {
  return cursor.is('typename') && (cursor.ahead(2).text === '::' || cursor.ahead(1).text === '::');
}

/** Up to the ',' or '>' that ends it. */
export function passArgument(r: Reader): void {
  const { cursor } = r;
  while (!cursor.atEnd && !/^(,|>|>>|;)$/.test(cursor.text)) passOne(r);
}

/** A token, or a bracketed group. */
function passOne(r: Reader): void {
  const { cursor } = r;
  const before = cursor.next;
  if (cursor.is('(') || cursor.is('{') || cursor.is('[')) cursor.skipGroup();
  else if (cursor.is('<')) passAngles(r);
  if (cursor.next === before) cursor.advance();
}
