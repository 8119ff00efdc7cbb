/** C declarations to layouts: the whole way, without a worker. */
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { abiRules } from '../layout/abi.ts';
import { Declarer } from './declare.ts';
import { DeclarationError } from '../errors.ts';
import { tokenize } from './lexer.ts';
import type { Macro } from './macros.ts';
import { normalize } from './normalize.ts';
import { preprocess } from './preprocess.ts';
import { Scope, type Slot } from './scope.ts';
import type { Grammar } from './syntax.ts';

/**
 * All structs, unions, enums and typedefs of `source`, in the order in which they are declared; their layouts share what they have in
 * common. Throws a DeclarationError at the place of whatever cannot be resolved, and where there is no type at all.
 */
export function parseDeclarations(grammar: Grammar, source: string, abi: Abi): TypeLayout[] {
  const rules = abiRules(abi);
  if (rules === undefined) throw new DeclarationError(0, `The ABI ${abi} is not known.`);
  const { tokens, included } = preprocess(source, predefined(rules.macros));
  const scope = new Scope(rules, included);
  const results: Slot[] = [];
  for (const declaration of normalize(tokens, source.trimEnd().length)) {
    new Declarer(scope, results, declaration).read(grammar.parse(declaration));
  }
  const types = results.flatMap((slot) => {
    const layout = slot.layout ?? (slot.later === undefined ? undefined : scope.typedef(slot.later)?.layout);
    return layout === undefined ? [] : [layout];
  });
  if (types.length === 0) throw new DeclarationError(0, 'This text declares no type: write a struct, union, enum or typedef.');
  return types;
}

function predefined(macros: ReadonlyMap<string, string>): ReadonlyMap<string, Macro> {
  return new Map([...macros].map(([name, body]): [string, Macro] => [name, { parameters: undefined, body: tokenize(body) }]));
}
