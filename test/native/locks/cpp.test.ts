/** The locks of C++ and of Boost, by the layouts that debug info gives them, in the bytes of a real program. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { libcOf } from '../../../src/locks/libc.ts';
import { stateText } from '../../../src/locks/words.ts';
import { elf, layoutOf, readerFor } from '../dwarf/support.ts';
import { addon, cleanup } from '../support.ts';
import { compiling, locksIn, startOn } from './programs.ts';
import { existsSync } from 'node:fs';
import { skipBecause } from '../../support/skip.ts';

const FREE = {
  mutex: ['mutex', 'std::mutex', 'free'],
  'inner.mutex': ['mutex', 'std::recursive_mutex', 'free'],
  timed: ['mutex', 'std::timed_mutex', 'free'],
  both: ['mutex', 'std::recursive_timed_mutex', 'free'],
  shared: ['rwlock', 'std::shared_mutex', 'free'],
  shared_timed: ['rwlock', 'std::shared_timed_mutex', 'free'],
  condition: ['cond', 'std::condition_variable', 'nobody waits'],
  'flags[0]': ['flag', 'std::atomic_flag', 'free'],
  'flags[1]': ['flag', 'std::atomic_flag', 'free'],
  counting: ['counter', 'std::counting_semaphore<9>', 'count 0'],
  latch: ['mutex', 'latch_t', 'free'],
  spin: ['spinlock', 'pthread_spinlock_t', 'free'],
};
const HELD: Partial<Record<keyof typeof FREE, string>> = {
  mutex: 'locked by SELF',
  'inner.mutex': 'locked twice (recursive) by SELF',
  timed: 'locked by SELF',
  both: 'locked by SELF',
  shared: 'read-locked by 1 reader',
  shared_timed: 'write-locked by SELF',
  'flags[1]': 'locked',
  counting: 'count 5',
  latch: 'locked by SELF',
  spin: 'locked',
};
const BOOST_FREE = {
  boost_mutex: ['mutex', 'boost::interprocess::interprocess_mutex', 'free'],
  boost_recursive: ['mutex', 'boost::interprocess::interprocess_recursive_mutex', 'free'],
  boost_condition: ['cond', 'boost::interprocess::interprocess_condition', 'nobody waits'],
  boost_semaphore: ['semaphore', 'boost::interprocess::interprocess_semaphore', 'count 0'],
};
const BOOST_HELD = {
  boost_mutex: 'locked by SELF',
  boost_recursive: 'locked twice (recursive) by SELF',
  boost_semaphore: 'count 2',
};
const BOOST = '/usr/include/boost/interprocess/sync/interprocess_mutex.hpp';

describe('Locks of C++ programs', () => {
  const made = cleanup();
  const compile = compiling();

  async function seenIn(context: Mocha.Context, state: string, flags: readonly string[]) {
    const reader = readerFor(context);
    const program = compile(context, 'cpp.cc', ['c++', ...flags]);
    const { running, path } = await startOn(context, made, program, state);
    const type = await layoutOf(reader, await reader.index(elf(program)), 'room');
    const libc = await libcOf(addon, running.pid);
    assert.ok(libc);
    const seen = locksIn(readFileSync(path), type, libc);
    const texts = new Map(
      [...seen].map(([name, { place, lock }]) => [
        name,
        [place.format, place.type, stateText(lock).replace(String(running.pid), 'SELF')],
      ]),
    );
    return { seen, texts: Object.fromEntries(texts) };
  }

  const held = <Name extends string>(free: Readonly<Record<Name, readonly string[]>>, texts: Partial<Record<Name, string>>) =>
    Object.fromEntries(
      Object.entries<readonly string[]>(free).map(([name, [format, type, text]]) => [
        name,
        [format, type, new Map<string, unknown>(Object.entries(texts)).get(name) ?? text],
      ]),
    );

  it('are found once each, under the paths of their fields, and free', async function () {
    const { texts, seen } = await seenIn(this, 'free', []);
    assert.deepEqual(texts, FREE);
    assert.equal(seen.get('mutex')?.lock.processShared, false, 'std::mutex is of one process');
    assert.equal(seen.get('counting')?.lock.processShared, false);
  });

  it('are held', async function () {
    const { texts } = await seenIn(this, 'held', []);
    assert.deepEqual(texts, held(FREE, HELD));
  });

  for (const state of ['free', 'held'])
    it(`those of Boost: ${state}`, async function () {
      if (!existsSync(BOOST)) skipBecause(this, "Boost's headers are not there (libboost-dev)");
      const { texts, seen } = await seenIn(this, state, ['-DBOOST', '-w']);
      const expected = { ...FREE, ...BOOST_FREE };
      assert.deepEqual(texts, state === 'free' ? expected : held(expected, { ...HELD, ...BOOST_HELD }));
      assert.equal(seen.get('boost_mutex')?.lock.processShared, true);
      assert.equal(seen.get('boost_semaphore')?.lock.processShared, true);
      assert.equal(seen.get('boost_condition')?.lock.processShared, true);
    });
});
