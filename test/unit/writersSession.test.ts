import assert from 'node:assert/strict';
import { ProcessCode } from '../../src/code/processCode.ts';
import { shmError } from '../../src/native/errors.ts';
import type { RawSeen, RawWatchpoints } from '../../src/native/watchpoints.ts';
import { notLookedInto } from '../../src/writers/reasons.ts';
import { Writers } from '../../src/writers/writers.ts';
import { Session, type SessionParts } from '../../src/writers/session.ts';
import { segment } from './locks/made.ts';

const none = new Float64Array();
const nothing: RawSeen = {
  sites: {
    field: new Uint8Array(),
    process: new Uint32Array(),
    tid: new Int32Array(),
    ip: new BigUint64Array(),
    caller: new BigUint64Array(),
    count: none,
    first: none,
    last: none,
    before: new BigUint64Array(),
    after: new BigUint64Array(),
    known: new Uint8Array(),
  },
  processes: { pid: new Int32Array(), parent: new Int32Array(), image: new Uint32Array(), names: '' },
  asked: { image: new Uint32Array(), pid: new Int32Array(), pc: new BigUint64Array(), isReturn: new Uint8Array() },
  execed: new Int32Array(),
  seen: 0,
  lost: 0,
  pending: 0,
  dropped: 0,
  unwalked: 0,
};

const watched = segment('/s', [1, 2]);
const gone = () => Promise.reject(shmError('ESRCH', 'It has ended.'));

function parts(raw: Partial<RawWatchpoints>, change: Partial<SessionParts> = {}): SessionParts {
  const all: RawWatchpoints = {
    add: () => Promise.resolve({ watched: 1, image: 1, tid: new Int32Array(), codes: '' }),
    take: () => nothing,
    answer: () => undefined,
    close: () => Promise.resolve(),
    ...raw,
  };
  return {
    calls: { openWatchpoints: () => Promise.resolve(all) },
    code: new ProcessCode({ loadedFiles: gone, peek: gone }, { ask: gone }),
    now: () => Promise.resolve(watched),
    hidden: () => [],
    read: () => Promise.resolve(new Uint8Array(8)),
    ...change,
  };
}

const WANTED = { fields: [{ offset: 0, length: 8 as const }], ms: 1, reads: false };

/** A machine on which one process may not be looked into; `text`: why there may be others that are not listed. */
async function missedOn(mode: number, text?: string): Promise<unknown> {
  const board = { ...watched, uid: 1000, mode };
  const last = {
    segments: [],
    mounts: [],
    sysvLimits: undefined,
    hidden: [{ pid: 9, uid: 0, code: 'EACCES' }],
    mayHideMappers: () => true,
  };
  const follow = () => ({ dispose: () => undefined });
  const store = { last, follow, look: () => Promise.resolve(), get: () => board };
  const { calls, code, read } = parts({});
  const writers = new Writers({ calls, code, read, store, unlisted: () => text });
  const { missed } = await writers.find(board, { offset: 0, length: 8 }, 1);
  return missed.map(({ pid, code: errno }) => [pid, errno]);
}

describe('a session that watches a field', () => {
  it('says of processes that could map it, whether they are listed or not, that they were not watched', async () => {
    assert.deepEqual(await missedOn(0o660), [[9, 'EACCES']]);
    assert.deepEqual(await missedOn(0o600), []);
    assert.deepEqual(await missedOn(0o600, '/proc lists no others'), [[0, 'EACCES']]);
    assert.deepEqual(await missedOn(0o660, '/proc lists no others'), [
      [9, 'EACCES'],
      [0, 'EACCES'],
    ]);
  });

  it('says of processes that may not be looked into that they were not watched', async () => {
    const view = await new Session(parts({}, { hidden: () => [notLookedInto(9, 'EACCES')] }), watched, WANTED).done;
    assert.equal(view.processes, 2);
    assert.deepEqual(
      view.missed.map(({ pid, code }) => [pid, code]),
      [[9, 'EACCES']],
    );
  });

  it('asks again for a process that has mapped the segment anew', async () => {
    const asked: number[] = [];
    const add: RawWatchpoints['add'] = (pid) => {
      asked.push(pid);
      return Promise.resolve({ watched: 1, image: 1, tid: new Int32Array(), codes: '' });
    };
    let looks = 0;
    // The second process shows it at the first and the third look, as after an exec.
    const now = () => Promise.resolve(++looks === 2 ? segment('/s', [1]) : watched);
    const session = new Session(parts({ add }, { now }), watched, { ...WANTED, ms: 60_000 });
    session.onDidChange(() => {
      if (looks >= 4) session.stop();
    });
    const view = await session.done;
    assert.deepEqual(asked, [1, 2, 2]);
    assert.equal(view.processes, 2);
  });
});
