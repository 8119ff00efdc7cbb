/** Constant expressions (C17 6.6, C++17 8.20), for those who need a value. */
import { DeclarationError, quote } from '../../errors.ts';
import type { Cursor } from '../text/cursor.ts';
import { Evaluator, type Names } from './expression.ts';
import { isConstant, type Constant, type Operand } from './operand.ts';

/** Reads a conditional expression; as a template argument it ends before a '>' that stands in no parentheses. */
export function readOperand(cursor: Cursor, names: Names, asArgument = false): Operand {
  return new Evaluator(cursor, names, asArgument).conditional();
}

/** The same, where an integer is needed. */
export function readConstant(cursor: Cursor, names: Names, asArgument = false): Constant {
  const { at } = cursor;
  return integerOf(readOperand(cursor, names, asArgument), at);
}

export function integerOf(operand: Operand, at: number): Constant {
  if (isConstant(operand) && operand.type.form !== 'pointer') return operand;
  if (operand.lack) throw operand.lack;
  throw new DeclarationError(at, `A value of type ${quote(operand.type.name)} is no integer constant.`);
}

/** The whole of what the cursor runs over. */
export function readWhole(cursor: Cursor, names: Names): Constant {
  const value = readConstant(cursor, names);
  if (!cursor.atEnd) throw new DeclarationError(cursor.at, `${quote(cursor.text)} does not belong in a constant expression.`);
  return value;
}
