/** Variables and parameters of constexpr functions while these are computed. */
import { cast, decayed } from '../expressions/arithmetic.ts';
import { referred, unqualified, type CType } from '../expressions/ctype.ts';
import { expressionNames } from './names.ts';
import type { Operand } from '../expressions/operand.ts';
import type { Reader } from '../reader.ts';

/** A variable with a value; what refers to another one shares its cell. */
export function declareLocal(r: Reader, name: string, declared: CType, given: Operand, at: number): void {
  const names = expressionNames(r);
  const deduces = unqualified(referred(declared)).key === '?auto';
  const type = deduces ? decayed(names, given).type : unqualified(referred(declared));
  const refers = declared.form === 'reference' && !(declared.target?.cv.includes('const') ?? false);
  const { value, lack } = cast(names, given, type, at);
  if (refers && given.cell) r.scope.entities.set(name, { kind: 'local', type, cell: given.cell });
  else if (value !== undefined) r.scope.entities.set(name, { kind: 'local', type, cell: { value } });
  else r.scope.entities.set(name, lack ? { kind: 'failed', failure: lack } : { kind: 'variable', type });
}
