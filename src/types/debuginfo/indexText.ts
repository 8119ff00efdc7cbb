/** What `shmscope-dwarf index` says (native/dwarf/output.cc), checked: it was made of a file that need not mean well, or kept on a disk. */
import type { TypeLayout } from '../../../api.d.ts';
import { shmError, type ShmError } from '../../native/errors.ts';
import { blocksOf } from './blocks.ts';
import { elfAbi } from './machine.ts';
import type { DebugIndex, PointerVariable, TypeEntry } from './face.ts';

export type IndexParts = Omit<DebugIndex, 'file'>;

/** By the code of a letter. */
function byLetter<T>(pairs: readonly (readonly [string, T])[]): readonly (T | undefined)[] {
  const list = Array.from({ length: 128 }, (): T | undefined => undefined);
  for (const [letter, value] of pairs) list[letter.charCodeAt(0)] = value;
  return list;
}

const KINDS = byLetter<TypeLayout['kind']>([
  ['s', 'struct'],
  ['u', 'union'],
  ['a', 'array'],
  ['e', 'enum'],
  ['i', 'integer'],
  ['f', 'float'],
  ['b', 'bool'],
  ['c', 'char'],
  ['p', 'pointer'],
  ['y', 'sync'],
  ['o', 'opaque'],
]);
const LANGUAGES = byLetter<TypeEntry['language']>([
  ['c', 'c'],
  ['+', 'c++'],
  ['r', 'rust'],
  ['o', 'other'],
]);
interface Header {
  readonly buildId: string;
  readonly machine: number;
  readonly bits: number;
  readonly entries: number;
  readonly variables: number;
  readonly lack: string;
}

export function notUnderstood(): ShmError {
  return shmError('EIO', 'The answer of the reader of debug info was not understood.');
}

/** The object that a line of JSON holds. EIO for anything else. */
export function recordIn(line: string): Readonly<Record<string, unknown>> {
  const value = jsonIn(line);
  if (typeof value !== 'object' || value === null) throw notUnderstood();
  return Object.fromEntries(Object.entries(value));
}

/** EIO for what is no JSON. */
export function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notUnderstood();
  }
}

const ABSENT = Buffer.from('absent\n');

/** `shmscope-dwarf find`: no type has the name. */
export function isAbsent(buffers: readonly Buffer[]): boolean {
  return buffers[0]?.equals(ABSENT) === true;
}

/** The whole text of an index. EIO where it is damaged or cut off. */
export async function parseIndex(buffers: readonly Buffer[]): Promise<IndexParts> {
  let header: Header | undefined;
  let ended = false;
  const entries: TypeEntry[] = [];
  const variables: PointerVariable[] = [];
  for await (const block of blocksOf(buffers)) {
    for (let at = 0; at < block.length;) {
      const end = block.indexOf('\n', at);
      if (end < 0 || ended) throw notUnderstood();
      if (header === undefined) header = parseHeader(block.slice(at, end));
      else if (entries.length < header.entries) entries.push(parseEntry(block, at, end));
      else if (variables.length < header.variables) variables.push(parseVariable(block.slice(at, end)));
      else ended = /^end \d+$/.test(block.slice(at, end));
      at = end + 1;
    }
  }
  if (header === undefined || !ended) throw notUnderstood();
  const { buildId, machine, bits, lack } = header;
  const abi = elfAbi(machine, bits);
  return { buildId, abi, pointerSize: bits === 32 ? 4 : 8, entries, variables, ...(lack === '' ? {} : { lack }) };
}

function parseHeader(line: string): Header {
  const { buildId, machine, bits, entries, variables, lack } = recordIn(line);
  if (typeof buildId !== 'string' || typeof lack !== 'string' || typeof machine !== 'number') throw notUnderstood();
  if (typeof bits !== 'number' || typeof entries !== 'number' || typeof variables !== 'number') throw notUnderstood();
  return { buildId, machine, bits, entries, variables, lack };
}

const TAB = 9;
const ZERO = 48;
/** Digits of 2^53; what is more is no safe integer. */
const MOST_DIGITS = 16;
const MOST_HEX = 13;

/** Kind and language, size, reference, name. A hundred thousand of them are read: nothing is cut out but what is kept. */
function parseEntry(text: string, from: number, to: number): TypeEntry {
  const start = from + 3;
  let at = start;
  let size = 0;
  for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) size = size * 10 + digit;
  const ref = at + 1;
  const name = text.indexOf('\t', ref) + 1;
  const tabs = text.charCodeAt(from + 2) === TAB && text.charCodeAt(at) === TAB && name > ref && name <= to;
  if (!tabs || at === start || at - start > MOST_DIGITS) throw notUnderstood();
  return entry(text.charCodeAt(from), text.charCodeAt(from + 1), size, text.slice(ref, name - 1), text.slice(name, to));
}

/** -1 for what is no digit. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function parseVariable(line: string): PointerVariable {
  const [what = '', size = '', ref = '', address = '', declared, name, targetName] = line.split('\t');
  if (!/^[0-9a-f]{1,16}$/.test(address) || declared === undefined || name === undefined || targetName === undefined)
    throw notUnderstood();
  const target = entry(what.charCodeAt(0), what.charCodeAt(1), Number(size), ref, targetName);
  return { name, address: addressOf(address), target, ...(declared === '' ? {} : { declared }) };
}

/** A BigInt of a number is made several times as fast as one of a text. */
function addressOf(hex: string): bigint {
  return hex.length <= MOST_HEX ? BigInt(Number.parseInt(hex, 16)) : BigInt(`0x${hex}`);
}

function entry(kindLetter: number, languageLetter: number, size: number, ref: string, name: string): TypeEntry {
  const kind = KINDS[kindLetter];
  const language = LANGUAGES[languageLetter];
  if (kind === undefined || language === undefined || !Number.isSafeInteger(size) || size < 0) throw notUnderstood();
  return { name, kind, size, ref, language };
}
