/** What the pointer variables of a process hold: of all its files, wherever they point. */
import type { TypeLayout } from '../../../../api.d.ts';
import { toShmError, type ShmError } from '../../../native/errors.ts';
import type { ProgramCalls } from '../../../native/programs.ts';
import type { DebugIndex, PointerVariable } from '../face.ts';
import { localValues, type Loaded } from './frames.ts';
import { isIndex, type Indices } from './indices.ts';
import { programOf, stillRuns, type Program } from './programs.ts';

/** One variable. */
export interface Pointer extends Loaded {
  readonly variable: PointerVariable;
  readonly value: bigint;
  /** Of a local variable: whether its function is under way for certain, or may have returned. */
  readonly onStack?: 'live' | 'left';
}

/** One look into a process. */
export interface Pointing {
  readonly program: Program;
  /** Of its files, in their order. */
  readonly indices: readonly (DebugIndex | ShmError)[];
  /** 'changed': it began another program meanwhile, or unloaded a library, and what was read means nothing. */
  readonly pointers: readonly Pointer[] | ShmError | 'changed';
}

/** Looks into processes; who asks about several segments one after the other may have the same look again for `keepMs`. */
export class Pointings {
  readonly #calls: ProgramCalls;
  readonly #keepMs: number;
  /** By 'pid startedAt', the oldest first. */
  readonly #known = new Map<string, { readonly pointing: Pointing; readonly until: number }>();
  #forgetting: NodeJS.Timeout | undefined;

  constructor(calls: ProgramCalls, keepMs: number) {
    this.#calls = calls;
    this.#keepMs = keepMs;
  }

  /** Rejects with ESRCH, EACCES or EPERM where not even its files are to be had. */
  async of(pid: number, startedAt: number, indices: Indices): Promise<Pointing> {
    const key = `${pid} ${startedAt}`;
    const known = this.#known.get(key);
    if (known && performance.now() < known.until) return known.pointing;
    const pointing = await pointingOf(this.#calls, pid, indices);
    if (this.#keepMs > 0) this.#keep(key, pointing);
    return pointing;
  }

  /** The next look is a new one. */
  forget(): void {
    this.#known.clear();
  }

  #keep(key: string, pointing: Pointing): void {
    const now = performance.now();
    this.#known.delete(key);
    this.#known.set(key, { pointing, until: now + this.#keepMs });
    for (const [oldest, { until }] of this.#known) {
      if (until > now) break;
      this.#known.delete(oldest);
    }
    // Debug info is large: it is not kept for nobody.
    this.#forgetting ??= setTimeout(() => this.#known.clear(), this.#keepMs).unref();
    this.#forgetting.refresh();
  }
}

async function pointingOf(calls: ProgramCalls, pid: number, all: Indices): Promise<Pointing> {
  const program = await programOf(calls, pid);
  const indices = await Promise.all(program.files.map((run) => all.of(run)));
  const read = program.files.flatMap((run, i): Loaded[] => {
    const index = indices[i];
    return index && isIndex(index) ? [{ run, index }] : [];
  });
  return { program, indices, pointers: await pointersOf(calls, pid, program, read).catch(toShmError) };
}

async function pointersOf(
  calls: ProgramCalls,
  pid: number,
  program: Program,
  files: readonly Loaded[],
): Promise<Pointer[] | 'changed'> {
  const pointers: Pointer[] = [];
  for (const loaded of files) pointers.push(...(await globals(calls, pid, loaded)));
  pointers.push(...(await locals(calls, pid, files)));
  // Reading debug info takes its time.
  return stillRuns(program, await programOf(calls, pid)) ? pointers : 'changed';
}

async function globals(calls: ProgramCalls, pid: number, { run, index }: Loaded): Promise<Pointer[]> {
  const { variables, pointerSize } = index;
  if (variables.length === 0) return [];
  const { values } = await calls.peek(
    pid,
    addressesOf(index).map((address) => address + run.bias),
    pointerSize,
  );
  const pointers: Pointer[] = [];
  values.forEach((value, i) => {
    const variable = variables[i];
    if (value !== 0n && variable && isTelling(variable.target)) pointers.push({ run, index, variable, value });
  });
  return pointers;
}

async function locals(calls: ProgramCalls, pid: number, files: readonly Loaded[]): Promise<Pointer[]> {
  const values = await localValues(calls, pid, files);
  return values.flatMap(({ run, index, variable, value, live }): Pointer[] =>
    isTelling(variable.target) ? [{ run, index, variable, value, onStack: live ? 'live' : 'left' }] : [],
  );
}

const addresses = new WeakMap<DebugIndex, BigUint64Array>();

/** A file's own, which hold for every process that runs it. */
function addressesOf(index: DebugIndex): BigUint64Array {
  let known = addresses.get(index);
  if (!known) addresses.set(index, (known = BigUint64Array.from(index.variables, ({ address }) => address)));
  return known;
}

/** A pointer to bytes says where something is and not what; one to what is declared only says neither. */
function isTelling({ kind, size }: Pick<TypeLayout, 'kind' | 'size'>): boolean {
  return kind !== 'char' && size > (kind === 'integer' || kind === 'bool' ? 1 : 0);
}
