/** Definitions of structs, unions and classes: their heads, bodies and layouts (C17 6.7.2.1, C++17 12). */
import { layOut } from '../../layout/record.ts';
import { plainClass, type BaseSpec } from '../../layout/spec.ts';
import { DeclarationError, quote } from '../../errors.ts';
import { readAttributes, typeAlignment } from './attributes.ts';
import { completed, type CType } from '../expressions/ctype.ts';
import { Cursor } from '../text/cursor.ts';
import { isDefinedLater, mentionsVariable } from '../templates/dependent.ts';
import { passAngles, readName, typeOf, unknownType } from '../names/lookup.ts';
import { MemberList, readMembers } from './members.ts';
import { expansions } from '../templates/packs.ts';
import type { Reader, RecordHead } from '../reader.ts';
import { now, Scope } from '../names/scope.ts';
import { defining, tagType } from '../names/tags.ts';

/** From ':' or '{' on, and the attributes behind '}'. What fails here fails all that needs the type. */
export function readRecordBody(r: Reader, head: RecordHead): CType {
  const { tag, name } = head;
  if (tag.state === 'open' || tag.state === 'defined')
    throw new DeclarationError(name?.at ?? head.at, `The ${tag.kind} ${quote(name?.text ?? '')} is defined twice.`);
  tag.state = 'open';
  const type = tagType(r, tag, name ?? r.cursor.token);
  defining(r, type, name !== undefined, () => r.nested(() => define(r, head, type)));
  return type;
}

function define(r: Reader, head: RecordHead, type: CType): void {
  const { tag, kind, attributes } = head;
  const scope = r.isCpp ? classScope(r, head, type) : r.scope;
  const bases = r.isCpp && r.cursor.take(':') ? readBases(r, head) : [];
  for (const base of bases) (base.dependent ? scope.dependent : scope.opened).push(base.scope);
  const list = new MemberList(head);
  const closing = r.cursor.behindPartner - 1;
  // gcc takes the packing at the closing brace, clang at the opening one.
  const pack = r.world.target.dialect === 'clang' ? r.cursor.pack : (r.cursor.run.packs[closing] ?? 0);
  readMembers(r.at(bodyOf(r.cursor), scope), list);
  scope.closed = now();
  readAttributes(r, attributes);
  const record = layOut(list.members, {
    union: kind === 'union',
    pack,
    aligned: typeAlignment(attributes, r.world.target.dialect),
    packed: attributes.packed,
    target: r.world.target,
    ...(r.isCpp ? { class: { bases: bases.map((base) => base.spec), ...list.facts } } : {}),
  });
  if (record.size > Number.MAX_SAFE_INTEGER) throw new DeclarationError(head.at, 'This type is larger than 2^53 bytes.');
  const { size, alignment, fields } = record;
  tag.layout = { name: tag.name || `${kind} {…}`, kind, size, alignment, fields, origin: 'source' };
  tag.info = record.class;
  tag.userAligned = record.userAligned;
  tag.machine = record.machine;
  tag.memberTypes = list.types;
  tag.state = 'defined';
  tag.since = now();
}

function bodyOf(cursor: Cursor): Cursor {
  if (!cursor.is('{')) throw new DeclarationError(cursor.at, `'{' is missing before ${cursor.describe()}.`);
  return cursor.group();
}

/** Known inside by its own name as well (C++17 12/2). */
function classScope(r: Reader, { tag, name, outside = false }: RecordHead, type: CType): Scope {
  const anonymous = tag.name === '';
  const scope = new Scope('class', r.scope, anonymous ? r.scope.prefix : `${tag.name}::`);
  scope.outside = outside;
  tag.members = scope;
  if (name === undefined) return scope;
  scope.entities.set(name.text, { kind: 'type', type });
  if (scope.isInTemplate) scope.variable.add(name.text);
  return scope;
}

interface Base {
  readonly spec: BaseSpec;
  readonly scope: Scope;
  /** On parameters of a template. */
  readonly dependent: boolean;
}

function readBases(r: Reader, head: RecordHead): Base[] {
  const { cursor } = r;
  const bases: Base[] = [];
  do {
    while (/^(public|private|protected)$/.test(cursor.text)) cursor.advance();
    if (cursor.is('virtual'))
      throw new DeclarationError(cursor.at, 'Virtual base classes are not supported: a compiler can lay them out.');
    while (/^(public|private|protected)$/.test(cursor.text)) cursor.advance();
    bases.push(...readBasePart(r, head));
  } while (cursor.take(','));
  return bases;
}

/** A base, or those of 'Base<Ts>...', which ends before the '{'. */
function readBasePart(r: Reader, head: RecordHead): Base[] {
  const { cursor } = r;
  const from = cursor.next;
  const back = cursor.mark();
  readName(r, false);
  if (cursor.is('<')) passAngles(r);
  const to = cursor.next;
  back();
  if (!r.world.packs || cursor.run.tokens[to]?.text !== '...') return [readBase(r, head)];
  cursor.next = to + 1;
  return expansions(r, from, to).map((scope) => ({
    ...readBase(r.at(new Cursor(cursor.run, from, to), scope), head),
    dependent: true,
  }));
}

function readBase(r: Reader, { kind }: RecordHead): Base {
  const { cursor } = r;
  const { at, next: from } = cursor;
  if (kind === 'union') throw new DeclarationError(at, 'A union has no base class.');
  const name = readName(r);
  if (name === undefined) throw new DeclarationError(at, 'The name of a base class is missing.');
  const type = typeOf(name) ?? unknownType(r, name);
  const dependent = mentionsVariable(r, from, cursor.next);
  if (type.tag && completed(type.tag).final)
    throw new DeclarationError(at, `${quote(type.name)} is final: no class can be derived from it.`);
  if (!dependent && isDefinedLater(r, type))
    throw new DeclarationError(at, `The base class ${quote(type.name)} is defined only behind this template.`);
  const own = asClass(r, type, at);
  if (own) return { spec: { ...own, at }, scope: new Scope('class', undefined, ''), dependent };
  const layout = r.layoutOf(type, at, 'The base class');
  if (layout.kind !== 'struct' && layout.kind !== 'sync')
    throw new DeclarationError(at, `${quote(layout.name)} is no class that can be a base.`);
  const plain = plainClass(layout, true, type.userAligned);
  const scope = type.tag?.members ?? new Scope('class', undefined, '');
  return { spec: { type: layout, class: type.classInfo ?? plain, at }, scope, dependent };
}

/** std::atomic<T> and std::array<T, N>, which are shown as what they hold, as the classes that they are. */
function asClass(r: Reader, type: CType, at: number): Omit<BaseSpec, 'at'> | undefined {
  const { layout, instance, classInfo } = type;
  if (layout === undefined || instance === undefined || type.tag?.instance === instance) return undefined;
  const facts = { virtual: false, constructor: type.form !== 'array', copyAssignment: false, destructor: false };
  const name = type.form === 'array' ? '_M_elems' : '_M_i';
  const member = { name, type: layout, at, packed: false, ...(classInfo && type.form === 'array' ? { class: classInfo } : {}) };
  const spec = { union: false, pack: 0, aligned: 0, packed: false, target: r.world.target };
  const record = layOut([member], { ...spec, class: { bases: [], ...facts, defaultInitializer: false } });
  const { size, alignment, fields } = record;
  if (record.class === undefined) return undefined;
  return { type: { name: layout.name, kind: 'struct', size, alignment, fields, origin: 'builtin' }, class: record.class };
}
