/** What the view of locks takes while it is open. */
import type { Bar, Result } from '../bench.ts';
import { inOwnProcess, isNumber } from '../scan/process.ts';
import { LOCKS, startLocks } from './load.ts';

const PROCESSES = 600;
const SEGMENTS = 50;
const CHANGING = 20;
const MEASURE_MS = 24_000;
const BAR: Bar = { atMost: 2, of: 'ours' };

const NAMES = ['nothing', 'list', 'view', 'locks', 'told', 'owners'] as const;
type Measured = Readonly<Record<(typeof NAMES)[number], number>>;

const isMeasured = (value: unknown): value is Measured =>
  typeof value === 'object' && value !== null && NAMES.every((name) => isNumber(Reflect.get(value, name)));

export async function view(): Promise<Result[]> {
  return [...(await following(0, 'at rest')), ...(await following(CHANGING, `${CHANGING} locks change hands`))];
}

async function following(changing: number, how: string): Promise<Result[]> {
  await using load = await startLocks(PROCESSES, SEGMENTS, changing);
  const { nothing, list, view, locks, told, owners } = await inOwnProcess('../locks/view.process.ts', isMeasured, [
    load.prefix,
    String(MEASURE_MS),
  ]);
  return [
    {
      what: `the view of locks open for ${MEASURE_MS / 1000} s, ${how}`,
      unit: '% of a core',
      ours: [view - nothing],
      peer: [list - nothing],
      peerName: 'following the list of segments',
      bar: BAR,
      note: 'All threads of a process that does nothing else, and the programs that it starts, less what the process takes idle. The list of segments is followed with it.',
    },
    {
      what: `what the view was told, ${how}`,
      text: `${told} looks with something new, ${locks} locks, ${owners} of them held`,
      holds: locks === SEGMENTS * LOCKS && told > 0 && owners > 0,
    },
  ];
}
