/** The rows of the type picker. */
import * as vscode from 'vscode';
import type { SeenType, Suggestion } from '../../types/debuginfo/finder.ts';
import { countText, plural } from '../../segments/texts.ts';
import { sizeText } from '../../segments/names.ts';
import { plainText } from '../ask.ts';
import type { Declared } from './headers.ts';

/** What the user can do beside choosing one of the types that are listed. */
export type Action = 'paste' | 'header' | 'offset' | 'keep' | 'remove';

/** What stands behind a row. */
export type Picked =
  | { readonly kind: 'suggestion'; readonly suggestion: Suggestion }
  | { readonly kind: 'seen'; readonly seen: SeenType }
  | { readonly kind: 'declared'; readonly declared: Declared }
  | { readonly kind: 'action'; readonly action: Action };

export interface Row extends vscode.QuickPickItem {
  /** Absent for what only says something. */
  readonly what?: Picked;
}

/** VS Code's own filter would hide what ours has found. */
const shown = { alwaysShow: true } as const;

export function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

export function suggestionRow(suggestion: Suggestion): Row {
  const { type, offset, why, certain } = suggestion;
  return {
    ...shown,
    label: `$(${certain ? 'star-full' : 'star-empty'}) ${plainText(type.name)}`,
    description: [sizeText(type.size), ...(offset === 0 ? [] : [`at 0x${offset.toString(16)}`])].join(' · '),
    detail: plainText(why),
    what: { kind: 'suggestion', suggestion },
  };
}

const PIDS = 3;

/** `segmentSize` in bytes: a type of that size says so. */
export function seenRow(seen: SeenType, segmentSize: number, processOf: (pid: number) => string | undefined): Row {
  const { name, size, file, pids } = seen;
  const process = pids[0] === undefined ? undefined : processOf(pids[0]);
  const more = pids.length > PIDS ? `, ${pids.length - PIDS} more` : '';
  const run = process === undefined ? '' : `${process} ${pids.slice(0, PIDS).join(', ')}${more}`;
  const parts = [sizeText(size), ...(size === segmentSize ? ['the size of this segment'] : []), file.name, run];
  return {
    ...shown,
    label: `$(symbol-structure) ${plainText(name)}`,
    description: plainText(parts.filter(Boolean).join(' · ')),
    what: { kind: 'seen', seen },
  };
}

export function declaredRow(declared: Declared): Row {
  return {
    ...shown,
    label: `$(file-code) ${plainText(declared.name)}`,
    description: plainText(vscode.workspace.asRelativePath(declared.header)),
    what: { kind: 'declared', declared },
  };
}

/** 'and N more: type to narrow'. */
export function moreRow(left: number, typed: boolean): Row {
  return { ...shown, label: `$(ellipsis) … and ${countText(left)} more: type ${typed ? 'more ' : ''}to narrow` };
}

export function lackRow(text: string): Row {
  return { ...shown, label: `$(info) ${plainText(text)}` };
}

export function nothingRow(query: string, of: number): Row {
  return { ...shown, label: `$(circle-slash) None of ${plural(of, 'type')} has "${plainText(query.trim())}" in its name` };
}

export interface Standing {
  /** A type is shown, and from this offset. */
  readonly offset: number | undefined;
  /** It can be written into the workspace's own file. */
  readonly keeps: boolean;
}

export function actionRows({ offset, keeps }: Standing): readonly Row[] {
  const row = (icon: string, label: string, action: Action): Row => ({
    ...shown,
    label: `$(${icon}) ${label}`,
    what: { kind: 'action', action },
  });
  const typed = offset !== undefined;
  return [
    row('edit', 'Paste declarations…', 'paste'),
    row('file-code', 'Choose a header…', 'header'),
    ...(typed ? [row('arrow-right', `Begin at another offset… (now 0x${offset.toString(16)})`, 'offset')] : []),
    ...(typed && keeps ? [row('save', 'Keep in the workspace…', 'keep')] : []),
    ...(typed ? [row('close', 'Remove the type', 'remove')] : []),
  ];
}
