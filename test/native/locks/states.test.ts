/** Each state of a lock, brought about by a real program, read from the bytes that its C library wrote. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TypeLayout } from '../../../api.d.ts';
import { decodeLock, type LockWords } from '../../../src/locks/formats/index.ts';
import { libcOf } from '../../../src/locks/libc.ts';
import { namedSemaphore } from '../../../src/locks/places.ts';
import { stateText } from '../../../src/locks/words.ts';
import { addon, cleanup } from '../support.ts';
import { compiling, declaredRoom, locksIn, startOn, TARGETS } from './programs.ts';

interface Expected extends Partial<Omit<LockWords, 'turns'>> {
  readonly turns?: LockWords['turns'] | undefined;
  /** 'self' is the program, 'holder' the child that is in the struct. */
  readonly owner?: 'self' | 'holder' | 'none';
  readonly text: string;
}
/** What musl's words say otherwise; null: it has no such state. */
type Case = readonly [state: string, path: string, expected: Expected, musl?: Partial<Expected> | null];

const mutex = { kind: 'mutex', type: 'normal', robust: false, processShared: true } as const;
const robust = { ...mutex, robust: true };
const DEAD = 'Its last owner died; who holds it has not made it consistent yet.';

const CASES: readonly Case[] = [
  ['free', 'queue.lock', { ...mutex, state: 'free', contended: false, owner: 'none', notes: [], text: 'free' }],
  [
    'locked',
    'queue.lock',
    { ...mutex, state: 'locked', owner: 'self', contended: false, text: 'locked by SELF' },
    { owner: 'none', text: 'locked' },
  ],
  [
    'slot',
    'slots[3].mutex',
    { ...mutex, state: 'locked', owner: 'self', text: 'locked by SELF' },
    { owner: 'none', text: 'locked' },
  ],
  ['latch', 'latch', { ...mutex, state: 'locked', owner: 'self', text: 'locked by SELF' }, { owner: 'none', text: 'locked' }],
  [
    'contended',
    'queue.lock',
    { ...mutex, state: 'locked', owner: 'self', contended: true, text: 'locked by SELF' },
    { owner: 'none', waiterCount: 1, text: 'locked' },
  ],
  [
    'recursive',
    'queue.lock',
    { ...mutex, type: 'recursive', state: 'locked', owner: 'self', recursion: 3, text: 'locked 3 times (recursive) by SELF' },
  ],
  ['errorcheck', 'queue.lock', { ...mutex, type: 'errorcheck', state: 'locked', owner: 'self', text: 'locked by SELF' }],
  ['adaptive', 'queue.lock', { ...mutex, type: 'adaptive', state: 'locked', owner: 'self', text: 'locked by SELF' }, null],
  ['robust', 'queue.lock', { ...robust, state: 'locked', owner: 'self', contended: false, text: 'locked by SELF' }],
  ['robust-contended', 'queue.lock', { ...robust, state: 'locked', owner: 'self', contended: true, text: 'locked by SELF' }],
  [
    'owner-died',
    'queue.lock',
    { ...robust, state: 'owner-died', owner: 'holder', text: 'owner died: HOLDER' },
    { owner: 'none', text: 'owner died' },
  ],
  [
    'inconsistent',
    'queue.lock',
    { ...robust, state: 'locked', owner: 'self', inconsistent: true, notes: [DEAD], text: 'locked by SELF, not consistent yet' },
  ],
  ['unrecoverable', 'queue.lock', { ...robust, state: 'unrecoverable', owner: 'none', text: 'not recoverable' }],
  ['consistent', 'queue.lock', { ...robust, state: 'locked', owner: 'self', notes: [], text: 'locked by SELF' }],
  [
    'stale',
    'queue.lock',
    { ...mutex, state: 'locked', owner: 'holder', text: 'locked by HOLDER' },
    { owner: 'none', text: 'locked' },
  ],
  [
    'inherit',
    'queue.lock',
    { ...mutex, protocol: 'inherit', state: 'locked', owner: 'self', contended: false, text: 'locked by SELF' },
  ],
  [
    'inherit-contended',
    'queue.lock',
    { ...mutex, protocol: 'inherit', state: 'locked', owner: 'self', contended: true, text: 'locked by SELF' },
  ],
  ['protect', 'queue.lock', { ...mutex, protocol: 'protect', state: 'free', owner: 'none', text: 'free' }, null],
  [
    'protect-locked',
    'queue.lock',
    { ...mutex, protocol: 'protect', state: 'locked', owner: 'self', text: 'locked by SELF' },
    null,
  ],
  [
    'private',
    'queue.lock',
    { ...mutex, processShared: false, state: 'locked', owner: 'self', text: 'locked by SELF' },
    { owner: 'none', text: 'locked' },
  ],
  ['destroyed', 'queue.lock', { kind: 'mutex', state: 'free', destroyed: true, text: 'destroyed' }, null],

  ['free', 'rwlock', { kind: 'rwlock', state: 'free', processShared: true, contended: false, text: 'free' }],
  [
    'read-locked',
    'rwlock',
    { kind: 'rwlock', state: 'read-locked', value: 2, contended: false, text: 'read-locked by 2 readers' },
  ],
  [
    'read-locked-writer-waits',
    'rwlock',
    { kind: 'rwlock', state: 'read-locked', value: 1, contended: true, text: 'read-locked by 1 reader' },
  ],
  [
    'write-locked',
    'rwlock',
    { kind: 'rwlock', state: 'write-locked', owner: 'self', contended: false, text: 'write-locked by SELF' },
    { owner: 'none', text: 'write-locked' },
  ],
  [
    'write-locked-reader-waits',
    'rwlock',
    { kind: 'rwlock', state: 'write-locked', owner: 'self', waiterCount: 1, contended: true, text: 'write-locked by SELF' },
    { owner: 'none', text: 'write-locked' },
  ],
  [
    'writer-killed',
    'rwlock',
    { kind: 'rwlock', state: 'write-locked', owner: 'holder', text: 'write-locked by HOLDER' },
    { owner: 'none', text: 'write-locked' },
  ],
  ['write-unlocked', 'rwlock', { kind: 'rwlock', state: 'free', owner: 'none', text: 'free' }],

  ['free', 'cond', { kind: 'cond', state: 'free', value: 0, processShared: true, text: 'nobody waits' }],
  [
    'cond',
    'cond',
    { kind: 'cond', state: 'counting', value: 2, waiterCount: 2, turns: { waits: 2n, signalled: 0n }, text: '2 wait' },
    { turns: undefined },
  ],
  [
    'cond-signalled',
    'cond',
    { kind: 'cond', state: 'counting', value: 1, waiterCount: 1, turns: { waits: 2n, signalled: 1n }, text: '1 waits' },
    { turns: undefined },
  ],
  ['free', 'barrier', { kind: 'barrier', state: 'free', value: 0, of: 3, processShared: true, text: '0 of 3 have come' }],
  ['barrier', 'barrier', { kind: 'barrier', state: 'counting', value: 1, of: 3, waiterCount: 1, text: '1 of 3 have come' }],
  ['barrier-passed', 'barrier', { kind: 'barrier', state: 'free', value: 0, of: 3, text: '0 of 3 have come' }],
  ['free', 'spin', { kind: 'spinlock', state: 'free', text: 'free' }],
  ['spin', 'spin', { kind: 'spinlock', state: 'locked', text: 'locked' }],
  ['free', 'sem', { kind: 'semaphore', state: 'counting', value: 0, waiterCount: 0, processShared: true, text: 'count 0' }],
  ['sem-3', 'sem', { kind: 'semaphore', state: 'counting', value: 3, waiterCount: 0, text: 'count 3' }],
  [
    'sem-waiter',
    'sem',
    { kind: 'semaphore', state: 'counting', value: 0, waiterCount: 1, contended: true, text: 'count 0, 1 waiting' },
  ],
  ['sem-waiter-killed', 'sem', { kind: 'semaphore', state: 'counting', value: 0, waiterCount: 1, text: 'count 0, 1 waiting' }],
];

