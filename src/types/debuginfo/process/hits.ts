/** Which pointer variables of a process point into a segment now. */
import type { TypeLayout } from '../../../../api.d.ts';
import type { ProgramCalls } from '../../../native/programs.ts';
import type { DebugIndex, PointerVariable } from '../face.ts';
import { localValues, type Loaded } from './frames.ts';
import type { Mapper, RunFile } from './programs.ts';

/** A variable, and what of the segment it points to. */
export interface Hit {
  readonly mapper: Mapper;
  readonly run: RunFile;
  readonly index: DebugIndex;
  readonly variable: PointerVariable;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** Of a local variable: whether its function is under way for certain, or may have returned. */
  readonly onStack?: 'live' | 'left';
}

/** Reads all variables of one file of a process. Rejects with ESRCH, EACCES or EPERM. */
export async function hitsOf(calls: ProgramCalls, mapper: Mapper, run: RunFile, index: DebugIndex): Promise<Hit[]> {
  const { variables, pointerSize } = index;
  if (variables.length === 0) return [];
  const { values } = await calls.peek(
    mapper.pid,
    addressesOf(index).map((address) => address + run.bias),
    pointerSize,
  );
  const hits: Hit[] = [];
  values.forEach((value, i) => {
    const variable = variables[i];
    const offset = value === 0n || !variable ? undefined : offsetOf(mapper, value);
    if (variable && offset !== undefined && isTelling(variable.target)) hits.push({ mapper, run, index, variable, offset });
  });
  return hits;
}

/** The same of local variables. Rejects as `hitsOf`. */
export async function stackHitsOf(calls: ProgramCalls, mapper: Mapper, files: readonly Loaded[]): Promise<Hit[]> {
  const values = await localValues(calls, mapper, files);
  return values.flatMap(({ run, index, variable, value, live }): Hit[] => {
    const offset = offsetOf(mapper, value);
    if (offset === undefined || !isTelling(variable.target)) return [];
    return [{ mapper, run, index, variable, offset, onStack: live ? 'live' : 'left' }];
  });
}

const addresses = new WeakMap<DebugIndex, BigUint64Array>();

/** A file's own, which hold for every process that runs it. */
function addressesOf(index: DebugIndex): BigUint64Array {
  let known = addresses.get(index);
  if (!known) addresses.set(index, (known = BigUint64Array.from(index.variables, ({ address }) => address)));
  return known;
}

function offsetOf({ mappings }: Mapper, value: bigint): number | undefined {
  for (const { address, length, offset } of mappings)
    if (value >= address && value < address + BigInt(length)) return Number(value - address) + offset;
  return undefined;
}

/** A pointer to bytes says where something is and not what; one to what is declared only says neither. */
function isTelling({ kind, size }: Pick<TypeLayout, 'kind' | 'size'>): boolean {
  return kind !== 'char' && size > (kind === 'integer' || kind === 'bool' ? 1 : 0);
}
