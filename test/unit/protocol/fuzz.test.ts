/** Messages that no page of ours sends: a parser takes them or leaves them, and never throws or lets through what is out of bounds. */
import assert from 'node:assert/strict';
import { MAX_GUARDS, MAX_RANGES, MAX_VIEW_BYTES, MAX_WRITE_BYTES } from '../../../src/protocol/limits.ts';
import { isAsk } from '../../../src/protocol/requests.ts';
import { parseEnvelope, parseFromPage } from '../../../src/protocol/transport.ts';

const ROUNDS = 30_000;

/** mulberry32: the same messages in every run. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const number = { type: 'u32', byteOrder: 'little', aligned: true };
const spec = { kind: 'number', value: '42', ...number };
const asks: Readonly<Record<string, unknown>> = {
  write: { offset: 4, bytes: new Uint8Array(4), mask: new Uint8Array(4), expected: new Uint8Array(4) },
  fill: { offset: 0, length: 8, pattern: new Uint8Array(2) },
  undo: { force: false },
  find: { spec, from: 0, backward: false },
  findAll: { spec: { kind: 'bytes', bytes: new Uint8Array(3), mask: new Uint8Array(3) } },
  narrow: { first: true, how: 'between', number, value: '1', upper: '2' },
  takeSnapshot: { name: 'a' },
  compare: { left: 'a', right: 'live', from: 0 },
  read: { of: 'live', offset: 0, length: 16 },
  exportRange: { offset: 0, length: 16 },
  setFormats: { formats: { 'a[]': 'hex' } },
  applyType: { source: 'struct a {int b;};', name: 'struct a' },
  setPaused: { on: true },
  attach: null,
  openWhere: { offset: 8, tid: 5 },
  showOtherLock: { id: 'a', offset: 8 },
};
const guard = { offset: 8, length: 16, sequence: { offset: 0, length: 8, byteOrder: 'little' } };
const messages: readonly unknown[] = [
  { type: 'ready' },
  { type: 'ack', sequences: [1] },
  { type: 'cancel', id: 1 },
  { type: 'view', view: { ranges: [{ offset: 0, length: 64 }], guards: [guard], cells: 512 } },
  ...Object.entries(asks).map(([name, ask]) => ({ type: 'request', id: 3, name, ask })),
];
const wrong: readonly unknown[] = [
  undefined, null, true, -1, 0.5, 2 ** 53, -0, Number.NaN, Infinity, '', 'constructor', '__proto__', 'x'.repeat(70_000), [], {}, new Map(),
  10n, new Uint8Array(0), new Uint8Array(MAX_WRITE_BYTES + 1), new Float64Array(2), Array.from({ length: 200 }, () => ({ offset: 0, length: 1 })),
  new Date(), () => 0, Symbol('x'), { offset: 0, length: 2 ** 40 },
]; // prettier-ignore

describe('messages of anybody', () => {
  const next = random(4);
  const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(next() * of.length)];

  /** The same with one part, somewhere in it, replaced, left out or added. */
  function mutate(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || next() < 0.2) return pick(wrong);
    if (Array.isArray(value)) return value.map((item: unknown, i) => (i === 0 ? mutate(item) : item));
    const entries: [string, unknown][] = Object.entries(value);
    const at = Math.floor(next() * entries.length);
    if (next() < 0.1) return Object.fromEntries(entries.filter((_, i) => i !== at));
    if (next() < 0.1) return Object.fromEntries([...entries, ['extra', pick(wrong)]]);
    return Object.fromEntries(entries.map(([key, item], i) => [key, i === at ? mutate(item) : item]));
  }

  it('are taken whole and within bounds, or refused', () => {
    let taken = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const parsed = parseFromPage(mutate(pick(messages)));
      if (!parsed) continue;
      taken += 1;
      if (parsed.type === 'request') assert.ok(isAsk(parsed.name, parsed.ask));
      if (parsed.type !== 'view') continue;
      const { ranges, guards } = parsed.view;
      assert.ok(ranges.length <= MAX_RANGES && guards.length <= MAX_GUARDS);
      assert.ok([...ranges, ...guards].reduce((sum, { length }) => sum + length, 0) <= MAX_VIEW_BYTES);
      for (const { offset, length } of [...ranges, ...guards]) assert.ok(offset >= 0 && Number.isSafeInteger(offset + length));
    }
    assert.ok(taken > 0 && taken < ROUNDS / 2, `${taken} of ${ROUNDS} were taken`);
  });

  it('are all taken as they are without a fault in them', () => {
    for (const message of messages) assert.ok(parseFromPage(message), JSON.stringify(message));
  });

  it('do not throw in the page either', () => {
    const frame = {
      time: 1,
      size: 64,
      ranges: [{ offset: 0, bytes: new Uint8Array(8) }],
      unheld: [[0, 8]],
      torn: [{ offset: 0, length: 8 }],
    };
    const strip = { size: 1, held: new Uint8Array(4), changed: new Uint8Array(4), roundMs: 5 };
    const pushed = [
      { type: 'frame', frame },
      { type: 'strip', strip },
      { type: 'goTo', offset: 1, length: 2 },
    ];
    for (let round = 0; round < ROUNDS; round++) parseEnvelope(mutate({ sequence: 1, message: pick(pushed) }));
  });
});