for (const target of TARGETS) {
  describe(`Locks of real programs: ${target.name}`, () => {
    const made = cleanup();
    const compile = compiling();
    let room: TypeLayout;
    before(async () => {
      room = await declaredRoom(target.abi);
    });

    for (const [state, path, expected, musl] of CASES) {
      if (target.libc === 'musl' && musl === null) continue;
      it(`${path}: ${state}`, async function () {
        const program = compile(this, 'lockstate.c', target.compiler);
        const { running, path: object } = await startOn(this, made, program, state);
        const libc = await libcOf(addon, running.pid);
        assert.equal(libc?.kind, target.libc);
        assert.equal(libc.abi, target.abi);
        const bytes = readFileSync(object);
        const seen = locksIn(bytes, room, libc);
        const wrong = [...seen].filter(([, { lock }]) => lock.corrupt !== undefined);
        assert.deepEqual(wrong, [], 'no lock that its library wrote is corrupt');
        const { kind, abi } = libc;
        assert.deepEqual(locksIn(bytes, room, { kind, abi }), seen, 'the words tell as much where the version is not known');
        const lock = seen.get(path)?.lock;
        assert.ok(lock, path);
        judge(lock, target.libc === 'musl' ? { ...expected, ...musl } : expected, running.pid, bytes.readInt32LE(0));
      });
    }

    it('a named semaphore', async function () {
      const { running, path } = await startOn(this, made, compile(this, 'lockstate.c', target.compiler), 'named', target.libc);
      const libc = await libcOf(addon, running.pid);
      assert.ok(libc);
      const bytes = readFileSync(path);
      const place = namedSemaphore({ kind: 'posix', name: path.slice('/dev/shm'.length), size: bytes.length });
      // musl's is called like any other object, and nothing tells it from one.
      if (target.libc === 'musl') assert.equal(place, undefined);
      else
        assert.deepEqual(place, {
          offset: 0,
          path: '',
          format: 'semaphore',
          type: 'sem_t',
          size: target.abi === 'i386' ? 16 : 32,
        });
      const lock = decodeLock(bytes, 'semaphore', libc);
      assert.ok(lock);
      assert.equal(stateText(lock), 'count 2');
      assert.equal(lock.processShared, true);
      assert.equal(lock.corrupt, undefined);
    });
  });
}

function judge(lock: LockWords, expected: Expected, self: number, holder: number): void {
  const { owner, text, ...words } = expected;
  const tids = { self, holder, none: undefined };
  if (owner !== undefined) assert.equal(lock.ownerTid, tids[owner], `owner: ${owner}`);
  const wanted = Object.entries(words).filter(([, value]) => value !== undefined);
  const found = Object.fromEntries(wanted.map(([key]) => [key, Object.entries(lock).find(([name]) => name === key)?.[1]]));
  assert.deepEqual(found, Object.fromEntries(wanted));
  assert.equal(stateText(lock), text.replace('SELF', String(self)).replace('HOLDER', String(holder)));
}
