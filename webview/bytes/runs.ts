/** The text of one row, put together to as few calls as it has colours: a call costs more than the spaces in it. */

/** From here on scripts begin that turn the order of a line or join its letters. */
const LATIN_END = 0x250;
/** What values and offsets are made of. */
const VALUE_CHARACTERS = '0123456789abcdefint.+-–·_';
/** Of a font in which these are as wide as each other, all of ASCII is: to measure each one takes as long as drawing some rows. */
const WIDE_AND_NARROW = 'Wm@il.';

interface Run {
  readonly colour: string;
  text: string;
  /** In characters from the row's first. */
  readonly start: number;
  end: number;
}

/** Gaps between what has the same colour, by their length. */
const gaps: string[] = [];
const gap = (length: number): string => (gaps[length] ??= ' '.repeat(length));

export class Runs {
  readonly #context: CanvasRenderingContext2D;
  readonly #runs: Run[] = [];
  /** Glyphs that stand for themselves: a font of their own may make them higher or wider than the others. */
  readonly #others: { readonly colour: string; readonly at: number; readonly glyph: string }[] = [];
  readonly #plain = new Map<string, boolean>();
  #char = 1;
  #isFixed = true;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /** `char` as in Metrics, after the context has got its font and its spacing. */
  reset(char: number): void {
    this.#char = char;
    this.#plain.clear();
    if ([...WIDE_AND_NARROW].every((one) => this.#isPlain(one)))
      for (let code = 0x20; code < 0x7f; code++) this.#plain.set(String.fromCharCode(code), true);
    this.#isFixed = [...VALUE_CHARACTERS].every((one) => this.#fits(one));
  }

  /** A value or an offset, from character `at` on. */
  add(colour: string, at: number, text: string, x: number, y: number): void {
    if (!this.#isFixed) this.#draw(colour, text, x + at * this.#char, y);
    else this.#join(colour, at, text);
  }

  /** One character of any script. */
  addGlyph(colour: string, at: number, glyph: string): void {
    if (this.#isPlain(glyph)) this.#join(colour, at, glyph);
    else this.#others.push({ colour, at, glyph });
  }

  #join(colour: string, at: number, text: string): void {
    const run = this.#runOf(colour, at);
    run.text += gap(at - run.end);
    run.text += text;
    run.end = at + text.length;
  }

  #runOf(colour: string, at: number): Run {
    for (const run of this.#runs) if (run.colour === colour) return run;
    const run = { colour, text: '', start: at, end: at };
    this.#runs.push(run);
    return run;
  }

  /** Draws what was added; `x` is where the row's first character stands, and nothing leaves [top, top + height). */
  flush(x: number, y: number, top: number, height: number): void {
    for (const { colour, text, start } of this.#runs) this.#draw(colour, text, x + start * this.#char, y);
    this.#runs.length = 0;
    if (this.#others.length === 0) return;
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(0, top, context.canvas.width, height);
    context.clip();
    for (const { colour, at, glyph } of this.#others.splice(0)) this.#draw(colour, glyph, x + at * this.#char, y);
    context.restore();
  }

  #draw(colour: string, text: string, x: number, y: number): void {
    this.#context.fillStyle = colour;
    this.#context.fillText(text, x, y);
  }

  /** Whether it takes as much room as every other, and may stand in one text with its neighbours. */
  #isPlain(glyph: string): boolean {
    const known = this.#plain.get(glyph);
    if (known !== undefined) return known;
    const plain = (glyph.codePointAt(0) ?? LATIN_END) < LATIN_END && this.#fits(glyph);
    this.#plain.set(glyph, plain);
    return plain;
  }

  #fits(glyph: string): boolean {
    return Math.abs(this.#context.measureText(glyph).width - this.#char) < 0.05;
  }
}
