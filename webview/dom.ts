/** Building elements. Everything shown goes in as text: no string ever becomes markup. */

export interface Parts {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  parts: Parts = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (parts.class) element.className = parts.class;
  if (parts.text !== undefined) element.textContent = parts.text;
  if (parts.title !== undefined) element.title = parts.title;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A codicon in the page's own font. */
export function icon(name: string): HTMLElement {
  return el('span', { class: `codicon codicon-${name}`, attributes: { 'aria-hidden': 'true' } });
}

/** Sets text only where it differs: a write of the same text still costs a layout, and another node a style too. */
export function setText(element: Element, text: string): void {
  const { firstChild } = element;
  if (!(firstChild instanceof Text) || firstChild !== element.lastChild) {
    if (element.textContent !== text) element.textContent = text;
  } else if (firstChild.data !== text) firstChild.data = text;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}
