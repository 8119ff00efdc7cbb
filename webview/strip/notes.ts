/** Notes what is to be drawn, so that a picture that looks the same as the one before is not drawn again. */
import type { Brush } from './paint.ts';

type Call = readonly [
  what: 'fillRect' | 'strokeRect',
  style: Brush['fillStyle'],
  alpha: number,
  line: number,
  rect: readonly number[],
];

export class Notes implements Brush {
  fillStyle: Brush['fillStyle'] = '';
  strokeStyle: Brush['strokeStyle'] = '';
  lineWidth = 1;
  globalAlpha = 1;
  #calls: Call[] = [];

  clearRect(): void {
    this.#calls = [];
  }

  fillRect(...rect: readonly [number, number, number, number]): void {
    this.#calls.push(['fillRect', this.fillStyle, this.globalAlpha, this.lineWidth, rect]);
  }

  strokeRect(...rect: readonly [number, number, number, number]): void {
    this.#calls.push(['strokeRect', this.strokeStyle, this.globalAlpha, this.lineWidth, rect]);
  }

  /** The same for pictures that look the same. */
  get text(): string {
    return JSON.stringify(this.#calls);
  }

  /** On what is empty. */
  draw(brush: Brush): void {
    for (const [what, style, alpha, line, [x = 0, y = 0, width = 0, height = 0]] of this.#calls) {
      brush.fillStyle = brush.strokeStyle = style;
      brush.globalAlpha = alpha;
      brush.lineWidth = line;
      brush[what](x, y, width, height);
    }
  }
}
