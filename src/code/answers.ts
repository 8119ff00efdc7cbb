/** What `shmscope-dwarf code` says (native/dwarf/code.h), checked. */
import { blocksOf } from '../types/debuginfo/file/blocks.ts';
import { notUnderstood } from '../types/debuginfo/file/entries.ts';
import { recordIn } from '../types/debuginfo/file/indexText.ts';
import type { CodeKind, CodeLine, Step } from './face.ts';

/** Addresses are the file's own. */
export interface FileQuery {
  readonly address: bigint;
  readonly kind: CodeKind;
}

export interface Answer extends CodeLine {
  readonly instruction: bigint;
  readonly inlinedInto?: readonly CodeLine[];
  readonly step?: Step;
}

/** Answers in the order of the queries. */
export interface Answers {
  readonly answers: readonly Answer[];
  /** Why the file tells less than it could. */
  readonly lack?: string;
}

const LETTERS = { 'after-store': 's', return: 'r', exact: 'x' } as const satisfies Record<CodeKind, string>;

/** What comes on the helper's standard input. */
export const queryText = (queries: readonly FileQuery[]): string =>
  queries.map(({ kind, address }) => `${LETTERS[kind]} ${address.toString(16)}\n`).join('');

/** EIO where the text is damaged or cut off, or does not answer `count` queries. */
export async function parseAnswers(buffers: Iterable<Buffer> | AsyncIterable<Buffer>, count: number): Promise<Answers> {
  let lack: string | undefined;
  let ended = false;
  const answers: Answer[] = [];
  for await (const block of blocksOf(buffers)) {
    for (const line of block.split('\n')) {
      if (line === '') continue;
      if (lack === undefined) lack = parseHeader(line, count);
      else if (answers.length < count) answers.push(parseAnswer(line));
      else ended = /^end \d+$/.test(line);
    }
  }
  if (lack === undefined || !ended) throw notUnderstood();
  return { answers, ...(lack === '' ? {} : { lack }) };
}

function parseHeader(line: string, count: number): string {
  const { answers, lack } = recordIn(line);
  if (answers !== count || typeof lack !== 'string') throw notUnderstood();
  return lack;
}

function parseAnswer(text: string): Answer {
  const { at, function: name, file, line, into, step } = recordIn(text);
  if (typeof at !== 'string' || !/^[0-9a-f]{1,16}$/.test(at)) throw notUnderstood();
  return {
    instruction: BigInt(`0x${at}`),
    ...siteOf(name ?? '', file ?? '', line ?? 0),
    ...(into === undefined ? {} : { inlinedInto: listOf(into).map((one) => parseSite(one)) }),
    ...(step === null || step === undefined ? {} : { step: parseStep(step) }),
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw notUnderstood();
  return value;
}

function parseSite(value: unknown): CodeLine {
  const [name, file, line] = listOf(value);
  return siteOf(name, file, line);
}

/** What is not known comes as '' or 0. */
function siteOf(name: unknown, file: unknown, line: unknown): CodeLine {
  if (typeof name !== 'string' || typeof file !== 'string' || !isNumber(line) || line < 0) throw notUnderstood();
  return {
    ...(name === '' ? {} : { function: name }),
    ...(file === '' ? {} : { file }),
    ...(line === 0 ? {} : { line }),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function parseStep(value: unknown): Step {
  const [cfa, offset, returnAt, framePointerAt] = listOf(value);
  if ((cfa !== 'sp' && cfa !== 'bp') || !isNumber(offset)) throw notUnderstood();
  if (returnAt !== 'lr' && !isNumber(returnAt)) throw notUnderstood();
  if (framePointerAt === undefined) return { cfa, offset, returnAt };
  if (!isNumber(framePointerAt)) throw notUnderstood();
  return { cfa, offset, returnAt, framePointerAt };
}
