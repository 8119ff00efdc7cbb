/** Time of a full scan against the number of processes and of mappings. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Addon } from '../../../src/native/addon.ts';
import type { Result, Row } from '../bench.ts';
import { programs, startLoad } from './load.ts';
import { ours } from './ours.ts';

const TIMES = [1, 2, 4, 8];
const PROCESSES = 75;
const MAPPINGS = 200;
const FEW_PROCESSES = 100;
const FEW_MAPPINGS = 100;
/** Of the last doubling, above the scan without the load: 2 is linear, the rest is the machine's noise. */
const LINEAR = 2.2;

type Samples = Pick<Row, 'ours' | 'peer'>;

async function onLoad(native: Addon, processes: number, mappings: number, rounds: number): Promise<Samples> {
  await using load = await startLoad(processes, mappings);
  if (load.pids.size !== processes) throw new Error('the load is not whole');
  return await measure(native, rounds);
}

async function measure(native: Addon, rounds: number): Promise<Samples> {
  using scanner = ours(native);
  const inC = join(await programs(), 'maps_text');
  const samples: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = -1; round < rounds; round++) {
    const began = performance.now();
    await scanner.scan();
    const took = performance.now() - began;
    const peer = Number(execFileSync(inC, { encoding: 'utf8' }).split(' ')[0]) / 1e6;
    if (round < 0) continue;
    samples.ours.push(took);
    samples.peer.push(peer);
  }
  return samples;
}

/** Others on the machine only ever make a scan slower, and here one run is not beside the other. */
const fastest = (row: Row): number => Math.min(...row.ours);

/** Factors of the doublings of what comes on top of `base`, the scan of the machine without the load. */
function factors(what: string, rows: readonly Row[], base: number): Result {
  const above = rows.map((row) => fastest(row) - base);
  if (above.some((value, i) => value <= (above[i - 1] ?? 0))) {
    return { what: `growth with ${what}`, text: 'not told: the machine was too busy for more to take longer', holds: false };
  }
  const doublings = above.slice(1).map((value, i) => value / (above[i] ?? NaN));
  const last = doublings.at(-1) ?? NaN;
  const whole = (above.at(-1) ?? NaN) / (above[0] ?? NaN);
  const each = doublings.map((factor) => factor.toFixed(2)).join(', ');
  return {
    what: `growth with ${what}`,
    text: `by the fastest scans, above the one without the load, ${each} times as long with each doubling, ${(whole / 8).toFixed(2)} of linear over all three (linear: 2 each; asked: at most ${LINEAR} in the last)`,
    holds: last <= LINEAR,
  };
}

export async function growth(native: Addon, rounds: number): Promise<Result[]> {
  const row = (what: string, samples: Samples): Row => ({ what, unit: 'ms', ...samples, peerName: 'text of maps in C' });
  const loaded = async (processes: number, mappings: number): Promise<Row> =>
    row(`full scan, ${processes} processes of ${mappings} mappings`, await onLoad(native, processes, mappings, rounds));
  const none = row('full scan, no load', await measure(native, rounds));
  const byProcesses: Row[] = [];
  for (const times of TIMES) byProcesses.push(await loaded(PROCESSES * times, MAPPINGS));
  const byMappings: Row[] = [];
  for (const times of TIMES) byMappings.push(await loaded(FEW_PROCESSES, FEW_MAPPINGS * times));
  const base = fastest(none);
  return [none, ...byProcesses, factors('processes', byProcesses, base), ...byMappings, factors('mappings', byMappings, base)];
}
