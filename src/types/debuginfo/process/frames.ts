/** Local variables of functions that wait for what they have called: found on the stack where all that is around them says so. */
import { setImmediate } from 'node:timers/promises';
import type { ProgramCalls } from '../../../native/programs.ts';
import type { DebugIndex, LocalVariable } from '../face.ts';
import { CALL, callTarget, endsWithCall, PROLOGUE, prologueOf } from './prologue.ts';
import type { RunFile } from './programs.ts';
import { memoryOf, type Memory, type Stack } from './stacks.ts';

/** A file that a process runs. */
export interface Loaded {
  readonly run: RunFile;
  readonly index: DebugIndex;
}

/** What a local variable holds. */
export interface LocalValue extends Loaded {
  readonly variable: LocalVariable;
  readonly value: bigint;
  /** Its function is under way: main has called it, or what main has called. Else it may have returned, and nothing written over it. */
  readonly live: boolean;
}

/** A word of the stack that leads back into a function. */
interface Called extends Loaded {
  readonly stack: Stack;
  /** Index of that word. */
  readonly at: number;
  readonly locals: readonly [LocalVariable, ...LocalVariable[]];
}

interface Frame extends Called {
  /** Index of the word that leads back from the function. */
  readonly back: number;
  readonly framePointer: boolean;
}

/** More than this many words that lead into functions with such variables are no calls any more. */
const MOST_CALLS = 256;
const MOST_DEEP = 64;

/**
 * Without unwinding: a word of the stack that leads behind a call of a function is taken for a return address only where the function's
 * prologue says how far above it its own return address lies, and that one leads behind a call as well. For x86-64; of a function that
 * keeps more on its stack than its prologue says, as by alloca, mostly nothing is told. Rejects with ESRCH, EACCES or EPERM.
 */
export async function localValues(calls: ProgramCalls, pid: number, files: readonly Loaded[]): Promise<LocalValue[]> {
  const telling = files.filter(({ index }) => index.abi === 'x86_64' && (index.locals?.length ?? 0) > 0);
  if (telling.length === 0) return [];
  const memory = await memoryOf(calls, pid);
  const frames: Frame[] = [];
  const called: Called[] = [];
  for (const stack of memory.stacks) {
    for (const file of telling) called.push(...callsInto(file, stack));
    await setImmediate();
  }
  for (const one of called.slice(0, MOST_CALLS)) {
    const frame = await frameOf(memory, one);
    if (frame) frames.push(frame);
  }
  const live = new Set<Frame>();
  for (const frame of frames) if (isMain(frame)) await addCalled(memory, frame, frames, live);
  return frames.flatMap((frame) => valuesIn(frame, live.has(frame)));
}

async function frameOf(memory: Memory, called: Called): Promise<Frame | undefined> {
  const { stack, at, run, locals } = called;
  const { size, framePointer } = prologueOf(await memory.bytes(Number(startOf(locals[0], run)), PROLOGUE));
  const back = at + 1 + size / 8;
  const good = (await isReturn(memory, stack.words[at])) && (await isReturn(memory, stack.words[back]));
  return good ? { ...called, back, framePointer } : undefined;
}

function valuesIn({ run, index, stack, at, back, framePointer, locals }: Frame, live: boolean): LocalValue[] {
  const bases = { c: back + 1, s: at + 1, b: framePointer ? back - 1 : undefined };
  return locals.flatMap((variable) => {
    const base = bases[variable.base];
    const value = base === undefined ? undefined : stack.words[base + Number(variable.address) / 8];
    return value === undefined ? [] : [{ run, index, variable, value: BigInt(value), live }];
  });
}

/** It runs as long as the program does. */
const isMain = ({ run, locals: [{ name }] }: Frame): boolean => run.executable && name.startsWith('main::');

/** From main on downwards: the call behind which a frame's word leads says which function the next frame is of. */
async function addCalled(memory: Memory, main: Frame, frames: readonly Frame[], live: Set<Frame>): Promise<void> {
  live.add(main);
  const { stack } = main;
  for (let at = main.at, deep = 0; deep < MOST_DEEP; deep++) {
    const to = stack.words[at] ?? 0;
    const target = callTarget(await memory.bytes(to - CALL, CALL), to);
    if (target === undefined) return;
    for (const one of frames)
      if (one.stack === stack && one.back === at && Number(startOf(one.locals[0], one.run)) === target) live.add(one);
    const { size } = prologueOf(await memory.bytes(target, PROLOGUE));
    at -= 1 + size / 8;
    // One that puts nothing on the stack only leads on to another one, as to a shared library's.
    if (size === 0 || !(await isReturn(memory, stack.words[at]))) return;
  }
}

async function isReturn(memory: Memory, address: number | undefined): Promise<boolean> {
  return address !== undefined && memory.isCode(address) && endsWithCall(await memory.bytes(address - CALL, CALL));
}

const startOf = ({ low }: LocalVariable, { bias }: RunFile): bigint => BigInt.asUintN(64, low + bias);

const functions = new WeakMap<DebugIndex, Functions>();

interface Functions {
  /** By their first address, ascending. */
  readonly all: readonly Code[];
  /** Behind the last one of them. */
  readonly end: number;
}

interface Code {
  readonly low: number;
  readonly high: number;
  readonly locals: readonly [LocalVariable, ...LocalVariable[]];
}

function functionsOf(index: DebugIndex): Functions {
  let known = functions.get(index);
  if (!known) {
    const byStart = new Map<bigint, [LocalVariable, ...LocalVariable[]]>();
    for (const local of index.locals ?? []) {
      const others = byStart.get(local.low);
      if (others) others.push(local);
      else byStart.set(local.low, [local]);
    }
    const all = [...byStart.values()].map((locals) => ({ low: Number(locals[0].low), high: Number(locals[0].high), locals }));
    const end = all.reduce((last, { high }) => Math.max(last, high), 0);
    functions.set(index, (known = { all: all.toSorted((a, b) => a.low - b.low), end }));
  }
  return known;
}

function callsInto(file: Loaded, stack: Stack): Called[] {
  const { all, end } = functionsOf(file.index);
  const bias = Number(BigInt.asIntN(64, file.run.bias));
  const least = (all[0]?.low ?? 0) + bias;
  const { words } = stack;
  const found: Called[] = [];
  // A stack has thousands of words, and a program a few of them for each of its threads.
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    if (word <= least || word > end + bias) continue;
    // The last instruction of a function may be a call, which then leads behind its end.
    const one = lastBefore(all, word - bias);
    if (one && word - bias <= one.high) found.push({ ...file, stack, at, locals: one.locals });
  }
  return found;
}

/** The last one that begins before an address. */
function lastBefore(all: readonly Code[], address: number): Code | undefined {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.low ?? 0) < address) low = middle + 1;
    else high = middle;
  }
  return all[low - 1];
}
