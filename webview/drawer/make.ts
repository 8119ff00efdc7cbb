/** The drawer with its tabs, what keys and the menu of the bytes do with them, and where questions about that are asked. */
import type { LockInfo } from '../../src/protocol/locking.ts';
import { EditActions } from '../edit/actions.ts';
import { listenForKeys } from './keys.ts';
import { listenForMenu, type BytesMenuParts } from '../edit/menu.ts';
import { Find } from '../find/find.ts';
import { Inspector } from '../inspector/inspector.ts';
import { Locks } from '../locks/locks.ts';
import { Snapshots } from '../snapshots/snapshots.ts';
import type { WritersState } from '../state/persisted.ts';
import { Writers } from '../writers/writers.ts';
import { Drawer, type DrawerState } from './drawer.ts';
import type { DrawerParts } from './parts.ts';

export interface MadeDrawer {
  readonly drawer: Drawer;
  readonly toasts: HTMLElement;
  /** Opens the tab Find with what is selected. */
  readonly findSelected: () => void;
  /** Opens the tab Locks with a lock chosen. */
  readonly showLock: (lock: LockInfo) => void;
  readonly writers: Writers;
}

export function makeDrawer(
  parts: DrawerParts,
  saved: { readonly drawer: DrawerState; readonly writers: WritersState },
  bytes: Pick<BytesMenuParts, 'bytes' | 'offsetAt'>,
): MadeDrawer {
  const { store, redraw, reveal, focusBytes } = parts;
  const writers = new Writers(parts, saved.writers, () => drawer.show('writers'));
  const tabs = {
    inspector: new Inspector(parts),
    find: new Find(parts),
    snapshots: new Snapshots(parts),
    locks: new Locks(parts),
    writers,
  };
  const actions = new EditActions(parts);
  const drawer = new Drawer(tabs, saved.drawer, redraw, focusBytes);
  listenForKeys({ drawer, find: tabs.find, snapshots: tabs.snapshots, actions });
  const findSelected = (): void => {
    tabs.find.seed();
    drawer.show('find');
  };
  listenForMenu({
    ...bytes,
    store,
    select: (offset) => reveal(offset, 1),
    actions,
    onFind: findSelected,
    onInspect: () => drawer.show('inspector'),
    writerItems: () => writers.itemsOfSelection(),
  });
  const showLock = (lock: LockInfo): void => {
    drawer.show('locks');
    tabs.locks.choose(lock);
  };
  return { drawer, toasts: actions.toasts.element, findSelected, showLock, writers };
}
