/** Colours put over each other beforehand: to fill with one that lets the ground through takes several times as long as with what they come to. */

export interface Layer {
  /** Of CSS. */
  readonly colour: string;
  /** 0 to 1, beside what the colour has itself. */
  readonly alpha: number;
}

let pixel: OffscreenCanvasRenderingContext2D | null = null;

/** The colour that layers come to, the lowest first; opaque where that one is. */
export function mix(...layers: readonly Layer[]): string {
  pixel ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (!pixel) throw new Error('This browser gives no canvas to mix colours on.');
  pixel.clearRect(0, 0, 1, 1);
  for (const { colour, alpha } of layers) {
    pixel.fillStyle = colour;
    pixel.globalAlpha = alpha;
    pixel.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue, alpha = 0] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}
