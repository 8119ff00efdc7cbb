/** After an error: where the next declaration begins, and whether a type was lost. */
import { DeclarationError } from '../../errors.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';
import type { Reader } from '../reader.ts';

/** Goes to the end of the declaration that begins at `start`. The error counts where the declaration is one of a type. */
export function recover(r: Reader, start: number, error: DeclarationError): void {
  const { cursor } = r;
  const { next, brace } = endOf(cursor, start);
  const tokens = cursor.run.tokens.slice(start, next);
  cursor.next = next;
  const type = tokens.some((token, i) => definesType(token, tokens[i + 1], tokens[i + 2]));
  const alias = /^(typedef|using)$/.test(tokens[0]?.text ?? '');
  if (alias) failAlias(r, tokens, error);
  const problem = type || alias || brace === undefined ? error : unexpectedBrace(brace);
  if (!type && !alias && brace === undefined) return;
  if (!r.world.problems.includes(problem)) r.world.problems.push(problem);
}

function unexpectedBrace({ at }: Token): DeclarationError {
  return new DeclarationError(at, "A '{' is not expected here: is 'struct', 'union' or 'enum' missing?");
}

function definesType(token: Token, next: Token | undefined, after: Token | undefined): boolean {
  if (token.kind !== 'name' || !/^(struct|union|enum|class)$/.test(token.text)) return false;
  return next?.text === '{' || after?.text === '{' || after?.text === ':' || (next?.kind === 'name' && after?.kind === 'name');
}

/** The index behind the declaration; `brace`: a '{' in it that follows no parameter list. */
function endOf(cursor: Cursor, start: number): { next: number; brace: Token | undefined } {
  const { tokens, partners } = cursor.run;
  let brace: Token | undefined;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== 'punctuator') continue;
    if (token.text === ';') return { next: i + 1, brace };
    if (token.text === '}' && (partners[i] ?? -1) < start) return { next: i === start ? i + 1 : i, brace };
    const partner = partners[i] ?? -1;
    if (partner <= i) continue;
    if (token.text === '{') {
      const isFunction = /^(\)|const|noexcept|override|final|else|do|try)$/.test(tokens[i - 1]?.text ?? '');
      if (!isFunction) brace ??= token;
      const behind = tokens[partner + 1];
      if (
        isFunction ||
        behind === undefined ||
        /^(struct|union|enum|class|typedef|#|static|extern|namespace|template|using|int|void)$/.test(behind.text)
      )
        return { next: partner + 1, brace };
    }
    i = partner;
  }
  return { next: tokens.length, brace };
}

/** Those that need the name are told why it has no type. */
function failAlias(r: Reader, tokens: readonly Token[], failure: DeclarationError): void {
  const names = tokens.filter((token, i) => token.kind === 'name' && /^[;,)[=]$/.test(tokens[i + 1]?.text ?? ''));
  const name = tokens[0]?.text === 'using' ? tokens[1] : names.at(-1);
  if (name && !r.scope.entities.has(name.text)) r.scope.entities.set(name.text, { kind: 'failed', failure });
}
