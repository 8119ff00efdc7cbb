/** Names of structs, unions, classes and enums. In C they live apart from other names, in C++ they are types by themselves. */
import { DeclarationError, quote } from '../../errors.ts';
import { CType, type Tag } from '../expressions/ctype.ts';
import type { Token } from '../text/lexer.ts';
import type { Reader } from '../reader.ts';
import type { Scope } from './scope.ts';

export function newTag(r: Reader, kind: Tag['kind'], name: string): Tag {
  return {
    kind,
    name,
    key: `#${++r.world.tags}`,
    state: 'declared',
    since: 0,
    layout: undefined,
    info: undefined,
    complete: undefined,
    instance: undefined,
    scoped: false,
    fixed: undefined,
    members: undefined,
    userAligned: false,
    machine: undefined,
    final: false,
    memberTypes: undefined,
    failure: undefined,
  };
}

/** The type of a tag that may be defined later on. */
export function tagType(r: Reader, tag: Tag, { text }: Token): CType {
  const lack = `not defined here.${r.world.hint}`.replace(/\.$/, '');
  return new CType({ left: tag.name || text, key: tag.key, tag, lack });
}

/** A tag that was declared before, or that a system header declares. */
export function findTag(r: Reader, kind: Tag['kind'], token: Token, scope: Scope | undefined): Tag | undefined {
  const known = scope === undefined ? r.scope.findTag(token.text) : scope.memberTag(token.text);
  if (known === undefined) return kind === 'enum' || scope !== undefined ? undefined : systemTag(r, kind, token);
  if (known.kind !== kind)
    throw new DeclarationError(token.at, `${quote(token.text)} is no ${kind}: it was declared as ${known.kind} before.`);
  return known;
}

function systemTag(r: Reader, kind: 'struct' | 'union', { text }: Token): Tag | undefined {
  const layout = r.world.builtins.tagged(kind, text);
  if (layout === undefined) return undefined;
  const tag = newTag(r, kind, layout.name);
  tag.layout = layout;
  r.world.file.tags.set(text, tag);
  return tag;
}

/** The tag of a definition or of a first mention; without a name, one that nobody finds. `scope`: where a qualified name leads. */
export function declareTag(r: Reader, kind: Tag['kind'], token: Token | undefined, scope: Scope | undefined): Tag {
  if (token === undefined) return newTag(r, kind, '');
  const home = scope ?? (r.isCpp ? r.scope : r.scope.enclosing);
  const known = home.tags.get(token.text);
  if (known !== undefined && known.kind !== kind)
    throw new DeclarationError(token.at, `${quote(token.text)} is no ${kind}: it was declared as ${known.kind} before.`);
  // One of a system header may be declared again by the text.
  if (known !== undefined && known.layout?.origin !== 'builtin') return known;
  const tag = newTag(r, kind, r.isCpp ? home.prefix + token.text : `${kind} ${token.text}`);
  home.tags.set(token.text, tag);
  const before = home.entities.get(token.text);
  // A variable or a function hides a class of its name (C++17 6.3.10).
  if (r.isCpp && (before === undefined || before.kind === 'failed'))
    home.entities.set(token.text, { kind: 'type', type: tagType(r, tag, token) });
  return tag;
}

/** Reads a definition; `listed`: it is one of the results. What fails in it fails all that needs the type. */
export function defining(r: Reader, type: CType, listed: boolean, read: () => void): void {
  const slot = listed ? r.result(type) : undefined;
  try {
    read();
  } catch (error) {
    if (slot) slot.type = undefined;
    if (error instanceof DeclarationError && type.tag) {
      type.tag.state = 'failed';
      type.tag.failure = error;
    }
    throw error;
  }
}
