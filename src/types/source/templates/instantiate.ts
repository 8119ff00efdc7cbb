/** What templates make of their arguments. */
import { DeclarationError, quote } from '../../errors.ts';
import { plainClass } from '../../layout/spec.ts';
import { keyOf, readArguments, scopeOf, shown, type Argument } from './arguments.ts';
import { cast } from '../expressions/arithmetic.ts';
import { noAttributes, readAttributes, type Attributes } from '../declarations/attributes.ts';
import { readOperand } from '../expressions/constant.ts';
import { arrayOf, atomic, CType, unqualified, type Tag } from '../expressions/ctype.ts';
import { Cursor } from '../text/cursor.ts';
import { readDeclarator } from '../declarations/declarator.ts';
import type { Token } from '../text/lexer.ts';
import { choosePartial, isDependent } from './matching.ts';
import { expressionNames } from '../names/names.ts';
import { defineOutside } from './outside.ts';
import type { Operand } from '../expressions/operand.ts';
import type { Reader } from '../reader.ts';
import { Scope } from '../names/scope.ts';
import { readSpecifiers } from '../declarations/specifiers.ts';
import { newTag, tagType } from '../names/tags.ts';
import { Template } from './template.ts';

/** Instances of one text; a template that makes ever new ones of itself ends here. */
const INSTANCE_LIMIT = 10_000;

/** What a template makes of the arguments at the cursor. A class is read when its layout or its members are asked for. */
export function instantiate(r: Reader, template: Template, name: Token): CType | Operand {
  const values = r.nested(() => readArguments(r, template));
  const key = keyOf(template, values);
  const known = template.instances.get(key);
  if (known !== undefined) return known;
  if (++r.world.instances > INSTANCE_LIMIT)
    throw new DeclarationError(name.at, `This text makes more than ${INSTANCE_LIMIT} instances of templates.`);
  try {
    const made = makeInstance(r, template, values, name);
    // Why an unknown type is not known is another reason elsewhere, whatever its name.
    if (made instanceof CType && made.failure && !made.tag) return made.with({ failure: atUse(made.failure, name) });
    template.instances.set(key, made);
    return made;
  } catch (error) {
    throw error instanceof DeclarationError ? atUse(error, name) : error;
  }
}

/** What is wrong in the library's own text, which stands before all places, is told where it is used. */
function atUse(error: DeclarationError, { at }: Token): DeclarationError {
  return error.at < 0 && at >= 0 ? new DeclarationError(at, error.message) : error;
}

function makeInstance(r: Reader, template: Template, values: readonly Argument[], name: Token): CType | Operand {
  const known = libraryType(r, template, values, name);
  if (known !== undefined) return known;
  const dependent = values.some(isDependent);
  if (template.form === 'class') return classOf(r, template, values, name, dependent);
  if (template.unclear) throw new DeclarationError(name.at, template.unclear.message);
  const { body } = template;
  if (body === undefined) throw undefinedTemplate(r, template, name);
  const inner = r.at(new Cursor(template.run, body), scopeOf(template, values));
  const failed = values.find((value) => value instanceof CType && value.failure !== undefined && value.tag === undefined);
  // As void_t does, of whose arguments nothing but their being types counts.
  if (template.form === 'alias' && failed instanceof CType && !dependent) return failed;
  if (template.form === 'alias') return r.nested(() => r.grammar.typeName(inner));
  if (dependent) throw new DeclarationError(name.at, `The value of ${quote(template.name)} is not known yet.`);
  return r.nested(() => valueOf(inner));
}

function undefinedTemplate(r: Reader, template: Template, { at }: Token): DeclarationError {
  return new DeclarationError(at, `The template ${quote(template.name)} is not defined here.${r.world.hint}`);
}

/** 'constexpr int name = …', as its type has it. */
function valueOf(r: Reader): Operand {
  const { cursor } = r;
  const { name, type: declared } = readDeclarator(r, readSpecifiers(r).type);
  if (!cursor.take('=')) throw r.odd();
  const given = readOperand(cursor, expressionNames(r));
  const type = unqualified(declared);
  return type.key === '?auto' ? given : cast(expressionNames(r), given, type, name?.at ?? cursor.at);
}

