/** Locks of machines and libraries that do not run here: bytes written by hand as the sources that are named write them. */
import assert from 'node:assert/strict';
import { decodeLock, type Libc, type LockFormat, type LockWords } from '../../../src/locks/formats/index.ts';
import { Chooser } from '../types/random.ts';

const GLIBC: Libc = { kind: 'glibc', version: [2, 36], abi: 'x86_64' };
const NEWER: Libc = { kind: 'glibc', version: [2, 41], abi: 'x86_64' };
const MUSL: Libc = { kind: 'musl', version: [1, 2, 3], abi: 'x86_64' };

function bytes(size: number, words: Readonly<Record<number, number>>): Uint8Array {
  const made = new DataView(new ArrayBuffer(size));
  for (const [offset, value] of Object.entries(words)) made.setUint32(Number(offset), value >>> 0, true);
  return new Uint8Array(made.buffer);
}

function lockOf(format: LockFormat, libc: Libc, size: number, words: Readonly<Record<number, number>>): LockWords {
  const lock = decodeLock(bytes(size, words), format, libc);
  assert.ok(lock);
  return lock;
}

/** The sizes that a lock of each machine has. */
const SHAPES: readonly (readonly [LockFormat, number, Libc])[] = (['glibc', 'musl'] as const).flatMap((kind) =>
  (['x86_64', 'aarch64', 'i386', 'arm'] as const).flatMap((abi) => {
    const wide = abi === 'x86_64' || abi === 'aarch64';
    const libc: Libc = { kind, abi };
    const mutex = wide ? (abi === 'aarch64' && kind === 'glibc' ? 48 : 40) : 24;
    return [
      ['mutex', mutex, libc],
      ['rwlock', wide ? 56 : 32, libc],
      ['cond', 48, libc],
      ['barrier', wide ? 32 : 20, libc],
      ['semaphore', wide ? 32 : 16, libc],
      ['spinlock', 4, libc],
      ['flag', 1, libc],
    ] satisfies [LockFormat, number, Libc][];
  }),
);

describe('decodeLock', () => {
  it('zeros are what the initialisers of C are, and never corrupt', () => {
    for (const [format, size, libc] of SHAPES) {
      const lock = lockOf(format, libc, size, {});
      assert.equal(lock.corrupt, undefined, `${format} of ${libc.kind} on ${libc.abi}`);
      const x86 = libc.kind === 'glibc' && (libc.abi === 'x86_64' || libc.abi === 'i386');
      const expected = format === 'semaphore' || (format === 'spinlock' && x86) ? undefined : 'free';
      if (expected !== undefined) assert.equal(lock.state, expected, `${format} of ${libc.kind} on ${libc.abi}`);
    }
    const mutex = lockOf('mutex', GLIBC, 40, {});
    assert.equal(mutex.processShared, false);
    assert.equal(mutex.type, 'normal');
  });

  it('random bytes are corrupt, all but a few by chance', () => {
    const random = new Chooser(7);
    for (const [format, size, libc] of SHAPES) {
      let taken = 0;
      for (let i = 0; i < 1000; i++) {
        const lock = decodeLock(
          Uint8Array.from({ length: size }, () => random.below(256)),
          format,
          libc,
        );
        if (lock?.corrupt === undefined) taken++;
      }
      // A byte of a flag is 0 or 1 in 2 of 256; a spin lock of x86 may be any small negative number.
      assert.ok(taken <= (format === 'flag' ? 30 : 4), `${taken} of 1000 ${format} of ${libc.kind} on ${libc.abi}`);
    }
  });

  it('says nothing of another size, or of a library whose locks were others', () => {
    assert.equal(decodeLock(new Uint8Array(39), 'mutex', GLIBC), undefined);
    assert.equal(decodeLock(new Uint8Array(48), 'cond', { ...GLIBC, version: [2, 24] }), undefined);
    assert.equal(decodeLock(new Uint8Array(32), 'semaphore', { ...GLIBC, version: [2, 17] }), undefined);
    assert.notEqual(decodeLock(new Uint8Array(40), 'mutex', { ...GLIBC, version: [2, 17] }), undefined);
  });
});

