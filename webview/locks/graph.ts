/** A deadlock as a picture, and the same in words beneath it. */
import type { CycleStepInfo, FindingInfo, LockPlace } from '../../src/protocol/locking.ts';
import { el } from '../dom.ts';
import { NODE_HEIGHT, NODE_WIDTH, placeName, ringOf, type RingArrow, type RingNode } from './ring.ts';
import { threadText, whereText } from './words.ts';

const SVG = 'http://www.w3.org/2000/svg';

function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

function text(content: string, attributes: Readonly<Record<string, string | number>>): SVGTextElement {
  const element = svg('text', attributes);
  element.textContent = content;
  return element;
}

export class DeadlockGraph {
  readonly element = el('div', { class: 'deadlock', attributes: { tabindex: '0', role: 'group', 'aria-label': 'Deadlock' } });
  readonly #onLock: (lock: LockPlace) => void;
  #shown = '';

  /** `onLock`: a lock was pressed. */
  constructor(onLock: (lock: LockPlace) => void) {
    this.#onLock = onLock;
  }

  draw({ cycle = [] }: FindingInfo): void {
    const key = JSON.stringify(cycle);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = nameOf(document.activeElement);
    this.element.replaceChildren(this.#picture(cycle), this.#words(cycle));
    if (focused === undefined) return;
    [...this.element.querySelectorAll<SVGElement>('.ring-node.lock')].find((node) => nameOf(node) === focused)?.focus();
  }

  #picture(cycle: readonly CycleStepInfo[]): SVGElement {
    const { width, height, nodes, arrows } = ringOf(cycle);
    const label = `${cycle.map(threadText).join(', ')} wait for each other in a circle`;
    return svg(
      'svg',
      { class: 'ring', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': label },
      svg('defs', {}, head('waits'), head('held')),
      ...arrows.map(arrow),
      ...nodes.map((node) => this.#node(node)),
    );
  }

  #node({ kind, x, y, lines, title, lock }: RingNode): SVGElement {
    const name = svg('title', {});
    name.textContent = title;
    const box = { width: NODE_WIDTH, height: NODE_HEIGHT, rx: kind === 'thread' ? NODE_HEIGHT / 2 : 2 };
    const centre = NODE_WIDTH / 2;
    const node = svg(
      'g',
      { class: `ring-node ${kind}`, transform: `translate(${x} ${y})` },
      name,
      svg('rect', box),
      text(lines[0], { class: 'ring-name', x: centre, y: 15, 'text-anchor': 'middle' }),
      text(lines[1], { class: 'ring-note', x: centre, y: 29, 'text-anchor': 'middle' }),
    );
    if (!lock) {
      node.setAttribute('role', 'img');
      return node;
    }
    node.setAttribute('role', 'button');
    node.setAttribute('tabindex', '0');
    node.addEventListener('click', () => this.#onLock(lock));
    node.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.#onLock(lock);
    });
    return node;
  }

  #words(cycle: readonly CycleStepInfo[]): HTMLElement {
    const items = cycle.map((step) => {
      const where = whereText(step.where);
      const at = where === undefined ? '' : ` at ${where}`;
      const words = `${threadText(step)} holds ${full(step.holds)} and waits for ${full(step.wants)}${at}.`;
      return el('li', { text: words });
    });
    return el('ol', { class: 'ring-words' }, ...items);
  }
}

/** What a lock in the picture is called. */
function nameOf(element: Element | null): string | undefined {
  return element?.closest('.ring-node.lock')?.querySelector('title')?.textContent;
}

function full(lock: LockPlace): string {
  return lock.here ? placeName(lock) : `${placeName(lock)} in ${lock.segment}`;
}

function head(kind: RingArrow['kind']): SVGElement {
  const size = { markerWidth: 9, markerHeight: 8, refX: 8, refY: 4, orient: 'auto', markerUnits: 'userSpaceOnUse' };
  return svg('marker', { id: `ring-head-${kind}`, class: `ring-head ${kind}`, ...size }, svg('path', { d: 'M0 0 L9 4 L0 8 z' }));
}

function arrow({ kind, x1, y1, x2, y2, label, labelX, labelY, anchor }: RingArrow): SVGElement {
  return svg(
    'g',
    { class: `ring-arrow ${kind}`, 'aria-hidden': 'true' },
    svg('line', { x1, y1, x2, y2, 'marker-end': `url(#ring-head-${kind})` }),
    text(label, { x: labelX, y: labelY, 'text-anchor': anchor }),
  );
}
