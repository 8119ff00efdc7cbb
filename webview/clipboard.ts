/** Copying: the chosen field's value out of the fields, the selected bytes as hexadecimal or as text out of the bytes. */
import { formatBytes } from './edit/copy.ts';
import type { Store } from './state/store.ts';

/** The bytes of the selection as 'e5 85 b1', or as text; undefined where the page does not hold all of them. */
function selectedBytes(store: Store, asText: boolean): string | undefined {
  const { start, end } = store.selection;
  const bytes = store.snapshot?.slice(start, end - start);
  return bytes?.length === end - start ? formatBytes(bytes, asText ? 'text' : 'hex', store) : undefined;
}

/**
 * Answers VS Code's copy, which comes as an event to the focused element. `copyAll` copies selected bytes of which not all are on the
 * screen: that takes a read, for which the event does not wait.
 */
export function listenForCopy(store: Store, fields: HTMLElement, bytes: HTMLElement, copyAll: (asText: boolean) => void): void {
  document.addEventListener('copy', (event) => {
    const { target } = event;
    if (!(target instanceof Element) || target.matches('input, textarea')) return;
    const text = fields.contains(target)
      ? chosenValue(store, fields)
      : selectedBytes(store, bytes.querySelector('.in-text') !== null);
    if (text === undefined) {
      event.preventDefault();
      if (fields.contains(target)) store.setNotice('Only a value on the screen can be copied: scroll until it is visible.');
      else copyAll(bytes.querySelector('.in-text') !== null);
      return;
    }
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  });
}

function chosenValue(store: Store, fields: HTMLElement): string | undefined {
  const { path } = store.selection;
  const row = [...fields.querySelectorAll<HTMLElement>('[role="row"][data-path]')].find(
    (element) => element.dataset['path'] === path,
  );
  return row?.querySelector<HTMLElement>('[data-value]')?.dataset['value'];
}
