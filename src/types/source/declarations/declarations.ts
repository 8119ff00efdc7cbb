/** Declarations of a file and of namespaces, one after the other: what is no type is passed over. */
import { DeclarationError, quote } from '../../errors.ts';
import { readDeclarator } from './declarator.ts';
import { passFunction, passOldParameters, readConstantFunction, readVariable } from '../expressions/functions.ts';
import { readConstant } from '../expressions/constant.ts';
import { readName } from '../names/lookup.ts';
import { expressionNames } from '../names/names.ts';
import type { Reader } from '../reader.ts';
import { recover } from '../text/recovery.ts';
import { Scope } from '../names/scope.ts';
import { readSpecifiers } from './specifiers.ts';
import { refuseLayoutMacro } from '../text/words.ts';
import { readTemplate } from '../templates/templates.ts';
import { readTypedef, readTypedefNames, readUsing } from './typedefs.ts';

/** To the end of the cursor; what fails is told to the world's problems. */
export function readDeclarations(r: Reader): void {
  const { cursor } = r;
  while (!cursor.atEnd) {
    const start = cursor.next;
    try {
      readOne(r);
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      recover(r, start, error);
    }
    if (cursor.next <= start) cursor.next = start + 1;
  }
}

function readOne(r: Reader): void {
  const { cursor } = r;
  if (cursor.take(';') || cursor.take('}')) return;
  if (cursor.is('extern') && cursor.ahead(1).kind === 'string') return readLinkage(r);
  if (/^(asm|__asm|__asm__)$/.test(cursor.text)) {
    cursor.skipTo(';');
    return;
  }
  if (r.isCpp && (cursor.is('namespace') || (cursor.is('inline') && cursor.ahead(1).text === 'namespace')))
    return readNamespace(r);
  if (!readCommon(r)) readDeclaration(r);
}

/** extern "C" */
function readLinkage(r: Reader): void {
  const { cursor } = r;
  cursor.advance();
  cursor.advance();
  if (cursor.is('{')) readDeclarations(r.at(cursor.group()));
}

function readNamespace(r: Reader): void {
  const { cursor } = r;
  let isInline = cursor.take('inline');
  cursor.expect('namespace');
  while (cursor.is('[')) cursor.skipGroup();
  let scope = r.scope;
  for (;;) {
    const name = cursor.takeName();
    if (name && cursor.is('=')) {
      cursor.advance();
      const target = readName(r)?.entity;
      if (target?.kind === 'namespace') r.scope.entities.set(name.text, target);
      cursor.skipTo(';');
      return;
    }
    scope = openNamespace(scope, name?.text, isInline);
    if (!cursor.take('::')) break;
    isInline = cursor.take('inline');
  }
  while (cursor.token.kind === 'name' && !cursor.is('{') && !cursor.atEnd) cursor.advance();
  if (!cursor.is('{')) throw r.odd();
  readDeclarations(r.at(cursor.group(), scope));
}

/** A namespace without a name, and an inline one, is open to the one around it. */
function openNamespace(around: Scope, name: string | undefined, isInline: boolean): Scope {
  const known = name === undefined ? undefined : around.entities.get(name);
  if (known?.kind === 'namespace') return known.scope;
  const scope = new Scope('namespace', around, name === undefined ? around.prefix : `${around.prefix}${name}::`);
  if (name !== undefined) around.entities.set(name, { kind: 'namespace', scope });
  if (name === undefined || isInline) around.opened.push(scope);
  return scope;
}

/** What may stand among members as well. */
export function readCommon(r: Reader): boolean {
  const { cursor } = r;
  if (/^(_Static_assert|static_assert)$/.test(cursor.text)) readAssertion(r);
  else if (cursor.is('typedef')) readTypedef(r);
  else if (!r.isCpp) return false;
  else if (cursor.is('template')) readTemplate(r);
  else if (cursor.is('using')) readUsing(r);
  else if (cursor.is('friend')) passFunction(r);
  else return false;
  return true;
}

/** A condition that cannot be told (a call, a trait) is passed over. */
function readAssertion(r: Reader): void {
  const { cursor } = r;
  const { at } = cursor.advance();
  if (!cursor.is('(')) throw r.odd();
  const inner = r.at(cursor.group());
  cursor.take(';');
  try {
    if (readConstant(inner.cursor, expressionNames(inner)).value !== 0n) return;
  } catch (error) {
    if (error instanceof DeclarationError) return;
    throw error;
  }
  if (!inner.cursor.atEnd && !inner.cursor.is(',')) return;
  const text = inner.cursor.ahead(1).kind === 'string' ? `: ${quote(inner.cursor.ahead(1).text.slice(1, -1))}` : '';
  r.world.problems.push(new DeclarationError(at, `This static_assert fails${text}.`));
}

/** A struct, union or enum, a variable, a function. */
function readDeclaration(r: Reader): void {
  const { cursor } = r;
  const place = r.result(undefined);
  const specifiers = readSpecifiers(r);
  const { tagged, strangers } = specifiers;
  if (tagged === 'definition') for (const stranger of strangers) refuseLayoutMacro(stranger);
  if (tagged === 'definition' && strangers.length > 2 && strangers[0]) throw r.odd(strangers[0]);
  if (specifiers.isTypedef) return readTypedefNames(r, specifiers, place);
  if (cursor.take(';')) return;
  do {
    const declared = readDeclarator(r, specifiers.type);
    if (declared.type.form === 'function' || cursor.is('operator')) {
      readConstantFunction(r, specifiers, declared);
      if (!r.isCpp) passOldParameters(r, declared);
      passFunction(r);
      return;
    }
    // `struct {…} PACKED;` declares a variable, unless PACKED is a macro.
    if (tagged === 'definition' && declared.name) refuseLayoutMacro(declared.name);
    readVariable(r, specifiers, declared);
  } while (cursor.take(','));
  r.semicolon();
}
