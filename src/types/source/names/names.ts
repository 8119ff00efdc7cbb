/** What expressions ask of the names around them. */
import { DeclarationError, quote } from '../../errors.ts';
import { preferredAlignment } from '../../layout/preferred.ts';
import { readConstant, readWhole } from '../expressions/constant.ts';
import { isFlexible, type CType } from '../expressions/ctype.ts';
import type { Cursor } from '../text/cursor.ts';
import { Evaluator, type Names } from '../expressions/expression.ts';
import { unknownType } from './lookup.ts';
import type { Constant, Operand } from '../expressions/operand.ts';
import { memberOf } from '../expressions/places.ts';
import type { Reader } from '../reader.ts';

export function expressionNames(r: Reader): Names {
  const on = (cursor: Cursor): Reader => (cursor === r.cursor ? r : r.at(cursor));
  const { target, rules, builtins } = r.world;
  return {
    isCpp: r.isCpp,
    isClang: target.dialect === 'clang',
    pointerSize: rules.pointerSize,
    basic: (name) => builtins.type(name) ?? unknownHere(r, name),
    startsType: (cursor) => r.grammar.startsType(on(cursor)),
    type: (cursor) => r.grammar.typeName(on(cursor)),
    simpleType: (cursor) => r.grammar.simpleType(on(cursor)),
    value: (cursor, dead) => r.grammar.value(on(cursor), dead),
    offset: (cursor) => offsetOf(on(cursor)),
    measure: (operator, type, at) => measure(r, operator, type, at),
    fold: (cursor) => r.grammar.fold(on(cursor)),
    packLength: (name) => packLength(r, name.text, name.at),
  };
}

function unknownHere(r: Reader, name: string): CType {
  const token = { ...r.cursor.token, text: name };
  return unknownType(r, { entity: undefined, first: token, last: token, qualified: false, scope: undefined, absent: false });
}

/** The whole of a cursor as a constant. */
export function wholeConstant(r: Reader, cursor: Cursor): Constant {
  return readWhole(cursor, expressionNames(r.at(cursor)));
}

/** What typeof and decltype ask of: it is not evaluated. */
export function operandOf(r: Reader): Operand {
  return new Evaluator(r.cursor, expressionNames(r), false, true).comma();
}

function measure(r: Reader, operator: string, type: CType, at: number): bigint {
  const { layout } = type;
  if (layout === undefined) {
    if (type.failure) throw type.failure;
    throw new DeclarationError(at, `${type.name} has no size: it is ${type.lack}.`);
  }
  if (isFlexible(layout) && operator === 'sizeof')
    throw new DeclarationError(at, `The length of ${quote(type.name)} is not known here.`);
  if (operator === 'sizeof') return BigInt(layout.size);
  return BigInt(operator.startsWith('__') ? preferredAlignment(r.world.target, layout) : layout.alignment);
}

function packLength(r: Reader, name: string, at: number): bigint {
  const entity = r.scope.find(name);
  if (entity?.kind === 'pack') return BigInt(entity.elements.length);
  throw new DeclarationError(at, `${quote(name)} is no parameter pack.`);
}

/** 'struct s, a.b[2].c'. */
function offsetOf(r: Reader): bigint {
  const { cursor } = r;
  const type = r.grammar.typeName(r);
  cursor.expect(',');
  let layout = r.layoutOf(type, cursor.at, 'The operand of offsetof');
  let offset = 0n;
  while (!cursor.atEnd) {
    if (cursor.is('[')) {
      const { at } = cursor;
      const inner = cursor.group();
      const index = readConstant(inner, expressionNames(r.at(inner))).value;
      if (layout.element === undefined) throw new DeclarationError(at, `${layout.name} is no array.`);
      layout = layout.element;
      offset += index * BigInt(layout.size);
      continue;
    }
    cursor.take('.');
    const name = cursor.takeName();
    const found = name && memberOf(layout, name.text);
    if (found === undefined)
      throw new DeclarationError(name?.at ?? cursor.at, `${layout.name} has no member ${quote(name?.text ?? '')}.`);
    offset += BigInt(found.offset);
    layout = found.layout;
  }
  return offset;
}
