/** Elements of constexpr arrays in constant expressions, and the functions of std::array. */
import { DeclarationError, quote } from '../../errors.ts';
import type { Machine } from './arithmetic.ts';
import type { CType } from './ctype.ts';
import type { Token } from '../text/lexer.ts';
import type { Operand } from './operand.ts';

export function isLibraryArray({ form, instance }: CType): boolean {
  const template = form === 'array' ? instance?.template : undefined;
  return template?.name === 'array' && template.scope.prefix === 'std::';
}

/** One of those that the array is known to hold; undefined where it holds none that are known. */
export function elementAt({ type, elements }: Operand, index: Operand['value'], at: number): Operand | undefined {
  if (elements === undefined || type.target === undefined || typeof index !== 'bigint') return undefined;
  const found = elements[Number(index)];
  const lack = found ? found.lack : new DeclarationError(at, `This array has no element ${index}.`);
  return { ...found, type: type.target, lack, lvalue: true };
}

/** 'array.size()' and the like of a std::array. `index`: the argument, if there is one. */
export function arrayFunction(machine: Machine, operand: Operand, name: Token, index: Operand | undefined): Operand {
  const count = operand.type.layout?.count ?? 0;
  const at: Record<string, Operand['value']> = { front: 0n, back: BigInt(count) - 1n, at: index?.value };
  const position = Object.hasOwn(at, name.text) ? at[name.text] : undefined;
  if (/^(max_)?size$/.test(name.text)) return { type: machine.basic('size_t'), value: BigInt(count) };
  if (name.text === 'empty') return { type: machine.basic('bool'), value: count === 0 ? 1n : 0n };
  const found = elementAt(operand, position, name.at);
  if (found) return found;
  const message = Object.hasOwn(at, name.text)
    ? 'What stands in memory is no constant.'
    : `${quote(name.text)} is not computed here.`;
  throw new DeclarationError(name.at, message);
}
