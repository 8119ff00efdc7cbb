/** That waiters sleep on the words that a lock is said to have: the kernel says on which (proc(5), /proc/PID/syscall). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { libcOf } from '../../../src/locks/libc.ts';
import { skipBecause } from '../../support/skip.ts';
import { addon, cleanup } from '../support.ts';
import { compiling, declaredRoom, locksIn, startOn, TARGETS } from './programs.ts';

const CASES: readonly (readonly [state: string, path: string])[] = [
  ['contended', 'queue.lock'],
  ['robust-contended', 'queue.lock'],
  ['inherit-contended', 'queue.lock'],
  ['read-locked-writer-waits', 'rwlock'],
  ['write-locked-reader-waits', 'rwlock'],
  ['cond', 'cond'],
  ['barrier', 'barrier'],
  ['sem-waiter', 'sem'],
];
/** struct room: int holder, waiter. */
const WAITER = 4;

/** Offset in the object of the futex that a process sleeps on. */
function futexOf(context: Mocha.Context, pid: number, object: string): number {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  const start =
    maps
      .split('\n')
      .find((line) => line.endsWith(object))
      ?.split('-')[0] ?? skipBecause(context, 'the map is not there');
  let call: string;
  try {
    call = readFileSync(`/proc/${pid}/syscall`, 'utf8');
  } catch {
    return skipBecause(context, 'this user may not see system calls of other processes');
  }
  return Number(BigInt(call.split(' ')[1] ?? '') - BigInt(`0x${start}`));
}

for (const target of TARGETS)
  describe(`Waiters of real programs: ${target.name}`, () => {
    const made = cleanup();
    const compile = compiling();

    for (const [state, path] of CASES)
      it(`sleep on a word of ${path}: ${state}`, async function () {
        const { running, path: object } = await startOn(this, made, compile(this, 'lockstate.c', target.compiler), state);
        const libc = await libcOf(addon, running.pid);
        assert.ok(libc);
        const bytes = readFileSync(object);
        const seen = locksIn(bytes, await declaredRoom(target.abi), libc).get(path);
        assert.ok(seen);
        const at = futexOf(this, bytes.readInt32LE(WAITER), object) - seen.place.offset;
        const offsets = seen.lock.words.map(([offset]) => offset);
        assert.ok(offsets.includes(at), `it sleeps at ${at}, and the words are at ${offsets.join(', ')}`);
      });
  });
