/** What depends on the parameters of a template (C++17 17.6.2): it is told by the names in the text, as instances are read with what they stand for. */
import type { Reader } from '../reader.ts';

/** `names`: what the member declares that stands from `from` to the cursor. A class, an enum or a template in a template is another one in each instance. */
export function markVariable(r: Reader, from: number, names: readonly string[]): void {
  if (names.length === 0) return;
  const { cursor, scope } = r;
  const tokens = cursor.run.tokens.slice(from, cursor.next);
  const isDefinition =
    tokens.some(({ text }) => text === '{') && tokens.some(({ text }) => /^(struct|class|union|enum)$/.test(text));
  const starts = names.map((name) => tokens.findIndex(({ text }) => text === name));
  // What stands before the first name is of all of them: 'const T a = 1, b = 2'.
  const all = isDefinition || mentionsVariable(r, from, from + Math.max(starts[0] ?? 0, 0));
  for (const [i, name] of names.entries()) {
    const [start, end] = [from + (starts[i] ?? 0), from + (starts[i + 1] ?? tokens.length)];
    const always = scope.tags.has(name) || scope.entities.get(name)?.kind === 'template';
    if (all || always || mentionsVariable(r, start, end)) scope.variable.add(name);
  }
}

/** Whether a name there depends on such parameters: not one behind 'name::', '.' or '->'. */
export function mentionsVariable({ cursor, scope }: Reader, from: number, to: number): boolean {
  const { tokens } = cursor.run;
  for (let i = from; i < to; i++) {
    const token = tokens[i];
    const isMember = i > from && /^(::|\.|->)$/.test(tokens[i - 1]?.text ?? '');
    if (token?.kind === 'name' && !isMember && scope.isVariable(token.text)) return true;
  }
  return false;
}
