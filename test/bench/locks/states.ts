/** The states of many locks, beside gdb that attaches to one process and prints one mutex. */
import type { Segment } from '../../../api.d.ts';
import type { Looked } from '../../../src/locks/looker.ts';
import type { TypeAt } from '../../../src/locks/typed.ts';
import type { Bar, Result } from '../bench.ts';
import { gdbSays, isGdbInstalled, NO_GDB } from '../gdb.ts';
import { LOCKS, startLocks, type Locks } from './load.ts';
import { rooms, type Rooms } from './rooms.ts';

const PROCESSES = 600;
const SEGMENTS = 50;
const ROUNDS = 11;
const BAR: Bar = { atMost: 0.2, of: 'ratio' };

export async function states(): Promise<Result[]> {
  await using load = await startLocks(PROCESSES, SEGMENTS, 0);
  using composed = rooms(load.prefix);
  await composed.store.refresh();
  await composed.typed.learn(composed.mine(), Infinity);
  return await measure(load, composed);
}

async function measure({ holder }: Locks, { looker, monitor, typed, mine }: Rooms): Promise<Result[]> {
  const segments = mine();
  const all = segments.map((segment): [Segment, TypeAt | undefined] => [segment, typed.of(segment)]);
  const took = { states: [] as number[], waiters: [] as number[], whole: [] as number[], gdb: [] as number[] };
  let looked: Looked[] = [];
  let said = '';
  const hasGdb = isGdbInstalled();
  // A first round does not count.
  for (let round = -1; round < ROUNDS; round++) {
    const times = {
      states: await timed(() => looker.look(all, { fresh: true })),
      gdb: hasGdb ? await timed(() => (said = gdbSays(holder.pid, `print *(pthread_mutex_t *)${holder.address}`))) : NaN,
      waiters: await timed(async () => (looked = await looker.look(all, { asleep: await looker.asleep(segments), fresh: true }))),
      whole: await timed(() => monitor.look()),
    };
    if (round < 0) continue;
    for (const name of ['states', 'waiters', 'whole', 'gdb'] as const) took[name].push(times[name]);
  }
  const of = `${segments.length * LOCKS} locks in ${segments.length} segments, ${PROCESSES} processes`;
  const peer = hasGdb ? { peer: took.gdb, peerName: 'gdb -p PID -batch, one mutex', bar: BAR } : {};
  return [
    { what: `lock states of ${of}`, unit: 'ms', ours: took.states, ...peer },
    { what: 'the same, with who waits for them', unit: 'ms', ours: took.waiters, ...peer },
    {
      what: 'the whole look of the API: types, two looks, lines',
      unit: 'ms',
      ours: took.whole,
      ...(hasGdb ? { peer: took.gdb, peerName: 'gdb -p PID -batch, one mutex' } : {}),
    },
    found(looked),
    ...(hasGdb
      ? [
          {
            what: 'gdb beside it',
            text: `it printed the mutex's owner ${holder.pid}`,
            holds: said.includes(`__owner = ${holder.pid},`),
          },
        ]
      : [{ what: 'lock states beside gdb', text: NO_GDB }]),
  ];
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Four mutexes of each segment are held, and one thread waits for each. */
function found(looked: readonly Looked[]): Result {
  const locks = looked.flatMap((one) => one.locks.locks);
  const held = locks.filter(({ owner }) => owner?.alive === true);
  const waited = held.filter(({ waiters }) => waiters.length === 1);
  const expected = looked.length * 4;
  return {
    what: 'what the looks found',
    text: `${locks.length} locks, ${held.length} held by a process that is named, ${waited.length} with the one that waits`,
    holds: locks.length === SEGMENTS * LOCKS && held.length === expected && waited.length === expected,
  };
}
