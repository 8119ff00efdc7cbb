import assert from 'node:assert/strict';
import { cellText, viewText } from '../../../webview/strip/describe.ts';
import { COOLING, StripHeat } from '../../../webview/strip/heat.ts';
import { paint, type Brush, type Picture } from '../../../webview/strip/paint.ts';

const GIB = 2 ** 30;
const strip = (size: number, held: readonly number[], changed: readonly number[] = [], roundMs?: number) => ({
  size,
  held: Uint8Array.from(held),
  changed: Uint8Array.from(held, (_, i) => changed[i] ?? 0),
  ...(roundMs === undefined ? {} : { roundMs }),
});
const warm = (heat: StripHeat, now: number): number[] => Array.from(heat.held, (_, i) => (heat.warmth(i, now) > 0 ? 1 : 0));

describe('StripHeat', () => {
  it('cools down, and counts the parts that are hot', () => {
    const heat = new StripHeat();
    assert.equal(heat.isCooling(0), false);
    heat.take(strip(6, [255, 255, 0, 255, 255, 255], [1, 1, 0, 0, 1, 0]), 100);
    assert.equal(heat.hotParts(100), 2);
    assert.equal(heat.warmth(0, 100), 1);
    heat.take(strip(6, [255, 255, 0, 255, 255, 255]), 100 + COOLING / 2);
    assert.equal(heat.warmth(0, 100 + COOLING / 2), 0.5);
    assert.equal(heat.isCooling(100 + COOLING), false);
    assert.equal(heat.hotParts(100 + COOLING), 0);
    heat.take(strip(6, [255, 255, 0, 255, 255, 255], [1]), 9000);
    heat.cool();
    assert.deepEqual([heat.hotParts(9000), heat.held.length], [0, 6]);
  });

  it('keeps the heat where it is when there are other cells or another size', () => {
    const heat = new StripHeat();
    heat.take(strip(800, [1, 1, 1, 1], [0, 1, 0, 0]), 100);
    heat.take(strip(800, [1, 1, 1, 1, 1, 1, 1, 1]), 200);
    assert.deepEqual(warm(heat, 200), [0, 0, 1, 1, 0, 0, 0, 0]);
    heat.take(strip(1600, [1, 1, 1, 1]), 300);
    assert.deepEqual(warm(heat, 300), [1, 0, 0, 0]);
    heat.take(strip(0, [0, 0]), 400);
    assert.deepEqual(warm(heat, 400), [0, 0]);
  });
});

describe('the strip in words', () => {
  it('says what is known and no more', () => {
    const heat = new StripHeat();
    assert.equal(viewText(4096, 64 * GIB, heat, 0), 'view at 0x1000 of 64 GiB');
    assert.deepEqual(cellText(heat, 0.5, 64 * GIB, 0, 0), ['0x800000000']);
    heat.take(strip(64 * GIB, [0, 9, 255, 0], [0, 0, 1]), 1000);
    assert.deepEqual(cellText(heat, 0, 64 * GIB, 0, 1000), ['0x0 – 0x3ffffffff', 'not looked at yet']);
    heat.take(strip(64 * GIB, [0, 9, 255, 0], [], 61_234), 1100);
    assert.equal(viewText(4096, 64 * GIB, heat, 1500), 'view at 0x1000 of 64 GiB, 1 part changing');
    assert.equal(viewText(4096, 64 * GIB, heat, 1000 + COOLING), 'view at 0x1000 of 64 GiB, nothing changing');
    const text = (at: number, hits: number, now: number): string =>
      cellText(heat, at, 64 * GIB, hits, now)
        .slice(1)
        .join('; ');
    assert.equal(text(0.7, 0, 1200), 'holds memory, changing; looked at every 61 s');
    assert.equal(text(0.7, 0, 3100), 'holds memory, changed 2 s ago; looked at every 61 s');
    assert.equal(text(0.7, 0, 181_000), 'holds memory, changed 3 min ago; looked at every 61 s');
    assert.equal(text(0.3, 12, 1200), 'holds memory in part; 12 hits; looked at every 61 s');
    assert.equal(text(0.999, 0, 1200), 'holds no memory; looked at every 61 s');
  });
});

describe('the strip drawn', () => {
  const colours = { held: 'held', heat: 'heat', hit: 'hit', selection: 'selection', frame: 'frame', shade: 'shade' };

  /** What was filled: colour, x, y, width, height. */
  function drawn(change: Partial<Picture>): unknown[][] {
    const rects: unknown[][] = [];
    const brush: Brush = {
      fillStyle: '', strokeStyle: '', lineWidth: 1, globalAlpha: 1, clearRect: () => undefined,
      fillRect: (...rect) => void rects.push([brush.fillStyle, ...rect]),
      strokeRect: (...rect) => void rects.push([brush.strokeStyle, ...rect]),
    }; // prettier-ignore
    paint(brush, colours, {
      width: 16, height: 100, ratio: 1, size: 64 * GIB, heat: new StripHeat(), view: { offset: 0, length: 640 },
      selection: { start: 0, end: 1, caret: 0 }, hits: new Float64Array(0), now: 0, contrast: false, still: false, ...change,
    }); // prettier-ignore
    return rects;
  }

  it('puts hits at the right edge and the selection at the left, neither too small to be seen', () => {
    const at = 32 * GIB;
    const hits = Float64Array.of(at, 4, at + 16, 4, at + 32, 4, 63.99 * GIB, 4, 99 * GIB, 4);
    const rects = drawn({ hits, selection: { start: 16 * GIB, end: 16 * GIB + 8, caret: 16 * GIB } });
    assert.deepEqual(
      rects.filter(([colour]) => colour === 'hit'),
      [
        ['hit', 11, 50, 5, 2],
        ['hit', 11, 98, 5, 2],
      ],
      'three in one row are drawn once, and none past the end',
    );
    assert.deepEqual(rects.find(([colour]) => colour === 'selection'), ['selection', 0, 25, 4, 2]); // prettier-ignore
  });

  it('frames the view, inside the strip also at the last byte', () => {
    assert.deepEqual(drawn({ view: { offset: 64 * GIB - 640, length: 640 } }).at(-1), ['frame', 0.5, 95.5, 15, 4]);
    assert.deepEqual(drawn({ size: 36, view: { offset: 0, length: 640 } }).at(-1), ['frame', 0.5, 0.5, 15, 99]);
    assert.deepEqual(drawn({ size: 0 }), []);
  });

  it('tells all by shape too in high contrast', () => {
    const heat = new StripHeat();
    heat.take(strip(4, [0, 10, 255, 255], [0, 0, 0, 1]), 0);
    const widths = drawn({ heat, size: 4, contrast: true }).filter(([colour]) => colour === 'held' || colour === 'heat');
    assert.deepEqual(widths.map(([colour, , y, width, rows]) => [colour, y, width, rows]), [
      ['held', 0, 1, 25], ['held', 25, 2, 25], ['held', 50, 6, 50], ['heat', 75, 16, 25],
    ]); // prettier-ignore
  });
});
