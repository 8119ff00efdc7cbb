/** The text of .vscode/shmscope.json: which types segments have in a workspace, for all who work in it. */
import { applyEdits, modify, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { SegmentKind } from '../../../api.d.ts';
import { ABIS, type Reading } from '../choice.ts';
import { lineAndColumn } from '../errors.ts';

/** One line of the map from segments to types. */
export interface WorkspaceType extends Reading {
  /** '/cam_*', '0x000004d2', 'data/*.bin'. */
  readonly pattern: string;
  readonly kind?: SegmentKind;
  readonly type: string;
  /** Relative to the workspace folder. Without it and `source`: from the debug info of the programs that map the segment. */
  readonly header?: string;
  readonly source?: string;
  readonly offset?: number;
  /** A compiler lays the declarations out, once the user has agreed. */
  readonly compiled?: boolean;
}

export interface WorkspaceFile {
  /** In the order of the file: the first that matches counts. */
  readonly types: readonly WorkspaceType[];
  /** 'LINE:COLUMN: …', each a sentence. What they are about is left out of `types`. */
  readonly problems: readonly string[];
}

/** Bytes of the file that are read. */
export const WORKSPACE_FILE_MAX = 1024 * 1024;

const KINDS: readonly string[] = ['posix', 'sysv', 'file', 'memfd', 'anonymous'];
const LANGUAGES: readonly string[] = ['c', 'c++'];
const DIALECTS: readonly string[] = ['gcc', 'clang'];
const OPTIONS = { allowTrailingComma: true };

/** What the members of an entry have to be; a text says what is expected instead. */
const MEMBERS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  type: (value) => text(value) ?? (value === '' ? 'is empty' : undefined),
  header: (value) => text(value) ?? pathProblem(String(value)),
  source: text,
  offset: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : 'is a number of bytes, 0 or more',
  kind: (value) => oneOf(value, KINDS),
  abi: (value) => oneOf(value, ABIS),
  language: (value) => oneOf(value, LANGUAGES),
  dialect: (value) => oneOf(value, DIALECTS),
  compiled: (value) => (typeof value === 'boolean' ? undefined : 'is true or false'),
};

/** Never throws: what is wrong is among the problems, and the rest counts. */
export function parseWorkspaceFile(source: string): WorkspaceFile {
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, OPTIONS);
  const at = (offset: number, message: string): string => `${lineAndColumn(source, offset)}: ${message}`;
  const [error] = errors;
  if (error) return { types: [], problems: [at(error.offset, `This is no JSON: ${wordsOf(printParseErrorCode(error.error))}.`)] };
  const segments = membersOf(root).find(({ name }) => name === 'segments');
  if (!segments || segments.value.type !== 'object')
    return { types: [], problems: [at(segments?.value.offset ?? 0, 'An object is expected here, with the member "segments".')] };
  const problems: string[] = [];
  const types = membersOf(segments.value).flatMap(({ name, value }) => {
    const found = entryProblem(name, value);
    if (found) problems.push(at(found.offset, found.message));
    return found ? [] : [entryOf(name, value)];
  });
  return { types, problems };
}

interface Member {
  readonly name: string;
  readonly value: Node;
}

function membersOf(node: Node | undefined): readonly Member[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    typeof key?.value === 'string' && value ? [{ name: key.value, value }] : [],
  );
}

function entryProblem(pattern: string, node: Node): { readonly offset: number; readonly message: string } | undefined {
  const { offset } = node;
  if (node.type !== 'object') return { offset, message: `What "${pattern}" is shown as is an object with the member "type".` };
  const members = membersOf(node);
  for (const { name, value } of members) {
    const check = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    const problem = check ? check(value.value) : 'is not known here';
    if (problem !== undefined) return { offset: value.offset, message: `"${name}" ${problem}.` };
  }
  const names = members.map(({ name }) => name);
  if (!names.includes('type')) return { offset, message: `"${pattern}" has no "type".` };
  const declared = ['header', 'source'].filter((name) => names.includes(name));
  if (declared.length > 1)
    return { offset, message: `"${pattern}" has a "header" and a "source": one of them says where the type is.` };
  const compiled = members.find(({ name, value }) => name === 'compiled' && value.value === true);
  return compiled && declared.length === 0
    ? { offset: compiled.value.offset, message: `"${pattern}" has neither a "header" nor a "source" that could be compiled.` }
    : undefined;
}

function entryOf(pattern: string, node: Node): WorkspaceType {
  const value = new Map(membersOf(node).map((member): [string, unknown] => [member.name, member.value.value]));
  const known = (name: string, list: readonly string[]): string | undefined => list.find((one) => one === value.get(name));
  const [header, source, offset] = [value.get('header'), value.get('source'), value.get('offset')];
  const kind = SEGMENT_KINDS.find((one) => one === known('kind', KINDS));
  const abi = ABIS.find((one) => one === value.get('abi'));
  const language = (['c', 'c++'] as const).find((one) => one === value.get('language'));
  const dialect = (['gcc', 'clang'] as const).find((one) => one === value.get('dialect'));
  return {
    pattern,
    type: String(value.get('type')),
    ...(typeof header === 'string' ? { header } : {}),
    ...(typeof source === 'string' ? { source } : {}),
    ...(typeof offset === 'number' ? { offset } : {}),
    ...(kind ? { kind } : {}),
    ...(abi ? { abi } : {}),
    ...(language ? { language } : {}),
    ...(dialect ? { dialect } : {}),
    ...(value.get('compiled') === true ? { compiled: true } : {}),
  };
}

const SEGMENT_KINDS = ['posix', 'sysv', 'file', 'memfd', 'anonymous'] as const satisfies readonly SegmentKind[];

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'is a text';
}

function oneOf(value: unknown, known: readonly string[]): string | undefined {
  return typeof value === 'string' && known.includes(value) ? undefined : `is one of ${known.join(', ')}`;
}

/** A path that leads out of the folder is refused before anything is opened; links are checked when it is (src/panel/workspaceTypes.ts). */
export function pathProblem(path: string): string | undefined {
  if (path === '' || path.startsWith('/') || path.includes('\0')) return 'is a path within the workspace folder';
  return path.split('/').includes('..') ? 'leads out of the workspace folder' : undefined;
}

function wordsOf(code: string): string {
  return code.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** The text with this entry in it, everything else as it stands: its comments, its order. A new pattern comes last. */
export function withWorkspaceType(source: string, { pattern, ...entry }: WorkspaceType): string {
  const text = source.trim() === '' ? '{}\n' : source;
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
  return applyEdits(text, modify(text, ['segments', pattern], entry, { formattingOptions }));
}
