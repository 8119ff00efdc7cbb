/** Colours put over each other beforehand: to fill with one that lets the ground through takes several times as long as with what they come to. */

export interface Layer {
  /** As the browser tells a computed colour: rgb(), rgba() or color(srgb). */
  readonly colour: string;
  /** 0 to 1, beside what the colour has itself. */
  readonly alpha: number;
}

/** Red, green and blue of 0 to 255, and alpha of 0 to 1. */
type Channels = readonly [number, number, number, number];

const NOTHING: Channels = [0, 0, 0, 0];

/**
 * The colour that layers come to, the lowest first; opaque where that one is. Composited as "source over" is in W3C's Compositing and
 * Blending. Not by a canvas that is read: browsers that do not want to be told apart give other pixels than they drew.
 */
export function mix(...layers: readonly Layer[]): string {
  const [red, green, blue, alpha] = layers.reduce(over, NOTHING);
  return `rgba(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}, ${alpha})`;
}

function over(below: Channels, { colour, alpha }: Layer): Channels {
  const above = channelsOf(colour);
  const share = above[3] * alpha;
  const left = below[3] * (1 - share);
  const whole = share + left;
  const channel = (at: 0 | 1 | 2): number => (whole === 0 ? 0 : (above[at] * share + below[at] * left) / whole);
  return [channel(0), channel(1), channel(2), whole];
}

function channelsOf(colour: string): Channels {
  const [red = 0, green = 0, blue = 0, alpha = 1] = Array.from(colour.matchAll(/[\d.]+(?:e-?\d+)?/g), ([text]) => Number(text));
  const scale = colour.startsWith('color(') ? 255 : 1;
  return [red * scale, green * scale, blue * scale, alpha];
}
