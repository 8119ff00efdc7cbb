/** Full scans beside lsof, fuser, and the text of maps parsed in C and in JavaScript, all in one run and in turns. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Addon } from '../../../src/native/addon.ts';
import type { Result } from '../bench.ts';
import { Records, scanInJavaScript } from './javascript.ts';
import { programs, type Load } from './load.ts';
import { ours, recordsOf, touch } from './ours.ts';

/** Runs each case once a round in the order given, and a first round that does not count. Samples are in ms; a name may come twice. */
async function inTurns(
  rounds: number,
  order: readonly string[],
  cases: Readonly<Record<string, () => number | Promise<number>>>,
): Promise<(name: string) => number[]> {
  const samples = new Map<string, number[]>();
  for (let round = -1; round < rounds; round++) {
    for (const name of order) {
      const took = await cases[name]?.();
      if (round >= 0 && took !== undefined) samples.set(name, [...(samples.get(name) ?? []), took]);
    }
  }
  return (name) => samples.get(name) ?? [];
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const isInstalled = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

/** A whole process with its output discarded. */
function runs(command: string, args: readonly string[]): number {
  const began = performance.now();
  const { error } = spawnSync(command, args, { stdio: 'ignore' });
  if (error) throw error;
  return performance.now() - began;
}

function missing(command: string, install: string): Result {
  return {
    what: `full scan beside ${command}`,
    text: `${command} is not installed here (${install}), so nothing was measured beside it.`,
  };
}

/** The C program's records of these processes, in the form of recordsOf(). */
function recordsInC(program: string, pids: ReadonlySet<number>): string[] {
  const output = execFileSync(program, ['--records'], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const lines = output
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return lines
    .filter(([pid]) => pids.has(Number(pid)))
    .map(([pid, start, end, offset, , , rights]) => [pid, start, end, offset, rights].join(' '));
}

function sameRecords(what: string, [a, nameOfA]: [string[], string], [b, nameOfB]: [string[], string]): Result {
  const [inA, inB] = [new Set(a), new Set(b)];
  const [onlyA, onlyB] = [a.filter((record) => !inB.has(record)).length, b.filter((record) => !inA.has(record)).length];
  const holds = onlyA === 0 && onlyB === 0 && a.length === b.length;
  const apart = holds ? '' : `; ${onlyA} only ${nameOfA}, ${onlyB} only ${nameOfB}`;
  return { what, text: `${a.length} ${nameOfA}, ${b.length} ${nameOfB}${apart}`, holds };
}

/** A refresh after one that has found nothing new, so that it is one in which nothing has changed. NaN when something always has. */
async function refreshUnchanged(scanner: ReturnType<typeof ours>, list: boolean): Promise<number> {
  for (let tries = 0; tries < 20; tries++) {
    if (await scanner.refresh(list)) continue;
    let changed: unknown;
    const took = await timed(async () => (changed = await scanner.refresh(list)));
    if (changed === undefined) return took;
  }
  return NaN;
}

function unchanged(what: string, samples: readonly number[], full: readonly number[]): Result {
  const times = samples.filter((took) => !Number.isNaN(took));
  if (times.length === 0) return { what, text: 'Every refresh found something changed, so none was measured.', holds: false };
  return { what, unit: 'ms', ours: times, peer: full, peerName: 'full scan', bar: { atMost: 0.1, of: 'ratio' } };
}

export async function compare(native: Addon, load: Load, rounds: number): Promise<Result[]> {
  using scanner = ours(native);
  using textScanner = ours(native, { text: true });
  using refreshed = ours(native);
  const inC = join(await programs(), 'maps_text');
  const records = new Records();
  const [hasLsof, hasFuser] = [isInstalled('lsof'), isInstalled('fuser')];
  await refreshed.scan();
  let sum = 0;
  const of = await inTurns(
    rounds,
    [
      ...['ours', 'lsof', 'ours', 'fuser', 'touched', 'C', 'ours', 'C', 'text', 'C', 'ours', 'JavaScript'],
      ...['text', 'refresh', 'list', 'touched'],
    ],
    {
      ours: () => timed(() => scanner.scan()),
      touched: () => timed(async () => (sum += touch((await scanner.scan()).segments))),
      text: () => timed(() => textScanner.scan()),
      refresh: () => refreshUnchanged(refreshed, false),
      list: () => refreshUnchanged(refreshed, true),
      C: () => Number(execFileSync(inC, { encoding: 'utf8' }).split(' ')[0]) / 1e6,
      JavaScript: () => timed(() => scanInJavaScript(records)),
      ...(hasLsof ? { lsof: () => runs('lsof', ['-n', '-w']) } : {}),
      ...(hasFuser ? { fuser: () => runs('fuser', ['-v', ...load.paths]) } : {}),
    },
  );
  if (sum === 0) throw new Error('no mapping was found');
  const [delivered, touched] = ['full scan, delivered as Segments', 'full scan, every mapping read'];
  const beside = (what: string, mine: string, peer: string, atMost?: number): Result => ({
    what,
    unit: 'ms',
    ours: of(mine),
    peer: of(peer),
    peerName:
      { C: 'text of maps in C', JavaScript: 'text of maps in JavaScript', lsof: 'lsof -n -w', fuser: 'fuser -v' }[peer] ?? peer,
    ...(atMost === undefined ? {} : { bar: { atMost, of: 'ratio' } }),
  });
  const program = recordsInC(inC, load.pids);
  const query = await scanner.scan();
  const text = await textScanner.scan();
  return [
    ...(hasLsof
      ? [beside(delivered, 'ours', 'lsof', 0.2), beside(touched, 'touched', 'lsof', 0.2)]
      : [missing('lsof', 'Debian: apt-get install lsof')]),
    ...(hasFuser
      ? [beside(delivered, 'ours', 'fuser', 0.2), beside(touched, 'touched', 'fuser', 0.2)]
      : [missing('fuser', 'Debian: apt-get install psmisc')]),
    beside(delivered, 'ours', 'C', 0.7),
    beside(touched, 'touched', 'C', 0.7),
    beside(delivered, 'ours', 'JavaScript'),
    beside('full scan, text fallback', 'text', 'C', 1.2),
    sameRecords(
      'shared mappings of the load, query and C',
      [recordsOf(query.segments, load.pids), 'by ours'],
      [program, 'by the text parser in C'],
    ),
    sameRecords(
      'shared mappings of the load, query and text fallback',
      [recordsOf(query.segments, load.pids), 'by query'],
      [recordsOf(text.segments, load.pids), 'by text'],
    ),
    unchanged('refresh, nothing changed: processes and System V', of('refresh'), of('ours')),
    unchanged('refresh, nothing changed: names and sizes too', of('list'), of('ours')),
  ];
}
