/** The theme's colours as a canvas takes them: computed by the browser from the style sheet, again when the theme changes. */
import { el } from '../dom.ts';
import type { Colours } from './paint.ts';

export class ThemeColours {
  /** Belongs into the document, inside what the style sheet is about; never seen. */
  readonly element = el('span', { class: 'probe', attributes: { 'aria-hidden': 'true' } });
  #known: Colours | undefined;

  /** VS Code changes the theme by a style on the document and a class on its body. */
  constructor(onChange: () => void) {
    const observer = new MutationObserver(() => {
      this.#known = undefined;
      onChange();
    });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    observer.observe(document.body, { attributes: true, attributeFilter: ['data-vscode-theme-id', 'data-vscode-theme-kind'] });
  }

  get(): Colours {
    this.#known ??= {
      held: this.#read('held'),
      heat: this.#read('heat'),
      hit: this.#read('hit'),
      selection: this.#read('selection'),
      frame: this.#read('frame'),
      shade: this.#read('shade'),
    };
    return this.#known;
  }

  #read(name: string): string {
    this.element.className = `probe ${name}`;
    return getComputedStyle(this.element).color;
  }
}
