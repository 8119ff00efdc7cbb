/** shmscope-dwarf on ELF files with mutated debug info: it may find nothing, it may complain; it may not crash, hang or take much. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomNumbers } from '../unit/types/random.ts';
import { mutated } from './elfs.ts';

const HELPER = fileURLToPath(new URL('../../build/dwarf/shmscope-dwarf', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('../programs/types', import.meta.url));

/** ms, and KiB: what a hostile file may cost. */
const MOST_TIME = 5000;
const MOST_MEMORY = 512 * 1024;
/** References of an index that are asked for. */
const MOST_REFS = 60;
/** Addresses that are asked for. */
const MOST_ADDRESSES = 3000;

export interface Plan {
  readonly seed: number;
  /** The first file, and how many. */
  readonly from: number;
  readonly count: number;
  readonly milliseconds: number;
}

export interface Finding {
  readonly index: number;
  readonly what: string;
  readonly file: Buffer;
}

export interface Outcome {
  readonly files: number;
  /** Files of which an index was made all the same. */
  readonly read: number;
  /** ms, and KiB. */
  readonly slowest: number;
  readonly memory: number;
  readonly findings: readonly Finding[];
}

const FORMS: readonly (readonly [command: string, source: string, ...flags: string[]])[] = [
  ['gcc', 'shapes.c', '-gdwarf-5'],
  ['gcc', 'shapes.c', '-gdwarf-4', '-fdebug-types-section'],
  ['gcc', 'shapes.c', '-gdwarf-5', '-c'],
  ['g++', 'shapes.cc', '-gdwarf-4', '-std=c++20'],
  ['g++', 'shapes.cc', '-gdwarf-5', '-std=c++20', '-fdebug-types-section', '-O2'],
];

/** What is mutated; the programs of test/programs/types as gcc builds them. */
function corpus(folder: string): Buffer[] {
  return FORMS.map(([command, source, ...flags]) => {
    const out = join(folder, 'original');
    execFileSync(command, [...flags, '-w', '-o', out, join(PROGRAMS, source)], { stdio: 'ignore' });
    return readFileSync(out);
  });
}

interface Run {
  readonly output: string;
  readonly milliseconds: number;
  readonly memory: number;
  readonly problem?: string;
}

function ask(what: string, path: string, input = ''): Run {
  const began = performance.now();
  const { status, signal, stdout, stderr, error } = spawnSync(HELPER, [what, path, path, '/'], {
    input,
    encoding: 'utf8',
    timeout: 2 * MOST_TIME,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 28,
    env: {},
  });
  // It was ended after its time, did not start at all, or had nothing to read its input for.
  if (error && signal === null && !('code' in error && error.code === 'EPIPE')) throw error;
  const milliseconds = performance.now() - began;
  const memory = Number(
    (status === 0 ? /^end (\d+)$/m : /"peak":(\d+)/).exec(status === 0 ? stdout.slice(-40) : stderr)?.[1] ?? NaN,
  );
  const run = { output: stdout, milliseconds, memory: Number.isNaN(memory) ? 0 : memory };
  const problem =
    signal !== null
      ? `${what} was ended by ${signal}`
      : milliseconds > MOST_TIME
        ? `${what} took ${Math.round(milliseconds)} ms`
        : Number.isNaN(memory)
          ? `${what} ended with ${status} and said '${stderr.slice(0, 200)}'`
          : memory > MOST_MEMORY
            ? `${what} took ${memory} KiB`
            : undefined;
  return problem === undefined ? run : { ...run, problem };
}

/** Addresses all over the code of a 64-bit little-endian file, by its program headers. */
function codeQueries(file: Buffer): string {
  const table = Number(file.readBigUInt64LE(32));
  const lines: string[] = [];
  for (let i = 0; i < file.readUInt16LE(56); i++) {
    const at = table + 56 * i;
    // PT_LOAD that is executable.
    if (file.readUInt32LE(at) !== 1 || (file.readUInt32LE(at + 4) & 1) === 0) continue;
    const [from, size] = [file.readBigUInt64LE(at + 16), file.readBigUInt64LE(at + 40)];
    for (let code = 0n; code < size; code += 7n) lines.push(`${'srx'[lines.length % 3] ?? 'x'} ${(from + code).toString(16)}\n`);
  }
  return lines.slice(0, MOST_ADDRESSES).join('');
}

export function fuzzDwarf({ seed, from, count, milliseconds }: Plan): Outcome {
  const folder = mkdtempSync(join(tmpdir(), `shmscope-fuzz-${process.pid}-`));
  try {
    const originals = corpus(folder);
    const path = join(folder, 'mutated');
    const outcome = { files: 0, read: 0, slowest: 0, memory: 0, findings: [] as Finding[] };
    const last = performance.now() + milliseconds;
    for (let index = from; index < from + count && performance.now() < last; index++) {
      // Each by itself, so that one can be had again without those before it.
      const random = randomNumbers(seed ^ Math.imul(index + 1, 0x9e3779b1));
      const original = originals[index % originals.length];
      if (original === undefined) break;
      const file = mutated(original, random);
      writeFileSync(path, file);
      outcome.files++;
      const found = ask('index', path);
      const refs = found.output.split('\n').flatMap((line) => line.split('\t')[2] ?? []);
      if (refs.length > 0) outcome.read++;
      // Each alone: the first that fails would end it for all.
      const some = refs.filter(() => random() < MOST_REFS / refs.length / 10);
      for (const run of [
        found,
        ask('code', path, codeQueries(original)),
        ...(refs.length > 0 ? [ask('layouts', path, `${refs.join('\n')}\n`)] : []),
        ...some.map((ref) => ask('layouts', path, `${ref}\n`)),
      ]) {
        outcome.slowest = Math.max(outcome.slowest, run.milliseconds);
        outcome.memory = Math.max(outcome.memory, run.memory);
        if (run.problem !== undefined) outcome.findings.push({ index, what: run.problem, file });
      }
    }
    return outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
