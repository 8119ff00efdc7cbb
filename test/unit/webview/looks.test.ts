import assert from 'node:assert/strict';
import { Looks } from '../../../webview/bytes/looks.ts';
import { mix } from '../../../webview/bytes/mixer.ts';
import type { Colours, Palette } from '../../../webview/bytes/palette.ts';
import { Mark } from '../../../webview/bytes/rowState.ts';

const BLACK = { colour: 'rgb(0, 0, 0)', alpha: 1 };
const WHITE = { colour: 'rgb(255, 255, 255)', alpha: 1 };

describe('mix', () => {
  it('puts colours over each other', () => {
    assert.equal(mix(BLACK, { colour: 'rgb(200, 100, 50)', alpha: 0.5 }), 'rgba(100, 50, 25, 1)');
    assert.equal(mix(BLACK, { colour: 'rgba(200, 100, 50, 0.5)', alpha: 0.5 }), 'rgba(50, 25, 13, 1)');
    assert.equal(mix(BLACK, { ...WHITE, alpha: 0.5 }, { colour: 'rgba(0, 0, 0, 0.5)', alpha: 1 }), 'rgba(64, 64, 64, 1)');
    assert.equal(mix(WHITE, BLACK), 'rgba(0, 0, 0, 1)');
  });

  it('lets through what is below where nothing opaque is', () => {
    assert.equal(mix({ colour: 'rgba(200, 100, 50, 0.5)', alpha: 0.5 }), 'rgba(200, 100, 50, 0.25)');
    assert.equal(mix({ ...WHITE, alpha: 0.5 }, { ...BLACK, alpha: 0.5 }), 'rgba(85, 85, 85, 0.75)');
    assert.equal(mix(), 'rgba(0, 0, 0, 0)');
  });

  it('reads colours as browsers tell mixed ones', () => {
    assert.equal(mix({ colour: 'color(srgb 1 0.5 0)', alpha: 1 }), 'rgba(255, 128, 0, 1)');
    assert.equal(mix({ colour: 'color(srgb 1 0.5 1e-7 / 0.5)', alpha: 1 }), 'rgba(255, 128, 0, 0.5)');
  });
});

describe('Looks', () => {
  const colours: Colours = {
    background: 'rgb(0, 0, 0)',
    text: 'rgb(204, 204, 204)',
    dim: 'rgb(150, 150, 150)',
    zero: 'rgba(200, 200, 200, 0.5)',
    string: 'rgb(200, 120, 100)',
    change: 'rgb(200, 100, 0)',
    focus: 'rgb(0, 0, 255)',
    hatch: 'rgba(255, 255, 255, 0.1)',
    hit: 'rgba(200, 0, 0, 0.5)',
    hovered: 'rgba(0, 200, 0, 0.5)',
    selected: 'rgb(50, 50, 50)',
    selectedActive: 'rgb(0, 60, 120)',
    selectedText: 'rgb(255, 255, 255)',
    input: 'rgb(30, 30, 30)',
    inputText: 'rgb(255, 255, 255)',
    edge: 'rgb(255, 255, 0)',
  };
  const looks = (more: Partial<Palette> = {}): Looks =>
    new Looks({ colours, isHighContrast: false, reducesMotion: false, ...more });
  const FRESH = 1 << 6;
  const FADED = 4 << 6;

  it('have no ground of their own where nothing is marked', () =>
    assert.deepEqual(looks().of(0, true), { fill: undefined, line: undefined, thickness: 1, zero: 'rgba(100, 100, 100, 1)' }));

  it('put marks over each other and over the ground, to colours that let nothing through', () => {
    const both = looks().of(Mark.hit | Mark.hovered, false);
    assert.deepEqual(both, { fill: 'rgba(50, 100, 0, 1)', line: undefined, thickness: 1, zero: 'rgba(125, 150, 100, 1)' });
    assert.equal(looks().of(Mark.hit | Mark.selected, false).fill, 'rgba(50, 50, 50, 1)');
    assert.equal(looks().of(Mark.hit | Mark.selected, true).fill, 'rgba(0, 60, 120, 1)');
  });

  it('show a change by ground and line, both fading, and by a thicker line alone where it is selected', () => {
    const [fresh, faded] = [looks().of(FRESH, false), looks().of(FADED, false)];
    assert.deepEqual([fresh.fill, fresh.line, fresh.thickness], ['rgba(44, 22, 0, 1)', 'rgba(200, 100, 0, 1)', 1]);
    assert.deepEqual([faded.fill, faded.line], ['rgba(11, 6, 0, 1)', 'rgba(58, 29, 0, 1)']);
    const selected = looks().of(FRESH | Mark.selected, false);
    assert.deepEqual([selected.fill, selected.line, selected.thickness], ['rgba(50, 50, 50, 1)', 'rgba(200, 100, 0, 1)', 2]);
    assert.equal(looks({ reducesMotion: true }).of(FADED, false).line, looks({ reducesMotion: true }).of(FRESH, false).line);
  });

  it('show a change by the line alone in high contrast, thicker while it is fresh', () => {
    const [fresh, faded] = [looks({ isHighContrast: true }).of(FRESH, false), looks({ isHighContrast: true }).of(FADED, false)];
    assert.deepEqual([fresh.fill, fresh.line, fresh.thickness], [undefined, 'rgba(200, 100, 0, 1)', 2]);
    assert.deepEqual([faded.fill, faded.line, faded.thickness], [undefined, 'rgba(200, 100, 0, 1)', 1]);
  });

  it('show what is typed on the ground of an input, without a line', () => {
    const typed = looks().of(Mark.editing | Mark.selected | FRESH, true);
    assert.deepEqual([typed.fill, typed.line], ['rgba(30, 30, 30, 1)', undefined]);
  });

  it('let the stripes of what is not held through', () => {
    const striped = looks().of(Mark.unheld | Mark.hovered | FRESH, false);
    assert.equal(striped.fill, 'rgba(72, 164, 0, 0.61)');
    assert.equal(striped.zero, 'rgba(200, 200, 200, 0.5)');
    assert.equal(looks().of(Mark.unheld, false).fill, undefined);
  });
});
