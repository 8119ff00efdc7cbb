/** What a reload of the window keeps. */
import { isCount, isList, isObject, isOneOf, isText } from '../../src/protocol/check.ts';
import type { Baseline } from '../../src/protocol/keeping.ts';
import { DEFAULT_HEIGHT } from '../drawer/sash.ts';
import { TABS } from '../drawer/parts.ts';
import type { DrawerState } from '../drawer/drawer.ts';
import type { ByteOrder, Encoding } from './store.ts';

export interface Persisted {
  readonly topRow: number;
  readonly fieldRow: number;
  readonly expanded: readonly string[];
  /** Part of the window that the fields take, 0 to 1; absent until the user moves the splitter. */
  readonly share?: number;
  readonly encoding: Encoding;
  readonly byteOrder: ByteOrder;
  /** What changes are marked against. */
  readonly marks: Baseline;
  readonly showStrip: boolean;
  readonly announce: boolean;
  readonly start: number;
  readonly end: number;
  readonly drawer: DrawerState;
}

export const DEFAULTS: Persisted = {
  topRow: 0,
  fieldRow: 0,
  expanded: [],

  encoding: 'utf8',
  byteOrder: 'little',
  marks: 'frame',
  showStrip: true,
  announce: false,
  start: 0,
  end: 1,
  drawer: { open: false, tab: 'inspector', height: DEFAULT_HEIGHT },
};

/** Paths kept at most; the rest would be closed again. */
export const MAX_EXPANDED = 1000;

const isPath = (value: unknown): value is string => isText(value, 10_000);

/** Each part that is not what it should be is what it is at first. */
export function readPersisted(saved: unknown): Persisted {
  if (!isObject(saved)) return DEFAULTS;
  const { topRow, fieldRow, expanded, share, encoding, byteOrder, marks, showStrip, announce, start, end, drawer } = saved;
  const range = isCount(start) && isCount(end) && start < end;
  return {
    topRow: isCount(topRow) ? topRow : 0,
    fieldRow: isCount(fieldRow) ? fieldRow : 0,
    expanded: isList(expanded, MAX_EXPANDED, isPath) ? expanded : [],
    ...(typeof share === 'number' && share > 0 && share < 1 ? { share } : {}),
    encoding: isOneOf(encoding, ['utf8', 'ascii']) ? encoding : 'utf8',
    byteOrder: isOneOf(byteOrder, ['little', 'big']) ? byteOrder : 'little',
    marks: isText(marks, 1000) && marks !== '' ? marks : 'frame',
    showStrip: showStrip !== false,
    announce: announce === true,
    start: range ? start : 0,
    end: range ? end : 1,
    drawer: readDrawer(drawer),
  };
}

function readDrawer(saved: unknown): DrawerState {
  if (!isObject(saved)) return DEFAULTS.drawer;
  const { open, tab, height } = saved;
  return {
    open: open === true,
    tab: isOneOf(tab, TABS) ? tab : DEFAULTS.drawer.tab,
    height: isCount(height) && height > 0 ? height : DEFAULTS.drawer.height,
  };
}
