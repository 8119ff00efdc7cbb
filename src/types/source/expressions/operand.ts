/** What an expression gives: a type, and a value where it is known before a program runs. */
import type { DeclarationError } from '../../errors.ts';
import type { CType } from './ctype.ts';

/** An integer constant. */
export interface Constant {
  readonly value: bigint;
  readonly type: CType;
}

/** A variable of a constexpr function while it is computed. */
export interface Cell {
  value: bigint | number | undefined;
}

export interface Operand {
  readonly type: CType;
  /** Of a floating type a number, of everything else that is known an integer. */
  readonly value?: bigint | number | undefined;
  /** Why there is no value: raised where one is needed. */
  readonly lack?: DeclarationError | undefined;
  /** Of what stands at a known place, as in '&((struct s *)0)->name'. */
  readonly address?: bigint | undefined;
  readonly cell?: Cell | undefined;
  /** Of a constexpr array: what it holds. */
  readonly elements?: readonly Operand[] | undefined;
  /** It stands somewhere, so that decltype makes a reference of it and its alignment may be its own. */
  readonly lvalue?: boolean;
  /** A name or a member, not in parentheses: decltype gives what it was declared as. */
  readonly named?: boolean;
  /** A parameter of a specialisation, while its pattern is read. */
  readonly placeholder?: string | undefined;
  /** Of an lvalue: no attribute gives it another alignment than its type's. */
  readonly natural?: boolean;
}

export function isConstant(operand: Operand): operand is Operand & Constant {
  return typeof operand.value === 'bigint';
}
