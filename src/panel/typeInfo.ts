/** What a panel says of the type that it shows. */
import * as vscode from 'vscode';
import { shmError, type ShmError } from '../native/errors.ts';
import type { TypeInfo } from '../protocol/typing.ts';
import type { TypeChoice } from '../types/choice.ts';
import type { Suggestion } from '../types/debuginfo/finder.ts';

/** What is said where the workspace wants a compiler to be run. */
export function toBeAllowed({ name, header }: TypeChoice): ShmError {
  const of = header === undefined ? 'a text' : vscode.workspace.asRelativePath(header);
  const message = `.vscode/shmscope.json has a compiler lay out ${name}. That runs gcc or clang on ${of}, and was not allowed yet.`;
  return shmError('EPERM', message, { remedy: 'Ask the compiler, which allows it from now on.' });
}

export function suggestedChoice({ type, offset, seen }: Suggestion): TypeChoice {
  return { name: type.name, debug: { file: seen.file.name }, ...(offset === 0 ? {} : { offset }) };
}

/** Where the type comes from, in words. */
export function originOf({ header, debug }: TypeChoice, origin: string): string {
  if (debug) return `debug info of ${origin.replace(/^dwarf:/, '')}`;
  return header === undefined ? 'pasted' : vscode.workspace.asRelativePath(header);
}

/** Sources can be long: they are compared as they are. */
export function sameInfo(a: TypeInfo | undefined, b: TypeInfo | undefined): boolean {
  if (!a || !b || a.source !== b.source) return a === b;
  return JSON.stringify({ ...a, source: '' }) === JSON.stringify({ ...b, source: '' });
}