describe('Mutexes', () => {
  it('of aarch64 have 48 bytes, and words where x86-64 has them (sysdeps/nptl/bits/struct_mutex.h)', () => {
    const lock = lockOf('mutex', { kind: 'glibc', abi: 'aarch64' }, 48, { 0: 0x80000000 | 77, 4: 1, 8: 77, 12: 1, 16: 0x90 });
    assert.deepEqual(
      [lock.state, lock.ownerTid, lock.robust, lock.contended, lock.processShared, lock.corrupt],
      ['locked', 77, true, true, true, undefined],
    );
  });

  it('of arm have their kind at 12', () => {
    const lock = lockOf('mutex', { kind: 'glibc', abi: 'arm' }, 24, { 0: 2, 4: 2, 8: 77, 12: 0x81, 16: 1 });
    assert.deepEqual(
      [lock.state, lock.type, lock.recursion, lock.ownerTid, lock.corrupt],
      ['locked', 'recursive', 2, 77, undefined],
    );
  });

  it('that are being taken or given back are whole locks: the owner is another store', () => {
    const taken = lockOf('mutex', GLIBC, 40, { 0: 1, 16: 0x80 });
    assert.deepEqual([taken.state, taken.ownerTid, taken.corrupt, taken.notes.length], ['locked', undefined, undefined, 1]);
    const given = lockOf('mutex', GLIBC, 40, { 8: 77, 16: 0x80 });
    assert.deepEqual([given.state, given.ownerTid, given.corrupt, given.notes.length], ['free', undefined, undefined, 1]);
  });

  it('whose second owner died too, before it was consistent', () => {
    const lock = lockOf('mutex', GLIBC, 40, { 0: 0xc0000000, 4: 1, 8: 0x7fffffff, 16: 0x90 });
    assert.deepEqual([lock.state, lock.ownerTid, lock.contended, lock.corrupt], ['owner-died', undefined, true, undefined]);
  });

  it('of musl, shared and with an owner but not robust, that nobody will have again', () => {
    const lock = lockOf('mutex', MUSL, 40, { 0: 0x82, 4: 0x40000000 });
    assert.deepEqual([lock.state, lock.robust, lock.notes.length, lock.corrupt], ['owner-died', false, 1, undefined]);
  });

  it('are corrupt, and it is said which word', () => {
    const cases: readonly (readonly [RegExp, Readonly<Record<number, number>>])[] = [
      [/lock word is 0x3/, { 0: 3, 16: 0x80 }],
      [/lock word is 0x41414141/, { 0: 0x41414141, 16: 0x80 }],
      [/owner is 0x41414141/, { 0: 1, 8: 0x41414141, 16: 0x80 }],
      [/kind is 0x1000/, { 16: 0x1000 }],
      [/kind is 0x60/, { 16: 0x60 }],
      [/counts 5 lockings/, { 0: 1, 4: 5, 8: 77, 16: 0x80 }],
      [/0x3fffffff is no thread id/, { 0: 0x3fffffff, 8: 77, 16: 0x90 }],
    ];
    for (const [sentence, words] of cases) assert.match(lockOf('mutex', GLIBC, 40, words).corrupt ?? '', sentence);
  });
});

describe('rwlocks', () => {
  it('of 32-bit machines have flags and writer elsewhere (sysdeps/nptl/bits/struct_rwlock.h)', () => {
    const lock = lockOf('rwlock', { kind: 'glibc', abi: 'arm' }, 32, { 0: 3, 8: 1, 12: 1, 24: 0x0102, 28: 77 });
    assert.deepEqual([lock.state, lock.ownerTid, lock.processShared, lock.corrupt], ['write-locked', 77, true, undefined]);
  });

  it('between two phases belong to nobody (nptl/pthread_rwlock_common.c, states #3, #5, #6)', () => {
    for (const readers of [2, 1, 1 | (2 << 3)]) {
      const lock = lockOf('rwlock', GLIBC, 56, { 0: readers, 28: 1 });
      assert.deepEqual([lock.state, lock.corrupt], ['free', undefined]);
    }
  });

  it('that prefer writers count them', () => {
    const lock = lockOf('rwlock', GLIBC, 56, { 0: 3 | (1 << 3), 4: 2, 8: 3, 12: 3, 24: 77, 28: 1, 48: 2 });
    assert.deepEqual([lock.waiterCount, lock.contended, lock.corrupt], [3, true, undefined]);
  });
});

