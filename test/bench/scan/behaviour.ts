/** How the scanner treats the extension host around it: the longest stretch of its event loop, and what it takes at rest. */
import type { Bar, Result, Row } from '../bench.ts';
import { inOwnProcess, isNumber, isNumbers } from './process.ts';

interface Stretches {
  readonly first: readonly number[];
  readonly scans: readonly number[];
  readonly refreshes: readonly number[];
  readonly stores: readonly number[];
  readonly nothing: readonly number[];
  readonly pause: number;
}

function isStretches(value: unknown): value is Stretches {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['first', 'scans', 'refreshes', 'stores', 'nothing'].every((name) => isNumbers(Reflect.get(value, name))) &&
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
  const row = (what: string, ours: readonly number[]): Row => ({
    what: `longest stretch of the event loop, ${what}`,
    unit: 'ms',
    ours,
    peer: nothing,
    peerName: 'no scan',
    bar,
  });
  return [
    row('the first full scan of a process', first),
    row('later full scans', scans),
    row('refreshes with names and sizes', refreshes),
    row("the store's full scans", stores),
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
