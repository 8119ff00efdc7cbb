/** Functions, files and lines of addresses of running code. */
import type { ProgramCalls, RawLoaded, RawProgram } from '../native/programs.ts';
import { ShmError } from '../native/errors.ts';
import type { Helper } from '../types/debuginfo/file/helper.ts';
import { isSystemLibrary } from '../types/debuginfo/process/programs.ts';
import { parseAnswers, queryText, type Answers, type FileQuery } from './answers.ts';
import type { CodePlace, CodeQuery } from './face.ts';
import { KnownAnswers, type Known } from './known.ts';
import { fileAt, isSameProgram, LoadedFiles } from './loaded.ts';

/** Queries of one request; the helper takes 100,000. */
const AT_ONCE = 50_000;

/** Queries in one file of a process. */
interface Batch {
  readonly file: RawLoaded;
  readonly queries: FileQuery[];
  /** Which of the process's queries they are. */
  readonly indices: number[];
}

export class ProcessCode {
  readonly #loaded: LoadedFiles;
  readonly #helper: Pick<Helper, 'ask'>;
  readonly #known = new KnownAnswers();

  constructor(calls: ProgramCalls, helper: Pick<Helper, 'ask'>) {
    this.#loaded = new LoadedFiles(calls);
    this.#helper = helper;
  }

  /**
   * In the order of the queries. What a file does not tell, and why, is in its places. Rejects with ESRCH for a process that is gone,
   * EACCES or EPERM where it may not be looked into, ECANCELED when `signal` is aborted. `before`: the program that the addresses are of;
   * with it nothing is rejected for a process that has ended, or runs another one by now.
   */
  async places(
    pid: number,
    queries: readonly CodeQuery[],
    { signal, before }: { readonly signal?: AbortSignal; readonly before?: RawProgram | undefined } = {},
  ): Promise<CodePlace[]> {
    const program = await this.#programOf(pid, queries, before);
    const places = queries.map((query) => inNoFile(query));
    const batches = batchesOf(program, queries);
    await Promise.all(
      batches.map(async (batch) => {
        const { file, indices } = batch;
        const known = await this.#ask(batch, program.root, signal);
        known.forEach((one, i) => {
          const index = indices[i] ?? 0;
          const query = queries[index];
          if (query) places[index] = placeOf(file, query, one);
        });
      }),
    );
    return places;
  }

  /** What a process runs now, for `before`. Rejects as `places`. */
  async program(pid: number): Promise<RawProgram> {
    return this.#loaded.now(pid);
  }

  async #programOf(pid: number, queries: readonly CodeQuery[], before: RawProgram | undefined): Promise<RawProgram> {
    if (!before) return this.#loaded.of(pid, queries);
    // Of one that still runs, the files are found that were loaded or removed since.
    const now = await this.#loaded.of(pid, queries).catch(() => undefined);
    return now && isSameProgram(now, before) ? now : before;
  }

  /** For each query what is known, or why nothing is. */
  async #ask({ file, queries }: Batch, root: string, signal?: AbortSignal): Promise<(Known | string)[]> {
    if (file.path === '') return queries.map(() => whyUnopened(file));
    const key = `${file.device} ${file.inode}`;
    const found = new Map<FileQuery, Known | string>();
    for (const query of queries) {
      const known = this.#known.get(key, query);
      if (known) found.set(query, known);
    }
    const missing = queries.filter((query) => !found.has(query));
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      const part = missing.slice(from, from + AT_ONCE);
      const said = await this.#answers(file, root, part, signal);
      part.forEach((query, i) => {
        const known = typeof said === 'string' ? said : knownFrom(said, i);
        if (known === undefined) return;
        found.set(query, known);
        if (typeof known !== 'string') this.#known.add(key, query, known);
      });
    }
    return queries.map((query) => found.get(query) ?? '');
  }

  /** What is wrong where the file cannot be read. */
  async #answers(file: RawLoaded, root: string, queries: readonly FileQuery[], signal?: AbortSignal): Promise<Answers | string> {
    const { path, name } = file;
    try {
      return await this.#helper.ask(
        ['code', queryText(queries)],
        { path, name, root },
        (output) => parseAnswers(output, queries.length),
        signal,
      );
    } catch (error) {
      if (!(error instanceof ShmError) || error.code === 'ECANCELED') throw error;
      return error.message;
    }
  }
}

function knownFrom({ answers, lack }: Answers, index: number): Known | undefined {
  const answer = answers[index];
  return answer && { answer, ...(lack === undefined ? {} : { lack }) };
}

function batchesOf(program: RawProgram, queries: readonly CodeQuery[]): Batch[] {
  const batches = new Map<RawLoaded, Batch>();
  queries.forEach((query, index) => {
    const file = fileAt(program, query);
    if (!file) return;
    let batch = batches.get(file);
    if (!batch) batches.set(file, (batch = { file, queries: [], indices: [] }));
    batch.queries.push({ kind: query.kind, address: BigInt.asUintN(64, query.address - file.bias) });
    batch.indices.push(index);
  });
  return [...batches.values()];
}

function placeOf(file: RawLoaded, { address }: CodeQuery, known: Known | string): CodePlace {
  const { name, bias } = file;
  const own = !isSystemLibrary({ executable: file.executable, file });
  if (typeof known === 'string') return { instruction: address, object: name, own, lack: known };
  const { instruction, ...told } = known.answer;
  const lack = told.line === undefined ? { lack: known.lack ?? noLine(name) } : {};
  return { instruction: BigInt.asUintN(64, instruction + bias), ...told, object: name, own, ...lack };
}

/** Made at run time, as by a compiler of JavaScript; or the kernel's own in every process (vdso(7)). */
function inNoFile({ address }: CodeQuery): CodePlace {
  return { instruction: address, own: true, lack: 'This code is in no file: it was made at run time.' };
}

function whyUnopened({ name, error }: RawLoaded): string {
  if (error === 'ESTALE') return `${name} was removed or replaced since it was started: start it anew.`;
  return `${name} cannot be opened${error === undefined ? '' : ` (${error})`}: look as its user or as root.`;
}

const noLine = (name: string): string =>
  `The debug info of ${name} has no line for this code: it was compiled without -g, or by no compiler.`;
