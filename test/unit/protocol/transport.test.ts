import assert from 'node:assert/strict';
import { HEADER_MAX } from '../../../src/types/choice.ts';
import { MAX_RANGES, MAX_SOURCE, MAX_VIEW_BYTES, MAX_WRITE_BYTES } from '../../../src/protocol/limits.ts';
import { parseEnvelope, parseFromPage } from '../../../src/protocol/transport.ts';

const request = (name: unknown, ask: unknown): unknown => ({ type: 'request', id: 1, name, ask });
const view = (ranges: unknown, guards: unknown = [], cells: unknown = 0): unknown => ({
  type: 'view',
  view: { ranges, guards, cells },
});
const parseToPage = (message: unknown) => parseEnvelope({ sequence: 1, message })?.message;

describe('parseFromPage', () => {
  it('takes what the page really sends', () => {
    for (const message of [
      { type: 'ready' },
      view([{ offset: 0, length: 16 }]),
      { type: 'ack', sequences: [3, 4] },
      request('write', { offset: 2, bytes: Uint8Array.of(1) }),
      request('write', { offset: 2, bytes: Uint8Array.of(1), mask: Uint8Array.of(8) }),
      request('applyType', { source: 'struct a {int b;};', name: 'struct a' }),
      request('setPaused', { on: true }),
      request('follow', null),
    ]) {
      assert.deepEqual(parseFromPage(message), message);
    }
  });

  it('drops members that it does not know', () => {
    assert.deepEqual(
      parseFromPage({ type: 'view', view: { ranges: [{ offset: 1, length: 2, x: 3 }], guards: [], cells: 3, y: 4 }, z: 5 }),
      view([{ offset: 1, length: 2 }], [], 3),
    );
  });

  it('refuses ranges that are no ranges, too many or too much', () => {
    const bad: unknown[] = [
      undefined, {}, 'all', [{ offset: -1, length: 1 }], [{ offset: 0.5, length: 1 }], [{ offset: Number.NaN, length: 1 }],
      [{ offset: 0, length: Infinity }], [{ offset: Number.MAX_SAFE_INTEGER, length: 1 }], [{ offset: '0', length: 1 }], [null],
      Array.from({ length: MAX_RANGES + 1 }, () => ({ offset: 0, length: 1 })),
      [{ offset: 0, length: MAX_VIEW_BYTES }, { offset: 0, length: 1 }],
    ]; // prettier-ignore
    for (const ranges of bad) assert.equal(parseFromPage(view(ranges)), undefined, JSON.stringify(ranges)?.slice(0, 80));
    assert.ok(parseFromPage(view([{ offset: 0, length: MAX_VIEW_BYTES }])));
  });

  it('refuses guards that cannot be read and strips that nobody draws', () => {
    const guard = { offset: 8, length: 16, sequence: { offset: 0, length: 4, byteOrder: 'little' } };
    assert.deepEqual(parseFromPage(view([], [guard], 512)), view([], [guard], 512));
    const counter = guard.sequence;
    const bad: unknown[] = [
      { offset: -1, length: 4 }, { ...guard, sequence: {} }, { ...guard, sequence: { ...counter, offset: 2 } },
      { ...guard, sequence: { ...counter, length: 3 } }, { ...guard, sequence: { ...counter, byteOrder: 'middle' } },
      { offset: 0, length: MAX_VIEW_BYTES + 1 },
    ]; // prettier-ignore
    for (const one of bad) assert.equal(parseFromPage(view([], [one])), undefined, JSON.stringify(one));
    for (const cells of [-1, 1.5, 1e6, '1']) assert.equal(parseFromPage(view([], [], cells)), undefined);
  });

  it('refuses requests that are unknown or whose question is wrong', () => {
    const bad: [unknown, unknown][] = [
      ['format', null], ['constructor', null], ['__proto__', null], [1, null], ['write', null],
      ['write', { offset: -1, bytes: Uint8Array.of(1) }], ['write', { offset: 0, bytes: [1] }],
      ['write', { offset: 0, bytes: new Uint8Array(MAX_WRITE_BYTES + 1) }],
      ['write', { offset: 0, bytes: Uint8Array.of(1), mask: Uint8Array.of(1, 2) }],
      ['write', { offset: Number.MAX_SAFE_INTEGER, bytes: Uint8Array.of(1) }],
      ['parseTypes', { source: 'x'.repeat(MAX_SOURCE + 1) }], ['parseTypes', { source: 1 }],
      ['write', { offset: 0, bytes: Uint8Array.of(1), expected: Uint8Array.of(1, 2) }],
      ['find', { spec: { kind: 'bytes', bytes: new Uint8Array() }, from: 0, backward: false }],
      ['find', { spec: { kind: 'text', text: 'a', encoding: 'ebcdic', matchCase: true }, from: 0, backward: false }],
      ['fill', { offset: 0, length: -1, pattern: Uint8Array.of(1) }], ['fill', { offset: 0, length: 4, pattern: new Uint8Array() }],
      ['read', { of: 'live', offset: 0, length: MAX_VIEW_BYTES + 1 }], ['takeSnapshot', { name: 'x'.repeat(201) }],
      ['setFormats', { formats: { a: 1 } }], ['compare', { left: '', right: 'live', from: 0 }],
      ['applyType', { source: '' }], ['setWriting', { on: 1 }], ['setWriting', null], ['follow', { on: true }],
    ]; // prettier-ignore
    for (const [name, ask] of bad) assert.equal(parseFromPage(request(name, ask)), undefined, String(name));
    assert.equal(parseFromPage({ type: 'request', id: -1, name: 'follow', ask: null }), undefined);
  });

  it('refuses everything that is no message', () => {
    for (const message of [
      undefined,
      null,
      1,
      'ready',
      [],
      {},
      { type: 'x' },
      { type: 'ack', sequences: [1.5] },
      { type: 'ack', sequences: 1 },
      { type: 'ack', sequences: [1, 2, 3] },
    ]) {
      assert.equal(parseFromPage(message), undefined);
    }
  });
});

