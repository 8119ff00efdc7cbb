/** What names and calls are worth in expressions. */
import { DeclarationError, quote } from '../../errors.ts';
import { callFunction, callNative } from './calls.ts';
import { pointerTo } from './ctype.ts';
import { callTemplate } from '../templates/deduction.ts';
import type { Token } from '../text/lexer.ts';
import { readName } from '../names/lookup.ts';
import { expressionNames } from '../names/names.ts';
import { INTERFERENCE } from '../names/prelude.ts';
import type { Operand } from './operand.ts';
import type { Reader } from '../reader.ts';
import type { Entity } from '../names/scope.ts';

/** `dead`: it is not evaluated. */
export function valueOf(r: Reader, dead: boolean): Operand {
  const { token } = r.cursor;
  if (r.isCpp && r.cursor.is('nullptr')) return nothing(r);
  const native = callNative(r, dead);
  if (native) return native;
  const name = readName(r);
  const entity = name?.entity;
  if (name === undefined) throw new DeclarationError(token.at, `${quote(token.text)} is no value of a constant expression.`);
  if (entity?.kind === 'failed') throw entity.failure;
  if (entity?.kind === 'function' && r.cursor.is('(')) return callFunction(r, entity, name.last, dead);
  if (entity?.kind === 'template' && entity.template.form === 'function')
    return callTemplate(r, entity.template, name.last, dead);
  const found = entity && standing(r, entity, name.last);
  if (found) return found;
  throw name.lack ?? unknownConstant(r, name.last);
}

function nothing(r: Reader): Operand {
  r.cursor.advance();
  return { type: pointerTo(expressionNames(r).basic('void'), r.world.rules.pointerSize), value: 0n };
}

function unknownConstant(r: Reader, { text, at }: Token): DeclarationError {
  // libstdc++ has them of gcc alone, and its number would be a guess for clang.
  if (r.world.target.dialect === 'clang' && INTERFERENCE.some(([name]) => name === text))
    return new DeclarationError(at, `clang 14 has no ${quote(text)}: write the number that is meant.`);
  return new DeclarationError(at, `The constant ${quote(text)} is not known.${r.world.hint}`);
}

/** What a name that is a value stands for. */
function standing(r: Reader, entity: Entity, last: Token): Operand | undefined {
  if (entity.kind === 'constant') return { ...entity.value, lvalue: entity.stored ?? false, natural: true, named: true };
  if (entity.kind === 'local') {
    const { type, cell } = entity;
    const lack = cell.value === undefined ? new DeclarationError(last.at, 'This variable has no value yet.') : undefined;
    return { type, value: cell.value, lack, cell, lvalue: true, natural: true, named: true };
  }
  if (entity.kind !== 'variable') return undefined;
  const lack = unknownConstant(r, last);
  const { type, elements, aligned } = entity;
  return { type, elements, lack, lvalue: true, natural: !aligned, named: true };
}
