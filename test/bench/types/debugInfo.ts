/** All names of a large program: the reader beside gdb's one type and pahole's look for a name that is not there, and from the cache. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypeEntries } from '../../../src/types/debuginfo/face.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { CHECKOUT } from '../../programs/build.ts';
import type { Result } from '../bench.ts';
import { longestStretch } from '../stretch.ts';
import { debianFile } from './debianFile.ts';

const HELPER = join(CHECKOUT, 'dist/shmscope-dwarf');
const ROUNDS = 7;
const WHAT = 'names of types in debug info';
/** What gdb takes differs by type: one that it has early, and one that it has to read more for; and of all, one for each round. */
const TYPES = ['cupt::Config', 'cupt::Cache'] as const;
const ABSENT = 'no_such_type';
/** The most that a program and what it starts had in memory, MiB (getrusage(2)). */
const PEAK = `import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)`;

export async function debugInfo(): Promise<Result[]> {
  const missing = ['gdb', 'pahole', 'python3', 'objcopy'].filter((name) => spawnSync(name, ['--version']).error);
  if (missing.length > 0) return [{ what: WHAT, text: `not measured: ${missing.join(', ')} not installed` }];
  if (!existsSync(HELPER)) return [{ what: WHAT, text: 'not measured: the reader of debug info was not built' }];
  const path = debianFile();
  if (path === undefined) return [{ what: WHAT, text: "not measured: Debian's package cupt-dbg cannot be had here" }];
  const folder = mkdtempSync(join(tmpdir(), `shmscope-bench-${process.pid}-`));
  try {
    return await measure(path, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(path: string, folder: string): Promise<Result[]> {
  const file = { path, name: path, root: '/' };
  // As compilers leave it, where no distribution has packed it.
  const plain = join(folder, 'plain.debug');
  execFileSync('objcopy', ['--decompress-debug-sections', path, plain]);
  const unpacked = { path: plain, name: plain, root: '/' };
  const cache = join(folder, 'cache');
  const ours = {
    names: [] as number[],
    plain: [] as number[],
    absent: [] as number[],
    kept: [] as number[],
    peak: [] as number[],
  };
  const loop = { late: [] as number[], busy: [] as number[] };
  const gdb = { early: [] as number[], late: [] as number[], any: [] as number[], plain: [] as number[], peak: [] as number[] };
  const pahole: number[] = [];
  const known = await new DwarfReader({ program: HELPER, cache }).index(file);
  for (const name of TYPES)
    if (![...known.entries].some((entry) => entry.name === name)) throw new Error(`${name} was not found`);
  const spread = spreadOver(known.entries, path);
  for (let round = 0; round < ROUNDS; round++) {
    ours.names.push(await timed(() => new DwarfReader({ program: HELPER }).index(file)));
    ours.kept.push(await timed(() => new DwarfReader({ program: HELPER, cache }).index(file)));
    // Not while time is taken: a timer of 1 ms is work too.
    const cold = await longestStretch(() => new DwarfReader({ program: HELPER }).index(file));
    const kept = await longestStretch(() => new DwarfReader({ program: HELPER, cache }).index(file));
    loop.late.push(cold.late, kept.late);
    loop.busy.push(cold.busy, kept.busy);
    ours.absent.push(await timed(() => new DwarfReader({ program: HELPER }).indexWith(file, ABSENT)));
    ours.peak.push(peakOf('env', '-i', HELPER, 'index', path, path, '/'));
    gdb.early.push(await timed(() => run('gdb', ...asked(TYPES[0], path))));
    gdb.late.push(await timed(() => run('gdb', ...asked(TYPES[1], path))));
    gdb.any.push(await timed(() => run('gdb', ...asked(spread[round] ?? TYPES[0], path))));
    ours.plain.push(await timed(() => new DwarfReader({ program: HELPER }).index(unpacked)));
    gdb.plain.push(await timed(() => run('gdb', ...asked(spread[round] ?? TYPES[0], plain))));
    gdb.peak.push(peakOf('gdb', ...asked(TYPES[1], path)));
    pahole.push(await timed(() => run('pahole', '-C', ABSENT, path)));
  }
  const note = `${known.entries.length} names; the seven types are spread evenly over those of them that gdb finds; the file and both programs' output are in the page cache`;
  const tenth = { unit: 'ms', bar: { atMost: 0.1, of: 'ratio' as const } };
  const turn = { unit: 'ms', bar: { atMost: 10, of: 'largest' as const } };
  const names = ours.names;
  return [
    { what: 'all names of a program', ours: names, peer: gdb.any, peerName: 'gdb ptype /o of seven types', note, ...tenth },
    { what: 'the same, not compressed', ours: ours.plain, peer: gdb.plain, peerName: 'gdb ptype /o of seven types', ...tenth },
    {
      what: 'the same beside one that gdb has early',
      ours: names,
      peer: gdb.early,
      peerName: `gdb ptype /o ${TYPES[0]}`,
      ...tenth,
    },
    {
      what: 'the same beside one that takes it long',
      ours: names,
      peer: gdb.late,
      peerName: `gdb ptype /o ${TYPES[1]}`,
      ...tenth,
    },
    { what: 'a name that is not there', ours: ours.absent, peer: pahole, peerName: 'pahole', ...tenth },
    { what: 'memory at most', unit: 'MiB', ours: ours.peak, peer: gdb.peak, peerName: 'gdb', bar: { atMost: 0.5, of: 'ratio' } },
    { what: 'all names from the cache', unit: 'ms', ours: ours.kept, bar: { atMost: 10, of: 'ours' } },
    { what: 'names, the latest timer of 1 ms', ours: loop.late, ...turn },
    { what: 'names, the most computed in one turn', ours: loop.busy, ...turn },
  ];
}

/** Names of structs from one end of the list to the other, of which gdb finds each: of some that compilers spell oddly it knows nothing. */
function spreadOver(entries: TypeEntries, path: string): string[] {
  const names = [...entries].filter(({ kind }) => kind === 'struct').map(({ name }) => name);
  return Array.from({ length: ROUNDS }, (_, i) => {
    const from = Math.floor(((i + 0.5) / ROUNDS) * names.length);
    const found = names
      .slice(from)
      .find((name) => spawnSync('gdb', asked(name, path), { stdio: 'ignore', cwd: '/' }).status === 0);
    if (found === undefined) throw new Error('gdb finds no type');
    return found;
  });
}

const asked = (type: string, path: string): string[] => ['-nx', '-batch', '-ex', `ptype /o ${type}`, path];

function run(command: string, ...words: string[]): void {
  spawnSync(command, words, { stdio: 'ignore', cwd: '/' });
}

function peakOf(command: string, ...words: string[]): number {
  return Number(execFileSync('python3', ['-c', PEAK, command, ...words], { encoding: 'utf8', cwd: '/' }));
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
