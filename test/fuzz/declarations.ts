/** Mutated texts of types through the real TypeService: what it may do with them, and what is a finding. */
import type { TypeLayout } from '../../api.d.ts';
import { packLayout } from '../../src/protocol/layout.ts';
import type { ParseRequest, TypeService } from '../../src/types/service.ts';
import { randomNumbers } from '../unit/types/random.ts';
import { makeService } from '../unit/types/support.ts';
import { readCorpus } from './corpus.ts';
import { mutate } from './mutate.ts';

/** The bars: one text in 5 s, and all in 512 MiB. */
const TIME_LIMIT = 5000;
const MEMORY_LIMIT = 512 * 2 ** 20;

export interface Plan {
  readonly seed: number;
  /** Which of the seed's texts is the first; default 0. */
  readonly from?: number;
  /** It ends after so many texts, or so many ms, whichever is first. */
  readonly count?: number;
  readonly milliseconds?: number;
}

export interface Finding {
  /** Number of the text within its seed. */
  readonly index: number;
  readonly what: string;
  readonly text: string;
}

export interface Report {
  readonly texts: number;
  /** Texts that gave types. */
  readonly accepted: number;
  readonly slowest: number;
  /** Bytes by which this process grew at most. */
  readonly memory: number;
  readonly findings: readonly Finding[];
}

/** Text `index` of a seed is the same in every run on one machine. */
export async function fuzzDeclarations({ seed, from = 0, count = Infinity, milliseconds = Infinity }: Plan): Promise<Report> {
  const { own, headers } = readCorpus(randomNumbers(seed));
  const service = makeService({ timeLimit: TIME_LIMIT });
  const targets = await targetsOf(service);
  const findings: Finding[] = [];
  const end = Date.now() + milliseconds;
  const base = process.memoryUsage().rss;
  let [texts, accepted, slowest, memory] = [0, 0, 0, 0];
  try {
    for (let index = from; index < from + count && Date.now() < end && findings.length < 20; index++) {
      const random = randomNumbers(seed + index * 7919);
      const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
      const some = (): string => pick(random() < 0.2 && headers.length > 0 ? headers : own);
      const text = mutate(some(), some(), random);
      const began = performance.now();
      const { what, types } = await tryOne(service, { ...targets[Math.floor(random() * targets.length)], source: text });
      texts++;
      accepted += types;
      slowest = Math.max(slowest, performance.now() - began);
      memory = Math.max(memory, process.memoryUsage().rss - base);
      const problem = what ?? (memory > MEMORY_LIMIT ? `memory grew by ${memory >> 20} MiB` : undefined);
      if (problem !== undefined) findings.push({ index, what: problem, text });
    }
  } finally {
    service.dispose();
  }
  return { texts, accepted, slowest, memory, findings };
}

/** Languages, compilers and machines that the service knows. */
async function targetsOf(service: TypeService): Promise<Omit<ParseRequest, 'source'>[]> {
  const all = ([undefined, 'c', 'c++'] as const).flatMap((language) =>
    (['gcc', 'clang'] as const).flatMap((dialect) =>
      (['x86_64', 'aarch64', 'i386', 'arm'] as const).map((abi) => ({ language, dialect, abi })),
    ),
  );
  const tried = await Promise.allSettled(all.map((target) => service.parse({ ...target, source: 'struct a { int x; };' })));
  return all.filter((_, i) => tried[i]?.status === 'fulfilled');
}

async function tryOne(service: TypeService, request: ParseRequest): Promise<{ what?: string; types: 0 | 1 }> {
  try {
    const { types, problems } = await service.read(request);
    const wrong = types.map(flaw).find((one) => one !== undefined);
    const odd = problems.map(({ text }) => oddPlace(text, request.source)).find((one) => one !== undefined);
    const what = wrong ?? odd ?? (types.length + problems.length === 0 ? 'neither a type nor a problem' : undefined);
    return { types: problems.length === 0 ? 1 : 0, ...(what === undefined ? {} : { what }) };
  } catch (error) {
    const what = error instanceof Error ? problemOf(error, request.source) : `rejected with ${String(error)}`;
    return what === undefined ? { types: 0 } : { what, types: 0 };
  }
}

/** Undefined for a refusal as it should be: ETYPE, one line that begins with a place in the text. */
function problemOf(error: Error, source: string): string | undefined {
  const { message } = error;
  const code: unknown = Reflect.get(error, 'code');
  if (code !== 'ETYPE') return `rejected with ${String(code)}: ${message}`;
  if (/too long to read|too much memory to read/.test(message)) return message;
  return oddPlace(message, source);
}

function oddPlace(message: string, source: string): string | undefined {
  const place = /^(\d+):(\d+): [^\n]{1,600}$/.exec(message);
  if (place === null) return `a problem without a place: ${message}`;
  const lines = source.split(/\r\n|\n|\r/);
  const line = lines[Number(place[1]) - 1];
  return line === undefined || Number(place[2]) > line.length + 1 ? `the place is not in the text: ${message}` : undefined;
}

/** What is wrong with a layout whatever its text was. */
function flaw(type: TypeLayout): string | undefined {
  const seen = new Set<TypeLayout>();
  const stack = [type];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (!Number.isSafeInteger(one.size) || one.size < 0) return `${one.name} has size ${one.size}`;
    if (!Number.isInteger(Math.log2(one.alignment))) return `${one.name} has alignment ${one.alignment}`;
    for (const { name, offset, bitOffset, type: inner } of one.fields ?? []) {
      if (!Number.isSafeInteger(offset) || offset < 0 || offset > one.size) return `${one.name}.${name} is at ${offset}`;
      if (bitOffset !== undefined && !Number.isSafeInteger(bitOffset)) return `${one.name}.${name} is at bit ${bitOffset}`;
      stack.push(inner);
    }
    if (one.element) stack.push(one.element);
  }
  try {
    packLayout(type);
    return undefined;
  } catch (error) {
    return `${type.name} cannot be sent: ${String(error)}`;
  }
}
