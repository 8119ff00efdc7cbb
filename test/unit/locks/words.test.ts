import assert from 'node:assert/strict';
import type { LockWords } from '../../../src/locks/formats/index.ts';
import { libcFinding, libcText } from '../../../src/locks/libc.ts';
import { ownerText, stateText } from '../../../src/locks/words.ts';

const lock = (words: Partial<LockWords>): LockWords => ({ kind: 'mutex', state: 'free', notes: [], words: [], ...words });

describe('stateText', () => {
  const owner = { tid: 1240, pid: 1234, process: 'writer', thread: 'io', alive: true };

  it('names who holds it as far as that is known', () => {
    const locked = lock({ state: 'locked', ownerTid: 1240 });
    assert.equal(stateText(locked), 'locked by 1240');
    assert.equal(stateText(locked, owner), 'locked by thread 1240 "io" of 1234 (writer)');
    assert.equal(stateText(locked, { ...owner, tid: 1234, thread: 'writer' }), 'locked by 1234 (writer)');
    assert.equal(stateText(locked, { tid: 1240, alive: false }), 'locked by 1240, which has ended');
    assert.equal(ownerText({ tid: 7, pid: 7 }), '7');
  });

  it('tells of each state', () => {
    assert.equal(stateText(lock({})), 'free');
    assert.equal(stateText(lock({ state: 'locked', recursion: 1 })), 'locked');
    assert.equal(stateText(lock({ state: 'locked', recursion: 2 })), 'locked twice (recursive)');
    assert.equal(stateText(lock({ state: 'owner-died', ownerTid: 7 }), { tid: 7, alive: false }), 'owner died: 7');
    assert.equal(stateText(lock({ state: 'unrecoverable' })), 'not recoverable');
    assert.equal(stateText(lock({ kind: 'rwlock', state: 'read-locked', value: 1 })), 'read-locked by 1 reader');
    assert.equal(stateText(lock({ kind: 'semaphore', state: 'counting', value: 0, waiterCount: 2 })), 'count 0, 2 waiting');
    assert.equal(stateText(lock({ kind: 'barrier', state: 'counting', of: 4 })), 'some of 4 have come');
    assert.equal(stateText(lock({ kind: 'cond', state: 'counting' })), 'some wait');
    assert.equal(stateText(lock({ state: 'locked', corrupt: 'Its kind is 9.' })), 'corrupt');
  });
});

describe('libcFinding', () => {
  const glibc = { kind: 'glibc', version: [2, 36], abi: 'x86_64' } as const;

  it('says why locks cannot work between programs', () => {
    assert.match(libcFinding([glibc, { kind: 'musl', abi: 'x86_64' }]) ?? '', /glibc and musl/);
    assert.match(libcFinding([glibc, { ...glibc, abi: 'i386' }]) ?? '', /32-bit and 64-bit programs \(i386, x86_64\)/);
    assert.match(libcFinding([glibc, { ...glibc, version: [2, 41] }]) ?? '', /condition variables/);
  });

  it('says nothing where they can', () => {
    assert.equal(libcFinding([]), undefined);
    assert.equal(libcFinding([glibc, glibc, { ...glibc, version: [2, 31] }]), undefined);
    assert.equal(libcFinding([glibc, { ...glibc, version: [2, 39] }]), undefined);
  });

  it('names a library', () => {
    assert.equal(libcText(glibc), 'glibc 2.36 (x86_64)');
    assert.equal(libcText({ kind: 'musl', abi: 'arm' }), 'musl (arm)');
  });
});
