/** What bytes of the same marks are drawn with, worked out once for each combination of marks. */
import { STEPS } from '../state/changes.ts';
import { mix, type Layer } from './mixer.ts';
import type { Palette } from './palette.ts';
import { Mark, stepOf } from './rowState.ts';

export interface Look {
  /** Ground of the values; none where it is the view's. */
  readonly fill: string | undefined;
  /** Of a value that is zero, or is not held. */
  readonly zero: string;
  /** Along the lower edge of each row, where the bytes have changed. */
  readonly line: string | undefined;
  /** How many lines of the screen that is. */
  readonly thickness: number;
}

/** How strong a fresh change's colour is. */
const CHANGE_STRENGTH = 0.22;

export class Looks {
  readonly #palette: Palette;
  readonly #known = new Map<number, Look>();

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  of(code: number, hasFocus: boolean): Look {
    const key = code * 2 + (hasFocus ? 1 : 0);
    const known = this.#known.get(key);
    if (known) return known;
    const made = this.#make(code, hasFocus);
    this.#known.set(key, made);
    return made;
  }

  /** What is not held stands on stripes: its marks let them through. */
  #make(code: number, hasFocus: boolean): Look {
    const { colours } = this.#palette;
    const isStriped = (code & Mark.unheld) !== 0;
    const ground = isStriped ? [] : [{ colour: colours.background, alpha: 1 }];
    const layers = this.#layers(code, hasFocus);
    const below = isStriped ? [] : [...ground, ...layers];
    const freshness = (code & Mark.editing) === 0 ? this.#freshness(code) : 0;
    return {
      fill: layers.length > 0 ? mix(...ground, ...layers) : undefined,
      zero: mix(...below, { colour: colours.zero, alpha: 1 }),
      line: freshness > 0 ? mix(...below, { colour: colours.change, alpha: freshness }) : undefined,
      thickness: this.#isThick(code) ? 2 : 1,
    };
  }

  #layers(code: number, hasFocus: boolean): Layer[] {
    const { colours, isHighContrast } = this.#palette;
    const layers: Layer[] = [];
    const add = (colour: string, alpha = 1): unknown => layers.push({ colour, alpha });
    const isSelected = (code & Mark.selected) !== 0;
    if (code & Mark.hit) add(colours.hit);
    if (code & Mark.hovered) add(colours.hovered);
    if (isSelected && (hasFocus || !isHighContrast)) add(hasFocus ? colours.selectedActive : colours.selected);
    if (stepOf(code) > 0 && !isHighContrast && !isSelected) add(colours.change, this.#freshness(code) * CHANGE_STRENGTH);
    if (code & Mark.editing) add(colours.input);
    return layers;
  }

  /** A change is marked twice, by colour and by a line; in high contrast by the line alone, which is thicker while it is fresh. */
  #freshness(code: number): number {
    const { isHighContrast, reducesMotion } = this.#palette;
    const step = stepOf(code);
    if (step === 0) return 0;
    return isHighContrast ? 1 : reducesMotion ? 0.75 : 1 - (step - 1) / STEPS;
  }

  #isThick(code: number): boolean {
    return (code & Mark.selected) !== 0 || (this.#palette.isHighContrast && stepOf(code) <= STEPS / 2);
  }
}