describe('Condition variables', () => {
  /** nptl/pthread_cond_wait.c: each wait adds 2 to __wseq and 8 to __wrefs; before 2.41 each sleeper 2 to its group's __g_refs. */
  const old = (waiters: number, shared = 1) => ({ 0: 2 * waiters, 16: 2 * waiters, 36: 8 * waiters + shared });
  const fresh = (waiters: number, shared = 1) => ({ 0: 2 * waiters, 28: 8 * waiters + shared });
  const read = (libc: Libc, words: Readonly<Record<number, number>>) => {
    const { value, processShared, corrupt, words: futexes } = lockOf('cond', libc, 48, words);
    return [value, processShared, corrupt, futexes];
  };
  const OLD_WORDS = [[40, 4], [44, 4]]; // prettier-ignore
  const NEW_WORDS = [[32, 4], [36, 4]]; // prettier-ignore

  it('are read by their version', () => {
    for (const waiters of [0, 1, 5]) {
      assert.deepEqual(read(GLIBC, old(waiters)), [waiters, true, undefined, OLD_WORDS]);
      assert.deepEqual(read(NEWER, fresh(waiters)), [waiters, true, undefined, NEW_WORDS]);
    }
  });

  it('of versions that may be either, by their words', () => {
    for (const libc of [
      { ...GLIBC, version: [2, 39] },
      { kind: 'glibc', abi: 'x86_64' },
    ] satisfies Libc[]) {
      for (const waiters of [0, 1, 5]) {
        assert.deepEqual(read(libc, old(waiters)), [waiters, true, undefined, OLD_WORDS]);
        assert.deepEqual(read(libc, fresh(waiters)), [waiters, true, undefined, NEW_WORDS]);
      }
      // After a signal to the first of three that wait: the group's slot changed, and 2 of it are left.
      const before = { 0: 7, 8: 1, 16: 4, 24: 2, 32: 12, 36: 17 };
      assert.deepEqual(read(libc, before), [2, true, undefined, OLD_WORDS]);
      const after = { 0: 7, 8: 0, 16: 2, 24: 12, 28: 17 };
      assert.deepEqual(read(libc, after), [2, true, undefined, NEW_WORDS]);
    }
  });

  it('tell how many waits began and were signalled', () => {
    const lock = lockOf('cond', NEWER, 48, { 0: 7, 8: 0, 16: 2, 24: 12, 28: 17 });
    assert.deepEqual(lock.turns, { waits: 3n, signalled: 1n });
  });

  it('of musl that are not shared do not count', () => {
    const lock = lockOf('cond', MUSL, 48, { 8: 0x1000, 12: 0x7fff });
    assert.deepEqual([lock.state, lock.value, lock.words, lock.corrupt], ['counting', undefined, [], undefined]);
  });
});

describe('Semaphores, barriers and spin locks', () => {
  it('a semaphore of arm has its count beside a bit (sysdeps/nptl/internaltypes.h, nptl/sem_waitcommon.c)', () => {
    const lock = lockOf('semaphore', { kind: 'glibc', abi: 'arm' }, 16, { 0: (3 << 1) | 1, 4: 128, 12: 2 });
    assert.deepEqual([lock.value, lock.waiterCount, lock.processShared, lock.corrupt], [3, 2, true, undefined]);
  });

  it('a semaphore of newer musl says in bit 31 that some wait (src/thread/sem_post.c)', () => {
    assert.equal(lockOf('semaphore', MUSL, 32, { 0: 0x80000000, 4: 2 }).value, 0);
    assert.equal(lockOf('semaphore', MUSL, 32, { 0: 0xffffffff, 4: 2 }).value, 0);
    assert.equal(lockOf('semaphore', MUSL, 32, { 0: 0x80000001, 4: 2 }).value, 1);
  });

  it('std::counting_semaphore is a number of one process, of 4 or 8 bytes', () => {
    assert.deepEqual([lockOf('counter', GLIBC, 4, { 0: 3 }).value, lockOf('counter', GLIBC, 8, { 0: 3 }).value], [3, 3]);
    assert.equal(lockOf('counter', GLIBC, 4, { 0: 3 }).processShared, false);
    assert.match(lockOf('counter', GLIBC, 4, { 0: -1 }).corrupt ?? '', /-1/);
  });

  it('a spin lock is free at 1 on x86, at 0 elsewhere and in musl', () => {
    const state = (libc: Libc, word: number) => lockOf('spinlock', libc, 4, { 0: word }).state;
    assert.deepEqual([state(GLIBC, 1), state(GLIBC, 0), state(GLIBC, -2)], ['free', 'locked', 'locked']);
    assert.deepEqual([state({ ...GLIBC, abi: 'aarch64' }, 0), state({ ...GLIBC, abi: 'arm' }, 1)], ['free', 'locked']);
    assert.deepEqual([state(MUSL, 0), state(MUSL, 16)], ['free', 'locked']);
  });

  it('a barrier counts who has come since the last round', () => {
    const lock = lockOf('barrier', GLIBC, 32, { 0: 10, 4: 8, 8: 4, 12: 128, 16: 8 });
    assert.deepEqual([lock.value, lock.of, lock.corrupt], [2, 4, undefined]);
    assert.match(lockOf('barrier', GLIBC, 32, { 0: 10, 4: 7, 8: 4, 12: 128 }).corrupt ?? '', /rounds of 4/);
  });
});
