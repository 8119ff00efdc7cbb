import assert from 'node:assert/strict';
import { MAX_WATCH_MS, MAX_WRITERS } from '../../../src/protocol/limits.ts';
import { parseEnvelope, parseFromPage } from '../../../src/protocol/transport.ts';
import { head, place, report, several } from '../../page/reports.ts';

const asked = (name: string, ask?: unknown) => parseFromPage({ type: 'request', id: 1, name, ask });
const told = (change: object) =>
  parseEnvelope({ sequence: 1, message: { type: 'writers', report: { ...report(), ...change } } })?.message;

describe('messages about writers', () => {
  it('take a search for one to four fields', () => {
    const ask = { fields: [head], ms: 10_000, reads: false };
    assert.deepEqual(asked('findWriters', ask), { type: 'request', id: 1, name: 'findWriters', ask });
    assert.ok(asked('findWriters', { ...ask, byteOrder: 'big' }));
    const wrong: readonly object[] = [
      { fields: [] },
      { fields: [head, head, head, head, head] },
      { fields: [{ ...head, length: 3 }] },
      { fields: [{ ...head, offset: 0x39 }] },
      { fields: [{ ...head, offset: -4 }] },
      { fields: [{ ...head, path: 7 }] },
      { fields: head },
      { ms: 0 },
      { ms: 0.5 },
      { ms: MAX_WATCH_MS + 1 },
      { ms: '10' },
      { reads: 1 },
      { byteOrder: 'middle' },
    ];
    for (const change of wrong) assert.equal(asked('findWriters', { ...ask, ...change }), undefined, JSON.stringify(change));
  });

  it('take the number of a place, and no path', () => {
    assert.ok(asked('openLine', { place: 3, of: 'caller', focus: true }));
    for (const ask of [
      undefined,
      {},
      { place: -1, of: 'own', focus: true },
      { place: 1, of: '/etc/passwd', focus: true },
      { file: '/x' },
    ])
      assert.equal(asked('openLine', ask), undefined);
    assert.ok(asked('stopWriters') && asked('exportWriters'));
    assert.equal(asked('stopWriters', { all: true }), undefined);
  });

  it('bring a report that is whole, or none', () => {
    const places = several();
    const message = told({ places, missed: [{ pid: 3, reason: 'No.' }], failure: { message: 'x' }, hint: [] });
    assert.ok(message?.type === 'writers');
    assert.deepEqual(message.report?.places, places);
    assert.deepEqual(parseEnvelope({ sequence: 1, message: { type: 'writers' } })?.message, { type: 'writers' });
  });

  it('refuse a report that is anything else', () => {
    const wrong: readonly object[] = [
      { state: 'over' },
      { places: [place(1, { rate: -1 })] },
      { places: [place(1, { rate: NaN })] },
      { places: [{ ...place(1), instruction: 5 }] },
      { places: [{ ...place(1), caller: 'main' }] },
      { places: Array.from({ length: MAX_WRITERS + 1 }, (_, id) => place(id)) },
      { fields: [{ offset: 1, length: 8 }] },
      { missed: [{ pid: 3 }] },
      { hint: [{ time: 1, before: 'a', after: 'b', ran: 'c' }] },
      { failure: {} },
      { lost: -1 },
      { now: undefined },
    ];
    for (const change of wrong) assert.equal(told(change), undefined, JSON.stringify(change).slice(0, 200));
  });
});
