/** What aligned(n) and _Alignas(…) ask for; bytes. */
import { evaluate } from './constant.ts';
import { DeclarationError } from '../errors.ts';
import type { Attribute } from './normalize.ts';
import type { Scope } from './scope.ts';

/** Alignments that gcc takes. */
const ALIGNMENT_LIMIT = 2n ** 28n;

/** Of a member: the strictest. */
export function memberAlignment(scope: Scope, attributes: readonly Attribute[]): number | undefined {
  const values = alignments(scope, attributes);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** Of a type: gcc lets the last one win (common_handle_aligned_attribute). */
export function typeAlignment(scope: Scope, attributes: readonly Attribute[]): number | undefined {
  return alignments(scope, attributes).at(-1);
}

function alignments(scope: Scope, attributes: readonly Attribute[]): number[] {
  const asking = attributes.filter((one) => one.kind === 'aligned' || one.kind === 'alignas');
  return asking.map((one) => alignmentValue(scope, one)).filter((value) => value > 0);
}

function alignmentValue(scope: Scope, { kind, operand, at }: Attribute): number {
  if (operand === undefined) return scope.abi.biggestAlignment;
  const [first] = operand;
  const isType = kind === 'alignas' && first !== undefined && scope.isType(first.text);
  const value = isType ? scope.sizeOf('alignment', operand) : evaluate(operand, scope, at).value;
  if (value === 0n && kind === 'alignas') return 0;
  if (value <= 0n || (value & (value - 1n)) !== 0n || value > ALIGNMENT_LIMIT) {
    throw new DeclarationError(first?.at ?? at, `An alignment is a power of two up to 2^28, not ${value}.`);
  }
  return Number(value);
}
