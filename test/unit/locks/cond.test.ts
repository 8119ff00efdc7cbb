/** Condition variables whose version does not tell how they are laid out, after anything that programs do with them. */
import assert from 'node:assert/strict';
import { decodeLock, type Libc } from '../../../src/locks/formats/index.ts';
import { Chooser } from '../types/random.ts';
import { Fresh, Old, type Cond } from './condModel.ts';

const EITHER: readonly Libc[] = [
  { kind: 'glibc', abi: 'x86_64' },
  { kind: 'glibc', version: [2, 39], abi: 'x86_64' },
];
const RUNS = 100;
const STEPS = 200;

function step(cond: Cond, random: Chooser): string {
  const { waiters } = cond;
  const what = random.below(10);
  if (what < 4) cond.wait();
  else if (what < 6) cond.signal();
  else if (what < 7) cond.broadcast();
  else if (waiters.length === 0) return 'nothing';
  else if (what < 9) cond.wake(random.pick(waiters));
  else cond.cancel(random.pick(waiters));
  return ['wait', 'wait', 'wait', 'wait', 'signal', 'signal', 'broadcast', 'wake', 'wake', 'cancel'][what] ?? '';
}

describe('Condition variables of glibc 2.38 to 2.40, or of an unknown version', () => {
  for (const [name, make, version, signals] of [
    ['with __g_refs', () => new Old(true), [2, 36], 40],
    ['without', () => new Fresh(true), [2, 41], 32],
  ] as const)
    it(`are told by their words: ${name}`, () => {
      const random = new Chooser(20);
      for (let run = 0; run < RUNS; run++) {
        const cond = make();
        const done: string[] = [];
        for (let i = 0; i < STEPS; i++) {
          const bytes = cond.bytes();
          for (const libc of [...EITHER, { kind: 'glibc', version, abi: 'x86_64' } satisfies Libc]) {
            const lock = decodeLock(bytes, 'cond', libc);
            const told = [lock?.value, lock?.processShared, lock?.words[0], lock?.corrupt];
            const history = `${done.join(' ')}: ${new Uint32Array(bytes.buffer).join(' ')}`;
            assert.deepEqual(told, [cond.waiters.length, true, [signals, 4], undefined], history);
          }
          done.push(step(cond, random));
        }
      }
    });

  it('never say that more were signalled than came', () => {
    const random = new Chooser(21);
    const cond = new Fresh(true);
    let before = 0n;
    for (let i = 0; i < 20_000; i++) {
      const turns = decodeLock(cond.bytes(), 'cond', { kind: 'glibc', version: [2, 41], abi: 'x86_64' })?.turns;
      assert.ok(turns !== undefined && turns.signalled <= turns.waits && turns.signalled >= before);
      before = turns.signalled;
      step(cond, random);
    }
    assert.ok(before > 1000n);
  });
});
