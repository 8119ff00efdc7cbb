/** What is wrong with locks of this segment, one sentence each. */
import type { FindingInfo } from '../../src/protocol/locking.ts';
import { el, icon } from '../dom.ts';

export class Findings {
  readonly element = el('ul', { class: 'findings', attributes: { 'aria-label': 'Findings' } });
  readonly #onPick: (finding: FindingInfo) => void;
  #shown: readonly FindingInfo[] = [];
  #built = '';

  constructor(onPick: (finding: FindingInfo) => void) {
    this.#onPick = onPick;
  }

  draw(findings: readonly FindingInfo[], chosen: string | undefined): void {
    if (findings !== this.#shown) {
      // A button that is being pressed stays the same one.
      const built = JSON.stringify(findings);
      if (built !== this.#built) this.#build(findings);
      this.#built = built;
      this.#shown = findings;
    }
    const several = findings.filter(({ cycle }) => cycle).length > 1;
    [...this.element.querySelectorAll('button')].forEach((button, index) => {
      const { key, cycle } = findings[index] ?? {};
      // Which of several deadlocks is drawn beside.
      if (several && cycle) button.setAttribute('aria-pressed', String(key === chosen));
      else button.removeAttribute('aria-pressed');
    });
  }

  #build(findings: readonly FindingInfo[]): void {
    const focused = [...this.element.querySelectorAll('button')].findIndex((button) => button === document.activeElement);
    const key = this.#shown[focused]?.key;
    const items = findings.map((finding) => {
      const { severity, text } = finding;
      const button = el(
        'button',
        { class: `finding ${severity}`, title: 'Show where', attributes: { type: 'button' } },
        icon(severity === 'error' ? 'error' : 'warning'),
        el('span', { text }),
      );
      button.addEventListener('click', () => this.#onPick(finding));
      return el('li', {}, button);
    });
    this.element.replaceChildren(...items);
    const again = key === undefined ? -1 : findings.findIndex((finding) => finding.key === key);
    this.element.querySelectorAll('button')[again]?.focus();
  }
}