/** Nothing of it is read yet, so that it may name itself. */
function classOf(r: Reader, template: Template, values: readonly Argument[], name: Token, dependent: boolean): CType {
  const own = `${template.scope.prefix}${template.name}`;
  const listed = values.map(shown).filter((text) => own !== 'std::unique_ptr' || !text.startsWith('std::default_delete<'));
  const tag = newTag(r, template.kind, `${own}<${listed.join(', ')}>`);
  tag.instance = { template, values };
  tag.complete = () => {
    if (dependent) throw new DeclarationError(name.at, `The members of ${quote(tag.name)} are not known yet.`);
    complete(r, template, values, tag, name);
  };
  if (!dependent) refuseUnclear(template, name);
  return tagType(r, tag, name);
}

function refuseUnclear(template: Template, { at }: Token): void {
  if (template.unclear) throw new DeclarationError(at, template.unclear.message);
}

/** Where the class for these arguments is read; `attributes` gets what stands before its name. */
function definitionFor(r: Reader, template: Template, values: readonly Argument[], attributes: Attributes): Reader | undefined {
  const at = (head: number, body: number, scope: Scope): Reader => {
    readAttributes(r.at(new Cursor(template.run, head), scope), attributes);
    return r.at(new Cursor(template.run, body), scope);
  };
  const special = template.special.get(keyOf(template, values));
  if (special) {
    const scope = new Scope('parameters', template.scope, template.scope.prefix, special.before);
    return at(special.head, special.body, scope);
  }
  const chosen = choosePartial(r, template, values);
  if (chosen) return at(chosen.partial.head, chosen.partial.body, chosen.scope);
  return template.body === undefined ? undefined : at(template.head, template.body, scopeOf(template, values));
}

/** std::atomic<T> is shown as the T that it holds, std::array<T, N> as the array that it is. */
function libraryType(r: Reader, template: Template, values: readonly Argument[], { at }: Token): CType | undefined {
  const [first, second] = values;
  if (template.scope.prefix !== 'std::' || !(first instanceof CType)) return undefined;
  const instance = { template, values };
  const name = `std::${template.name}<${values.map(shown).join(', ')}>`;
  if (template.name === 'atomic') {
    const made = atomic(first, r.world.target, name);
    // Its constructor makes it no plain old data, and what holds it neither.
    return made.layout === undefined
      ? made.with({ instance })
      : made.with({ info: plainClass(made.layout, false), userAligned: true, instance });
  }
  if (template.name !== 'array' || second === undefined || second instanceof CType || second instanceof Template)
    return undefined;
  // One without elements is an empty class (libstdc++, <array>).
  if (second.value === 0n) return undefined;
  const made = arrayOf(first, typeof second.value === 'bigint' ? second.value : undefined, at, second);
  if (made.layout === undefined) return made.with({ instance });
  // It is itself not packed, whatever its elements are.
  const info = first.classInfo && { ...first.classInfo, packed: false };
  return made.with({
    info,
    layout: { ...made.layout, name },
    left: name,
    right: '',
    key: `std::array<${first.key},${second.value}>`,
    instance,
  });
}

function complete(r: Reader, template: Template, values: readonly Argument[], tag: Tag, name: Token): void {
  const { results } = r.world;
  const listed = results.length;
  try {
    const attributes = noAttributes();
    const own = definitionFor(r, template, values, attributes);
    if (own === undefined) throw undefinedTemplate(r, template, name);
    const special = own.cursor.next !== template.body;
    readAttributes(own, attributes);
    tag.final = own.cursor.take('final');
    own.grammar.record(own, {
      kind: template.kind,
      isClass: template.isClass,
      tag,
      name: { ...name, text: template.name },
      at: name.at,
      attributes,
    });
    if (special) return;
    template.read.push({ tag, values });
    defineOutside(r, template, values, tag);
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    tag.failure = atUse(tag.failure ?? error, name);
    if (tag.state === 'declared') tag.state = 'failed';
  } finally {
    // What an instance declares inside is not listed by itself.
    results.length = listed;
  }
}
