/** What asks the user something without standing in the way: a box in the corner, in the look of VS Code's notifications. */
import { el } from '../dom.ts';

export class Toasts {
  readonly element = el('div', { class: 'toasts' });
  #open: { readonly box: HTMLElement; readonly back: Element | null } | undefined;

  /** Shows `box` in place of the one that is open, and puts the focus to `first`. Escape closes it. */
  show(box: HTMLElement, first: HTMLElement): void {
    const back = this.#open?.back ?? document.activeElement;
    this.#open = { box, back };
    this.element.replaceChildren(box);
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
    // An element of @vscode-elements can be focused once it was drawn.
    requestAnimationFrame(() => first.focus());
  }

  /** Gives the focus back to where it was. */
  close(): void {
    const open = this.#open;
    this.#open = undefined;
    this.element.replaceChildren();
    if (open?.back instanceof HTMLElement) open.back.focus({ preventScroll: true });
  }
}
