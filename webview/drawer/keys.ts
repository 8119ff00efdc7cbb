/** Keys of the whole page that lead into the drawer, or take edits back. */
import type { EditActions } from '../edit/actions.ts';
import type { Find } from '../find/find.ts';
import type { Snapshots } from '../snapshots/snapshots.ts';
import type { Drawer } from './drawer.ts';

export interface KeyParts {
  readonly drawer: Drawer;
  readonly find: Find;
  readonly snapshots: Snapshots;
  readonly actions: EditActions;
}

export function listenForKeys(parts: KeyParts): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || !act(event, parts)) return;
    event.preventDefault();
    // VS Code listens at the window, and has other uses for some: Shift+Alt+S opens its menu Selection, which takes the focus.
    event.stopPropagation();
  });
}

/** An input takes its own undo. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function act(event: KeyboardEvent, { drawer, find, snapshots, actions }: KeyParts): boolean {
  const ctrl = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (ctrl && !event.altKey && !event.shiftKey && key === 'f') {
    if (!drawer.isShown('find') || !isTyping(event)) find.seed();
    drawer.show('find');
  } else if (key === 'f3' && !ctrl && !event.altKey) {
    if (find.ready) void find.findNext(event.shiftKey);
    else drawer.show('find');
  } else if (key === 'f7' && !ctrl && !event.altKey) snapshots.step(event.shiftKey ? -1 : 1);
  else if (event.altKey && event.shiftKey && !ctrl && event.code === 'KeyI') drawer.toggle('inspector');
  else if (event.altKey && event.shiftKey && !ctrl && event.code === 'KeyS') drawer.toggle('snapshots');
  else if (event.altKey && event.shiftKey && !ctrl && event.code === 'KeyL') drawer.toggle('locks');
  else if (event.altKey && event.shiftKey && !ctrl && event.code === 'KeyW') drawer.toggle('writers');
  else if (!ctrl || event.altKey || isTyping(event)) return false;
  else if (key === 'z') void actions.undo(event.shiftKey ? 'redo' : 'undo');
  else if (key === 'y' && !event.shiftKey) void actions.undo('redo');
  else return false;
  return true;
}
