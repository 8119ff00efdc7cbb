/** How large a character and a row are, in the screen's own pixels, so that every glyph stands on whole ones. */

export interface Metrics {
  /** Device pixels of one CSS pixel. */
  readonly scale: number;
  /** CSS font of the canvas, its size in device pixels. */
  readonly font: string;
  /** Device pixels from one character to the next: a whole number. */
  readonly char: number;
  /** What is added after each character for that. */
  readonly spacing: number;
  /** Device pixels from the top of a row to the base line. */
  readonly baseline: number;
  /** CSS pixels of a row. */
  readonly row: number;
  /** Device pixels left of the first character. */
  readonly padding: number;
}

/** CSS pixels on either side of a row. */
export const PADDING = 14;
const SAMPLE = 100;

/** The device pixel at which row `index` begins. */
export function rowTop(metrics: Metrics, index: number): number {
  return Math.round(index * metrics.row * metrics.scale);
}

/** Measures the font of `element`, whose rows are `row` CSS pixels high. */
export function measure(element: HTMLElement, context: CanvasRenderingContext2D, row: number): Metrics {
  const scale = window.devicePixelRatio || 1;
  const style = getComputedStyle(element);
  const font = `${style.fontWeight} ${Number.parseFloat(style.fontSize) * scale}px ${style.fontFamily}`;
  context.font = font;
  context.letterSpacing = '0px';
  const sample = context.measureText('0'.repeat(SAMPLE));
  const natural = sample.width / SAMPLE;
  const char = Math.max(1, Math.round(natural));
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = sample;
  const baseline = Math.round((Math.round(row * scale) - above - below) / 2 + above);
  return { scale, font, char, spacing: char - natural, baseline, row, padding: Math.round(PADDING * scale) };
}
