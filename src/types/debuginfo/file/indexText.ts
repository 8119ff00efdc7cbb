/** What `shmscope-dwarf index` says (native/dwarf/output.cc), checked: it was made of a file that need not mean well, or kept on a disk. */
import { blocksOf } from './blocks.ts';
import { entry, EntryLines, notUnderstood } from './entries.ts';
import type { DebugIndex, LocalVariable, PointerVariable } from '../face.ts';
import { elfAbi } from './machine.ts';

export type IndexParts = Omit<DebugIndex, 'file'>;

interface Header {
  readonly buildId: string;
  readonly machine: number;
  readonly bits: number;
  readonly entries: number;
  readonly variables: number;
  readonly locals: number;
  readonly lack: string;
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

/** What `shmscope-dwarf find` says where no type has the name. */
const ABSENT = 'absent\n';

/** The text of an index, up to its last line; undefined where it says that there is none. EIO where it is damaged or cut off. */
export async function parseIndex(buffers: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<IndexParts | undefined> {
  let header: Header | undefined;
  let ended = false;
  const entries = new EntryLines();
  const variables: PointerVariable[] = [];
  const locals: LocalVariable[] = [];
  for await (const block of blocksOf(buffers)) {
    if (header === undefined && block === ABSENT) return undefined;
    for (let at = 0; at < block.length;) {
      const end = block.indexOf('\n', at);
      if (end < 0 || ended) throw notUnderstood();
      if (header === undefined) header = parseHeader(block.slice(at, end));
      else if (entries.length < header.entries) entries.add(block, at, end);
      else if (variables.length < header.variables) variables.push(parseVariable(block.slice(at, end)));
      else if (locals.length < header.locals) locals.push(parseLocal(block.slice(at, end)));
      else ended = /^end \d+$/.test(block.slice(at, end));
      at = end + 1;
    }
    if (ended) break;
  }
  if (header === undefined || !ended) throw notUnderstood();
  const { buildId, machine, bits, lack } = header;
  const abi = elfAbi(machine, bits);
  return { buildId, abi, pointerSize: bits === 32 ? 4 : 8, entries, variables, locals, ...(lack === '' ? {} : { lack }) };
}

function parseHeader(line: string): Header {
  const { buildId, machine, bits, entries, variables, locals, lack } = recordIn(line);
  if (typeof buildId !== 'string' || typeof lack !== 'string' || typeof machine !== 'number') throw notUnderstood();
  if (typeof bits !== 'number' || typeof entries !== 'number' || typeof variables !== 'number') throw notUnderstood();
  if (typeof locals !== 'number') throw notUnderstood();
  return { buildId, machine, bits, entries, variables, locals, lack };
}

/** Digits of what is a safe integer. */
const MOST_HEX = 13;

function parseVariable(line: string): PointerVariable {
  const { place, ...said } = parsePointer(line);
  if (!/^[0-9a-f]{1,16}$/.test(place)) throw notUnderstood();
  return { ...said, address: addressOf(place) };
}

/** 'c-32:1180-120d': the base, what is added to it, and the function's code. */
function parseLocal(line: string): LocalVariable {
  const { place, ...said } = parsePointer(line);
  const [, base, offset = '', low = '', high = ''] = /^([cbs])(-?\d{1,15}):([0-9a-f]{1,16})-([0-9a-f]{1,16})$/.exec(place) ?? [];
  if (base !== 'c' && base !== 'b' && base !== 's') throw notUnderstood();
  return { ...said, address: BigInt(offset), base, low: addressOf(low), high: addressOf(high) };
}

function parsePointer(line: string): Omit<PointerVariable, 'address'> & { readonly place: string } {
  const [what = '', size = '', ref = '', place = '', declared, name, targetName] = line.split('\t');
  if (declared === undefined || name === undefined || targetName === undefined) throw notUnderstood();
  const target = entry(what.charCodeAt(0), what.charCodeAt(1), Number(size), ref, targetName);
  return { name, target, place, ...(declared === '' ? {} : { declared }) };
}

/** A BigInt of a number is made several times as fast as one of a text. */
function addressOf(hex: string): bigint {
  return hex.length <= MOST_HEX ? BigInt(Number.parseInt(hex, 16)) : BigInt(`0x${hex}`);
}
