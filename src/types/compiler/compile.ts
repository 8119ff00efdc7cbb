/** Types as a compiler of this machine lays them out: it compiles a text or a header, and its debug info is read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { shmError } from '../../native/errors.ts';
import type { DebugReader } from '../debuginfo/face.ts';
import { withoutPaste } from '../source/text/pasted.ts';
import { compilersFor, NO_COMPILER, type Compiler } from './compilers.ts';
import { nearestEntry, type Entry } from './database.ts';
import { flagsFor } from './flags.ts';
import { firstError } from './messages.ts';
import { runCompiler } from './run.ts';

export interface CompileRequest {
  /** The text; of a header, what stands in the file. */
  readonly source: string;
  /** Absolute path: the file itself is compiled, so that it finds what it includes. */
  readonly header?: string | undefined;
  /** Only the types of this name; absent: all, those of included files too. */
  readonly name?: string | undefined;
  readonly language?: 'c' | 'c++' | undefined;
  /** Absent: as compile_commands.json says, or this machine's. */
  readonly abi?: Abi | undefined;
  readonly dialect?: 'gcc' | 'clang' | undefined;
  /** Absolute paths of the workspace's folders, where compile_commands.json is looked for, also in their build/. */
  readonly folders: readonly string[];
}

export interface CompileOptions {
  readonly reader: DebugReader;
  /** ms; default 20,000 for each run of the compiler. */
  readonly timeLimit?: number;
}

interface Job {
  readonly request: CompileRequest;
  readonly entry: Entry | undefined;
  readonly folder: string;
  readonly timeLimit: number;
  readonly signal: AbortSignal | undefined;
}

const TIME_LIMIT = 20_000;

/**
 * Has gcc or clang, or the compiler that compile_commands.json names, compile the text with debug info, and reads the types from that. It
 * runs a program with what the workspace says: only in a trusted workspace, and only after the user has agreed. Everything is written to a
 * temporary folder, which is gone afterwards. Rejects with a ShmError: ETYPE with 'LINE:COLUMN: …' ('FILE:LINE:COLUMN: …' of an included
 * file) for the compiler's first error, ENOTSUP where there is no compiler for it, ENOENT where the folder is gone that compile_commands.json
 * names, ETIMEDOUT, and as `DebugReader`; an abort rejects with the
 * signal's reason.
 */
export async function compileTypes(
  request: CompileRequest,
  { reader, timeLimit = TIME_LIMIT }: CompileOptions,
  signal?: AbortSignal,
): Promise<TypeLayout[]> {
  const entry = await nearestEntry(request.folders, request.header);
  const folder = await mkdtemp(join(tmpdir(), 'shmscope-types-'));
  try {
    const { object, compiler } = await compileAny({ request, entry, folder, timeLimit, signal });
    const name = `${request.header ?? 'the text'}, compiled by ${basename(compiler)}`;
    return await typesIn(reader, { path: object, name, root: '/' }, request.name, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function typesIn(
  reader: DebugReader,
  file: Parameters<DebugReader['index']>[0],
  name: string | undefined,
  signal: AbortSignal | undefined,
): Promise<TypeLayout[]> {
  const { entries, lack } = await reader.index(file, signal);
  const isAsked = (one: string): boolean =>
    name === undefined || one === name || one.replace(/^(struct|union|enum) /, '') === name;
  const asked = [...entries].filter((entry) => isAsked(entry.name));
  if (entries.length === 0) throw shmError('ETYPE', `1:1: ${lack ?? 'The compiler found no type in this text.'}`);
  return asked.length === 0
    ? []
    : reader.layouts(
        file,
        asked.map(({ ref }) => ref),
        signal,
      );
}

/** Where nothing tells the language, as C, and as C++ where that fails; then the first failure counts. */
async function compileAny(job: Job): Promise<{ object: string; compiler: string }> {
  const language = languageOf(job);
  if (language !== undefined) return compileAs(job, language);
  try {
    return await compileAs(job, 'c');
  } catch (error) {
    if (!isTypeError(error)) throw error;
    return compileAs(job, 'c++').catch((other: unknown) => {
      throw isTypeError(other) ? error : other;
    });
  }
}

function languageOf({ request: { language, header }, entry }: Job): 'c' | 'c++' | undefined {
  if (language !== undefined || header === undefined) return language;
  if (/^\.(?:hh|hpp|hxx|h\+\+|H|cc|cpp|cxx)$/.test(extname(header))) return 'c++';
  return entry?.language;
}

function isTypeError(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ETYPE';
}

/** By the first compiler that is there. */
async function compileAs(job: Job, language: 'c' | 'c++'): Promise<{ object: string; compiler: string }> {
  const { abi, dialect } = job.request;
  for (const compiler of compilersFor({ abi, dialect, entry: job.entry })) {
    try {
      return { object: await compileWith(job, language, compiler), compiler: compiler.program };
    } catch (error) {
      if (!(error instanceof Error && Reflect.get(error, 'code') === 'ENOENT')) throw error;
    }
  }
  throw shmError('ENOTSUP', NO_COMPILER.sentence, { remedy: NO_COMPILER.remedy });
}

async function compileWith(job: Job, language: 'c' | 'c++', { program, args }: Compiler): Promise<string> {
  const { request, entry, folder, timeLimit, signal } = job;
  const object = join(folder, 'types.o');
  const source = request.header ?? join(folder, language === 'c' ? 'text.c' : 'text.cc');
  if (request.header === undefined) await writeFile(source, withoutPaste(request.source));
  const debug = ['-g', '-O0', '-w', '-fno-eliminate-unused-debug-types', '-fdiagnostics-color=never'];
  const line = [
    ...flagsFor(language, entry?.flags ?? [], request.abi === undefined ? 'own' : 'other'),
    ...args,
    ...debug,
    '-x',
    language,
    '-c',
    source,
    '-o',
    object,
  ];
  const cwd = entry?.directory ?? (request.header === undefined ? folder : dirname(request.header));
  const { ok, said } = await runCompiler({ program, args: line, cwd, folder, timeLimit }, signal);
  if (!ok) throw shmError('ETYPE', firstError(said, source, program));
  return object;
}
