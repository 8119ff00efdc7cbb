/** Whether what three processes store at once is all given to the right process and line. */
import type { Bar, Result } from '../bench.ts';
import { inOwnProcess, isNumber } from '../scan/process.ts';

const RUNS = 3;
const MEASURE_MS = 6000;
/** 99.9 % are attributed. */
const BAR: Bar = { atMost: 0.1, of: 'largest' };

const NAMES = ['stores', 'attributed', 'counted', 'lost', 'rate', 'share'] as const;
type Measured = Readonly<Record<(typeof NAMES)[number], number>>;

const isMeasured = (value: unknown): value is Measured =>
  typeof value === 'object' && value !== null && NAMES.every((name) => isNumber(Reflect.get(value, name)));

export async function attribution(): Promise<Result[]> {
  const runs: Measured[] = [];
  for (let run = 0; run < RUNS; run++)
    runs.push(await inOwnProcess('../writers/attribution.process.ts', isMeasured, [String(MEASURE_MS)]));
  const sum = (name: keyof Measured): number => runs.reduce((all, one) => all + one[name], 0);
  const what = '3 processes that store 10,000 times a second each';
  return [
    {
      what: `${what}, stores not attributed to process and line`,
      unit: '% of stores',
      ours: runs.map(({ stores, attributed }) => ((stores - attributed) * 100) / stores),
      bar: BAR,
      note: 'The programs count their own stores; all were made while the field was watched.',
    },
    {
      what: `${what}, the watcher`,
      unit: '% of a core',
      ours: runs.map(({ share }) => share),
      note: 'All threads of a process that watches, and reads the counts of the programs.',
    },
    {
      what: 'stores while watched',
      text: `${sum('stores')} were made, ${sum('counted')} were seen, ${sum('attributed')} of them at their process and line, ${sum('lost')} lost`,
      holds: sum('counted') <= sum('stores'),
    },
    {
      what: 'stores a second',
      text: `${runs.map(({ rate }) => rate.toFixed(0)).join(', ')} of each of the three`,
      // A machine that does not carry the load says nothing of it.
      holds: runs.every(({ rate }) => rate >= 9000),
    },
  ];
}
