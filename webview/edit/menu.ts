/** The context menu of the bytes. */
import { Menu, type MenuItem } from '../menu/menu.ts';
import type { Store } from '../state/store.ts';
import type { EditActions } from './actions.ts';

export interface BytesMenuParts {
  /** The section that holds the bytes; inside it the grid has the focus. */
  readonly bytes: HTMLElement;
  readonly store: Store;
  /** The byte that is drawn at a place of the window. */
  readonly offsetAt: (clientX: number, clientY: number) => number | undefined;
  readonly select: (offset: number) => void;
  readonly actions: EditActions;
  readonly onFind: () => void;
  readonly onInspect: () => void;
  /** What can be watched of the selection. */
  readonly writerItems: () => readonly MenuItem[];
}

/** Opens the menu by the right button, the menu key and Shift+F10, and pastes what Ctrl+V brings. */
export function listenForMenu(parts: BytesMenuParts): void {
  const { bytes, actions, store, offsetAt, select } = parts;
  /** By key there is no place of its own: the menu opens at the cursor. */
  const open = (x?: number, y?: number): void => {
    const cursor = (bytes.querySelector('.caret') ?? bytes).getBoundingClientRect();
    new Menu('Bytes', items(parts), x ?? cursor.left, y ?? cursor.bottom);
  };
  bytes.addEventListener('keydown', (event) => {
    if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
    event.preventDefault();
    open();
  });
  bytes.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    // Some platforms send this for the key as well.
    if (event.button !== 2) return;
    const at = offsetAt(event.clientX, event.clientY);
    const { start, end } = store.selection;
    // What is under the pointer is meant, unless it is one of the selected bytes.
    if (at !== undefined && (at < start || at >= end)) select(at);
    open(event.clientX, event.clientY);
  });
  document.addEventListener('paste', (event) => {
    const { target } = event;
    if (!(target instanceof Node) || !bytes.contains(document.activeElement) || target instanceof HTMLInputElement) return;
    event.preventDefault();
    actions.paste(event.clipboardData?.getData('text/plain') ?? '', isInText(bytes));
  });
}

const isInText = (bytes: HTMLElement): boolean => bytes.querySelector('.in-text') !== null;

function items({ bytes, actions, onFind, onInspect, writerItems }: BytesMenuParts): readonly MenuItem[] {
  const disabled = actions.refusal;
  const paste = (): void => void actions.pasteFromClipboard(isInText(bytes));
  return [
    { label: 'Copy as Hex', keys: 'Ctrl+C', run: () => actions.copy('hex') },
    { label: 'Copy as C Array', run: () => actions.copy('c') },
    { label: 'Copy as Text', run: () => actions.copy('text') },
    { label: 'Find…', keys: 'Ctrl+F', separated: true, run: onFind },
    { label: 'Inspect', keys: 'Shift+Alt+I', run: onInspect },
    ...writerItems(),
    { label: 'Paste', keys: 'Ctrl+V', separated: true, disabled, run: paste },
    { label: 'Fill…', disabled, run: () => actions.fill() },
    { label: 'Write File Here…', disabled, run: () => actions.writeFile() },
    { label: 'Undo', keys: 'Ctrl+Z', disabled, run: () => void actions.undo('undo') },
    { label: 'Redo', keys: 'Ctrl+Y', disabled, run: () => void actions.undo('redo') },
    { label: 'Export Selection…', separated: true, run: () => actions.exportSelection() },
  ];
}
