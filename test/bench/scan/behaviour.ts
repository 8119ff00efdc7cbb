/** How the scanner treats the extension host around it: the longest stretch of its event loop, and what it takes at rest. */
import type { Bar, Result, Row } from '../bench.ts';
import { inOwnProcess, isNumber, isNumbers } from './process.ts';

interface Stretch {
  readonly late: readonly number[];
  readonly busy: readonly number[];
}

const PARTS = ['first', 'scans', 'refreshes', 'stores', 'nothing'] as const;

type Stretches = Readonly<Record<(typeof PARTS)[number], Stretch>> & { readonly pause: number };

function isStretch(value: unknown): value is Stretch {
  return (
    typeof value === 'object' && value !== null && isNumbers(Reflect.get(value, 'late')) && isNumbers(Reflect.get(value, 'busy'))
  );
}

function isStretches(value: unknown): value is Stretches {
  return (
    typeof value === 'object' &&
    value !== null &&
    PARTS.every((name) => isStretch(Reflect.get(value, name))) &&
    isNumber(Reflect.get(value, 'pause'))
  );
}

function isShare(value: unknown): value is { followed: number; nothing: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    isNumber(Reflect.get(value, 'followed')) &&
    isNumber(Reflect.get(value, 'nothing'))
  );
}

export async function eventLoop(): Promise<Result[]> {
  const { first, scans, refreshes, stores, nothing, pause } = await inOwnProcess('loop.process.ts', isStretches);
  const bar: Bar = { atMost: 5, of: 'largest' };
  const rows = (what: string, ours: Stretch): Row[] => [
    {
      what: `event loop, the latest timer of 1 ms, ${what}`,
      unit: 'ms',
      ours: ours.late,
      peer: nothing.late,
      peerName: 'no scan',
      bar,
    },
    {
      what: `event loop, the most computed in one turn, ${what}`,
      unit: 'ms',
      ours: ours.busy,
      peer: nothing.busy,
      peerName: 'no scan',
      bar,
    },
  ];
  return [
    ...rows('the first full scan of a process', first),
    ...rows('later full scans', scans),
    ...rows('refreshes with names and sizes', refreshes),
    ...rows("the store's full scans", stores),
    { what: 'longest pause of the garbage collector meanwhile', text: `${pause.toFixed(1)} ms, and within the stretches` },
  ];
}

export async function atRest(): Promise<Result[]> {
  const { followed, nothing } = await inOwnProcess('rest.process.ts', isShare);
  return [
    {
      what: 'following for 20 s while nothing changes',
      unit: '% of a core',
      ours: [followed],
      peer: [nothing],
      peerName: 'no following',
      bar: { atMost: 1, of: 'ours' },
      note: 'All threads; what other programs of the machine do meanwhile is followed too.',
    },
  ];
}
