/** A range of a moment into a file, in one of five formats. */
import type { TypeLayout } from '../../../api.d.ts';
import { endianness } from 'node:os';
import { shmError } from '../../native/errors.ts';
import { Pace } from '../../segments/pace.ts';
import { throwIfAborted, type Watched } from '../control.ts';
import { typeEnd } from '../leaves.ts';
import type { Moment } from '../moment.ts';
import { pieces, type Piece } from '../pieces.ts';
import { Values } from '../values.ts';
import { CArray, C_ARRAY_MAX, cBegin } from './carray.ts';
import { HexDump } from './hexdump.ts';
import { Output } from './output.ts';
import { csv, jsonList, jsonTree, type Part, type Typed } from './typed.ts';

export const FORMATS = ['binary', 'hex', 'c', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export interface Export {
  readonly format: Format;
  readonly moment: Moment;
  /** Of the segment. */
  readonly name: string;
  readonly kind: string;
  readonly offset: number;
  readonly length: number;
  /** For JSON and CSV. `offset` is where the type stands in the segment. */
  readonly typed?: { readonly type: TypeLayout; readonly offset: number } | undefined;
  readonly path: string;
  /** Whether the file that is there is the segment itself. */
  readonly isSegment: (found: { dev: number; ino: number }) => boolean;
}

/** `bytes` of the segment that were exported: less than were asked for where it ended, or shrank meanwhile. */
export interface Exported {
  readonly bytes: number;
  readonly complete: boolean;
}

/** Bytes of text that are made at a time: well under a millisecond. */
const SLICE = 8 * 1024;

/** ECANCELED and every failure leave nothing behind, and what was at the path as it was. */
export async function exportRange(job: Export, watched: Watched = {}): Promise<Exported> {
  throwIfAborted(watched.signal);
  const size = job.moment.open().stat().size;
  const { offset } = job;
  const end = Math.min(size, offset + job.length);
  if (offset > size) throw shmError('ERANGE', `The range begins at ${offset}, and the segment ends at ${size}.`);
  if (job.format === 'c' && end - offset > C_ARRAY_MAX)
    throw shmError('EOVERFLOW', 'An array in C is made of 64 MiB at most.', {
      remedy: 'Export a smaller range, or the bytes as binary.',
    });
  const output = await Output.create(job.path, job.isSegment);
  try {
    const reached = await write({ ...job, length: end - offset }, size, output, watched);
    throwIfAborted(watched.signal);
    await output.finish();
    return { bytes: reached - offset, complete: reached - offset === job.length };
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

function write(job: Export, size: number, output: Output, watched: Watched): Promise<number> {
  if (job.format === 'binary') return writeBinary(job, output, watched);
  if (job.format === 'hex') return writeHex(job, output, watched);
  if (job.format === 'c') return writeC(job, output, watched);
  return writeTyped(job, size, output, watched);
}

/** Sparse where the segment is. */
async function writeBinary(job: Export, output: Output, watched: Watched): Promise<number> {
  return eachPiece(job, watched, async (piece) => {
    if ('bytes' in piece) await output.bytes(piece.bytes, piece.offset - job.offset);
  }).then(async (reached) => {
    await output.setLength(reached - job.offset);
    return reached;
  });
}

async function writeHex(job: Export, output: Output, watched: Watched): Promise<number> {
  const dump = new HexDump(job.offset);
  const pace = new Pace();
  const reached = await eachPiece(job, watched, async (piece) => {
    if ('zeros' in piece) await output.text(dump.zeros(piece.zeros));
    else for (const slice of slices(piece.bytes, pace)) await output.text(dump.bytes(await slice));
  });
  await output.text(dump.end());
  return reached;
}

/** The count stands before the bytes: where the segment shrinks meanwhile the array's rest is zeros, as C has it, and `complete` says so. */
async function writeC(job: Export, output: Output, watched: Watched): Promise<number> {
  const array = new CArray();
  const pace = new Pace();
  await output.text(cBegin(job.name, job.offset, job.length, job.moment.time));
  const reached = await eachPiece(job, watched, async (piece) => {
    const bytes = 'zeros' in piece ? new Uint8Array(piece.zeros) : piece.bytes;
    for (const slice of slices(bytes, pace)) await output.text(array.bytes(await slice));
  });
  await output.text(array.end(reached > job.offset));
  return reached;
}

async function writeTyped(job: Export, size: number, output: Output, watched: Watched): Promise<number> {
  if (!job.typed)
    throw shmError('ENOTSUP', 'Values can be exported only where the segment has a type.', {
      remedy: 'Assign a type to the segment first, or export its bytes.',
    });
  const { type } = job.typed;
  const from = job.typed.offset;
  const to = typeEnd(type, from, size);
  const whole = job.offset <= from && job.offset + job.length >= to;
  const only = whole ? undefined : { offset: job.offset, length: job.length };
  const typed: Typed = { type, offset: from, size, only };
  const values = new Values(job.moment, size, endianness() === 'LE');
  const progress = { from: only ? Math.max(from, job.offset) : from, to: Math.min(to, job.offset + job.length) };
  if (job.format === 'csv') await writeParts(csv(typed, values), values, output, progress, watched);
  else {
    await output.text(`${jsonHead(job, size)}\n"${whole ? 'value' : 'values'}": `);
    const parts = whole ? jsonTree(typed, values) : jsonList(typed, values);
    await writeParts(parts, values, output, progress, watched);
    await output.text('\n}\n');
  }
  return Math.min(job.offset + job.length, Math.max(job.offset, values.end));
}

function jsonHead({ name, kind, moment, offset, length, typed }: Export, size: number): string {
  const time = new Date(moment.time).toISOString();
  const head = { segment: name, kind, size, time, type: typed?.type.name ?? '', offset: typed?.offset ?? 0 };
  const lines = Object.entries({ ...head, range: [offset, offset + length] }).map(
    ([key, value]) => `"${key}": ${JSON.stringify(value)},`,
  );
  return ['{', ...lines].join('\n');
}

async function writeParts(
  parts: Generator<Part>,
  values: Values,
  output: Output,
  { from, to }: { from: number; to: number },
  { signal, onProgress }: Watched,
): Promise<void> {
  const pace = new Pace();
  let count = 0;
  for (const part of parts) {
    if (typeof part !== 'string') {
      onProgress?.(to > from ? Math.min(1, Math.max(0, (part.load.offset - from) / (to - from))) : 1, count);
      await values.load(part.load);
    } else {
      await output.text(part);
    }
    if (++count % 16 !== 0 || !pace.due()) continue;
    throwIfAborted(signal);
    await pace.pause();
  }
}

async function eachPiece(job: Export, { signal, onProgress }: Watched, each: (piece: Piece) => Promise<void>): Promise<number> {
  let reached = job.offset;
  for await (const piece of pieces(job.moment, job.offset, job.offset + job.length, signal)) {
    await each(piece);
    throwIfAborted(signal);
    reached = piece.offset + ('bytes' in piece ? piece.bytes.length : piece.zeros);
    onProgress?.((reached - job.offset) / Math.max(1, job.length), 0);
  }
  return reached;
}

/** Between two of them the event loop has its turn when a slice of time is over. */
function* slices(bytes: Uint8Array, pace: Pace): Generator<Promise<Uint8Array>> {
  for (let at = 0; at < bytes.length; at += SLICE) {
    const slice = bytes.subarray(at, at + SLICE);
    yield pace.due() ? pace.pause().then(() => slice) : Promise.resolve(slice);
  }
}
