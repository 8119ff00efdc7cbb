/** '(sizeof(Ts) + ...)' and its like (C++17 8.1.6). */
import { DeclarationError } from '../../errors.ts';
import { applyBinary } from './arithmetic.ts';
import { Cursor } from '../text/cursor.ts';
import { Evaluator } from './expression.ts';
import type { Token } from '../text/lexer.ts';
import { expressionNames } from '../names/names.ts';
import type { Operand } from './operand.ts';
import { expansions } from '../templates/packs.ts';
import type { Reader } from '../reader.ts';

/** At a '('; undefined where it is none. */
export function foldAt(r: Reader): Operand | undefined {
  if (!r.world.packs) return undefined;
  const back = r.cursor.mark();
  const fold = foldOf(r.at(r.cursor.group()));
  if (fold === undefined) back();
  return fold;
}

function foldOf(r: Reader): Operand | undefined {
  const { next: from, limit: to, run } = r.cursor;
  const dots = dotsIn(r);
  if (dots === undefined) return undefined;
  const [before, after] = [run.tokens[dots - 1], run.tokens[dots + 1]];
  const operator = dots > from ? before : after;
  if (operator?.kind !== 'punctuator') throw r.odd(run.tokens[dots]);
  const left = dots > from ? operands(r, from, dots - 1) : [];
  const right = dots + 1 < to ? operands(r, dots + 2, to) : [];
  r.cursor.next = to;
  return joined(r, operator, [...left, ...right], dots > from && dots + 1 === to);
}

/** The '...' that stands beside an operator, outside of all brackets. */
function dotsIn(r: Reader): number | undefined {
  const cursor = new Cursor(r.cursor.run, r.cursor.next, r.cursor.limit);
  for (;;) {
    cursor.skipTo('...');
    if (!cursor.is('...')) return undefined;
    const [before, after] = [cursor.run.tokens[cursor.next - 1], cursor.ahead(1)];
    if (before?.text !== 'sizeof' && (cursor.next === r.cursor.next || after.kind !== 'name')) return cursor.next;
    cursor.advance();
  }
}

/** An operand, or one for each element of its packs. */
function operands(r: Reader, from: number, to: number): Operand[] {
  const read = (on: Reader): Operand => new Evaluator(on.cursor, expressionNames(on)).conditional();
  const names = r.cursor.run.tokens.slice(from, to);
  const isPack = names.some((token) => token.kind === 'name' && r.scope.find(token.text)?.kind === 'pack');
  if (!isPack) return [read(r.at(new Cursor(r.cursor.run, from, to)))];
  return expansions(r, from, to).map((scope) => read(r.at(new Cursor(r.cursor.run, from, to), scope)));
}

function joined(r: Reader, operator: Token, values: readonly Operand[], fromRight: boolean): Operand {
  const names = expressionNames(r);
  const ordered = fromRight ? [...values].reverse() : values;
  const [first, ...rest] = ordered;
  if (first === undefined) {
    if (!/^(&&|\|\|)$/.test(operator.text)) throw new DeclarationError(operator.at, 'This fold has no operands.');
    return { type: names.basic('bool'), value: operator.text === '&&' ? 1n : 0n };
  }
  const apply = (a: Operand, b: Operand): Operand =>
    operator.text === ',' ? b : applyBinary(names, operator, ...(fromRight ? ([b, a] as const) : ([a, b] as const)), false);
  return rest.reduce(apply, first);
}
