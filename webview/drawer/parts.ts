/** What the drawer and its tabs are made with, and what a tab is. */
import type { FieldRow } from '../../src/decode/tree.ts';
import { DRAWER_TABS, type DrawerTab, type Range } from '../../src/protocol/messages.ts';
import type { Host } from '../host.ts';
import type { Store } from '../state/store.ts';

export const TABS = DRAWER_TABS;
export type TabName = DrawerTab;

/** How a tab reaches the rest of the page. */
export interface DrawerParts {
  readonly store: Store;
  readonly host: Host;
  /** A drawing is wanted soon. */
  readonly redraw: () => void;
  /** Selects [offset, offset + length) and shows it in the bytes and in the fields; the focus stays where it is. */
  readonly reveal: (offset: number, length: number) => void;
  readonly focusBytes: () => void;
  /** The field that begins where the selection does, or holds its first byte. */
  readonly chosen: () => FieldRow | undefined;
}

export interface Tab {
  readonly element: HTMLElement;
  /** Only called while the tab is shown. `now` as performance.now(). */
  draw(now: number): void;
  /** What the frames should hold for it while it is shown. */
  wanted(): readonly Range[];
  /** The tab was opened to be used: the cursor goes where one begins. */
  focus(): void;
  /** Something in it goes by the clock. */
  readonly isMoving?: boolean;
}