describe('parseToPage', () => {
  const frame = {
    torn: [{ offset: 8, length: 4 }],
    time: 5,
    size: 32,
    ranges: [{ offset: 0, bytes: new Uint8Array(32) }],
    unheld: [[0, 16]],
  };
  const status = { phase: 'live', replaced: false, writing: false, canWrite: true, paused: false };

  const types = {
    suggested: [{ name: 'struct book', size: 64, offset: 64, why: "'book' in strategy (4711) points here." }],
    lacks: ['logger (4712) has no debug info.'],
    conflicts: [{ name: 'struct sample', sides: ['a (1)', 'b (2)'], rows: [{ path: 'x', cells: ['int at 0', 'absent'] }] }],
    notes: [{ message: '3:1: This is no JSON.', place: '.vscode/shmscope.json:3:1' }],
    compiles: true,
  };

  it('takes frames, states and replies', () => {
    for (const message of [
      { type: 'frame', frame },
      { type: 'status', status },
      { type: 'layout' },
      { type: 'layout', problem: { message: '3:5: unknown type', place: 'shared.h:3:5', compiles: true } },
      { type: 'types', types },
      { type: 'goTo', offset: 4096 },
      { type: 'editType' },
      { type: 'reply', id: 1, ok: null },
      { type: 'reply', id: 2, error: { code: 'EACCES', message: 'no' } },
    ]) {
      assert.deepEqual(parseToPage(message), message);
    }
  });

  it('takes the type of the largest header that is read', () => {
    const types = [{ name: 'int', kind: 'integer', size: 4, alignment: 4, origin: 'declaration' }];
    const layout = { layout: { root: 0, types }, name: 'int', from: 'vmlinux.h', source: 'x'.repeat(HEADER_MAX) };
    assert.deepEqual(parseToPage({ type: 'layout', layout }), { type: 'layout', layout });
  });

  it('refuses what is cut or wrong', () => {
    for (const message of [
      { type: 'frame', frame: { ...frame, ranges: [{ offset: 0, bytes: [1] }] } },
      { type: 'frame', frame: { ...frame, unheld: [[16, 0]] } },
      { type: 'frame', frame: { ...frame, size: -1 } },
      { type: 'frame', frame: { ...frame, torn: [0] } },
      { type: 'status', status: { ...status, phase: 'dead' } },
      { type: 'status', status: { ...status, paused: 1 } },
      { type: 'segment', segment: {} },
      { type: 'layout', layout: { name: 'a', from: 'b', layout: { root: 0, types: [{}] } } },
      { type: 'reply', id: 1, error: 'no' },
      { type: 'goTo', offset: -1 },
      { type: 'strip', strip: { size: 1, held: new Uint8Array(2), changed: new Uint8Array(3) } },
      { type: 'progress', id: 1, done: 2, found: 0 },
      { type: 'show', tab: 'constructor' },
      { type: 'layout', problem: 'gone' },
      { type: 'types', types: { ...types, suggested: [{ name: 'a', size: 1, offset: -1, why: '' }] } },
      { type: 'types', types: { ...types, conflicts: [{ name: 'a', sides: [], rows: [{}] }] } },
      { type: 'snapshots', list: [{ id: 'a', name: 'b', time: Number.NaN, size: -1, held: 0 }] },
    ]) {
      assert.equal(parseToPage(message), undefined, JSON.stringify(message));
    }
  });
});
