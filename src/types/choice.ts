/** Which type a segment is shown as, and from where in it: by its text, a header that is read anew each time, or debug info. */
import { readFile, stat } from 'node:fs/promises';
import type { Abi, TypeLayout } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import type { Declarations } from './source/parse.ts';

/** How declarations are read; absent: for this machine, as C, by gcc's rules. */
export interface Reading {
  readonly abi?: Abi;
  readonly language?: 'c' | 'c++';
  readonly dialect?: 'gcc' | 'clang';
}

/** A type by its name. Its declarations are one of `source`, `header` and `debug`. */
export interface TypeChoice extends Reading {
  readonly name: string;
  readonly source?: string;
  /** Absolute path of a header. */
  readonly header?: string;
  /** In the debug info of a program that maps the segment: of `file`, else of any of them; where none runs, of the file as it is. */
  readonly debug?: { readonly file?: string };
  /** Bytes from the start of the segment; absent: 0. */
  readonly offset?: number;
  /** The user agreed to have the declarations compiled. */
  readonly compiled?: boolean;
}

export const ABIS: readonly Abi[] = ['x86_64', 'aarch64', 'i386', 'arm'];

/** Bytes of a header that is read. */
export const HEADER_MAX = 4 * 1024 * 1024;

type Loose = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isOneOf = (value: unknown, known: readonly string[]): boolean =>
  value === undefined || (typeof value === 'string' && known.includes(value));

/** Whether a value that was stored, by this version or another, is a choice. */
export function isChoice(value: unknown): value is TypeChoice {
  if (!isRecord(value) || typeof value['name'] !== 'string') return false;
  const { source, header, debug, offset, compiled } = value;
  if (!isText(source) || !isText(header) || !isReading(value)) return false;
  if (debug !== undefined && !(isRecord(debug) && isText(debug['file']))) return false;
  if (offset !== undefined && !(typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0)) return false;
  if (compiled !== undefined && typeof compiled !== 'boolean') return false;
  return [source, header, debug].some((from) => from !== undefined);
}

function isReading({ abi, language, dialect }: Loose): boolean {
  return isOneOf(abi, ABIS) && isOneOf(language, ['c', 'c++']) && isOneOf(dialect, ['gcc', 'clang']);
}

/** The declarations of a choice. EPERM for a header where the workspace is not trusted; EINVAL for what is no file; EFBIG for one of over 4 MiB. */
export async function choiceSource(choice: TypeChoice, trusted: boolean): Promise<string> {
  if (choice.source !== undefined) return choice.source;
  if (!trusted)
    throw shmError('EPERM', 'The type comes from a header of this workspace, which is not trusted.', {
      remedy: 'Trust the workspace, or paste the declarations.',
    });
  const path = choice.header ?? '';
  const found = await stat(path);
  // A FIFO or a device has size 0 and no end.
  if (!found.isFile()) throw shmError('EINVAL', `${path} is no regular file.`);
  const { size } = found;
  if (size > HEADER_MAX) throw shmError('EFBIG', `${path} has ${size} bytes; ShmScope reads headers of up to 4 MiB.`);
  return readFile(path, 'utf8');
}

/**
 * A type by its name, with or without 'struct '; without a name the last one, which is what the others lead up to. ETYPE, with the problem
 * that it is lost by, when there is none; without a name every problem counts.
 */
export function chosenType({ types, problems }: Pick<Declarations, 'types' | 'problems'>, name: string | undefined): TypeLayout {
  const [first] = problems;
  if (name === undefined && first) throw shmError('ETYPE', first.text);
  const found = name === undefined ? types.at(-1) : findNamed(types, name);
  if (found) return found;
  const lostBy = problems.find(
    ({ lost }) =>
      name !== undefined &&
      findNamed(
        lost.map((one) => ({ name: one })),
        name,
      ),
  );
  const problem = lostBy ?? first;
  const none = name === undefined ? 'The text declares no type.' : `The text declares no type "${name}".`;
  throw shmError('ETYPE', problem?.text ?? `1:1: ${none}`);
}

/** The one that is meant: named so, else in the words of the other language, where C's 'struct Order' is 'Order'. */
export function findNamed<T extends { readonly name: string }>(types: readonly T[], name: string): T | undefined {
  const bare = name.replace(/^(struct|union|enum|class) /, '');
  return types.find((type) => isNamed(type, name)) ?? types.find((type) => isNamed(type, bare));
}

/** 'struct student' answers to 'student' as well. */
export function isNamed(type: { readonly name: string }, name: string): boolean {
  return type.name === name || type.name.replace(/^(struct|union|enum) /, '') === name;
}

/** All types that answer to a name: a struct, and a typedef of its name. ETYPE, with the problem that it is lost by, where there is none. */
export function namedTypes(declared: Pick<Declarations, 'types' | 'problems'>, name: string): TypeLayout[] {
  const found = declared.types.filter((type) => isNamed(type, name));
  return found.length > 0 ? found : [chosenType(declared, name)];
}
