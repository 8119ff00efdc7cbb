/** The passes over all of a segment: search, and the hash scan of the overview strip. */
import type { Result, Row } from '../bench.ts';
import { inOwnProcess, isNumbers } from '../scan/process.ts';
import { GiB, makeObject } from './objects.ts';

const LISTS = ['read', 'search', 'searchTurn', 'hash', 'hashTurn'] as const;
type Passes = Readonly<Record<(typeof LISTS)[number], readonly number[]>> & { readonly problem: string };

function isPasses(value: unknown): value is Passes {
  if (typeof value !== 'object' || value === null) return false;
  return LISTS.every((name) => isNumbers(Reflect.get(value, name))) && typeof Reflect.get(value, 'problem') === 'string';
}

const turn = (what: string, ours: readonly number[]): Row => ({
  what: `${what}, the most that the JavaScript thread computed in one turn`,
  unit: 'ms',
  ours,
  bar: { atMost: 5, of: 'largest' },
});

export async function search(): Promise<Result[]> {
  using object = makeObject('search', GiB, GiB);
  const passes = await inOwnProcess('../live/search.process.ts', isPasses, [object.path, String(object.size)]);
  const beside = (what: string, ours: readonly number[]): Row => ({
    what,
    unit: 'ms',
    ours,
    peer: passes.read,
    peerName: 'pread by one thread in C',
    bar: { atMost: 1.7, of: 'ratio' },
    note: 'All of it is resident, and random. The C program reads it into one buffer of 256 KiB again and again.',
  });
  const found = [beside('search for 16 bytes through 1 GiB', passes.search), turn('search', passes.searchTurn)];
  if (passes.hash.length > 0)
    return [...found, beside('hash scan of 1 GiB for the strip', passes.hash), turn('hash scan', passes.hashTurn)];
  return [...found, { what: 'hash scan of 1 GiB for the strip', text: `not measured: ${passes.problem}`, holds: false }];
}
