/** What a reload of the window keeps. */
import { isCount, isList, isObject, isOneOf, isOptional, isText } from '../../src/protocol/check.ts';
import { MAX_GUARDS, MAX_WATCHED, MAX_WATCH_MS } from '../../src/protocol/limits.ts';
import type { Baseline } from '../../src/protocol/keeping.ts';
import { isWatchedBytes, type WatchedBytes } from '../../src/protocol/writing.ts';
import { DEFAULT_HEIGHT } from '../drawer/sash.ts';
import { TABS } from '../drawer/parts.ts';
import type { DrawerState } from '../drawer/drawer.ts';
import { DEFAULT_LOOK, readLook, type ByteLook } from '../bytes/look.ts';
import type { ByteOrder, Encoding } from './store.ts';

/** A struct that is read whole; with the path of its sequence counter, or twice and equal. */
export interface GuardChoice {
  readonly path: string;
  readonly counter?: string;
}

/** What the fields are shown with. */
export interface FieldOptions {
  /** Holes and padding are rows. */
  readonly gaps: boolean;
  /** A column with the number of changes. */
  readonly counts: boolean;
  readonly guards: readonly GuardChoice[];
  /** Path of the array that is shown as a table. */
  readonly table?: string;
  /** Paths of the table's columns within an element; absent for the first ones. */
  readonly columns?: readonly string[];
}

/** What the tab Writers begins with. */
export interface WritersState {
  readonly fields: readonly WatchedBytes[];
  readonly ms: number;
  readonly reads: boolean;
}

export interface Persisted {
  readonly topRow: number;
  /** Bytes that a row had then. */
  readonly rowBytes: number;
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
  readonly look: ByteLook;
  readonly start: number;
  readonly end: number;
  readonly drawer: DrawerState;
  readonly fields: FieldOptions;
  readonly onlyIfUnchanged: boolean;
  readonly writers: WritersState;
}

export const DEFAULTS: Persisted = {
  topRow: 0,
  rowBytes: 16,
  fieldRow: 0,
  expanded: [],

  encoding: 'utf8',
  byteOrder: 'little',
  marks: 'frame',
  showStrip: true,
  announce: false,
  look: DEFAULT_LOOK,
  start: 0,
  end: 1,
  drawer: { open: false, tab: 'inspector', height: DEFAULT_HEIGHT },
  fields: { gaps: false, counts: false, guards: [] },
  onlyIfUnchanged: false,
  writers: { fields: [], ms: 10_000, reads: false },
};

/** Paths kept at most; the rest would be closed again. */
export const MAX_EXPANDED = 1000;

const isPath = (value: unknown): value is string => isText(value, 10_000);

function isGuardChoice(value: unknown): value is GuardChoice {
  return isObject(value) && isPath(value['path']) && isOptional(value['counter'], isPath);
}

function readFields(saved: unknown): FieldOptions {
  if (!isObject(saved)) return DEFAULTS.fields;
  const { gaps, counts, guards, table, columns } = saved;
  return {
    gaps: gaps === true,
    counts: counts === true,
    guards: isList(guards, MAX_GUARDS, isGuardChoice) ? guards : [],
    ...(isPath(table) ? { table } : {}),
    ...(isList(columns, MAX_EXPANDED, isPath) ? { columns } : {}),
  };
}

/** Each part that is not what it should be is what it is at first. */
export function readPersisted(saved: unknown): Persisted {
  if (!isObject(saved)) return DEFAULTS;
  const {
    topRow,
    rowBytes,
    fieldRow,
    expanded,
    share,
    encoding,
    byteOrder,
    look,
    marks,
    showStrip,
    announce,
    start,
    end,
    drawer,
  } = saved;
  const range = isCount(start) && isCount(end) && start < end;
  return {
    topRow: isCount(topRow) ? topRow : 0,
    rowBytes: isCount(rowBytes) && rowBytes > 0 && rowBytes <= 64 ? rowBytes : 16,
    fieldRow: isCount(fieldRow) ? fieldRow : 0,
    expanded: isList(expanded, MAX_EXPANDED, isPath) ? expanded : [],
    ...(typeof share === 'number' && share > 0 && share < 1 ? { share } : {}),
    encoding: isOneOf(encoding, ['utf8', 'ascii', 'utf16']) ? encoding : 'utf8',
    byteOrder: isOneOf(byteOrder, ['little', 'big']) ? byteOrder : 'little',
    marks: isText(marks, 1000) && marks !== '' ? marks : 'frame',
    showStrip: showStrip !== false,
    announce: announce === true,
    look: readLook(look),
    start: range ? start : 0,
    end: range ? end : 1,
    fields: readFields(saved['fields']),
    onlyIfUnchanged: saved['onlyIfUnchanged'] === true,
    drawer: readDrawer(drawer),
    writers: readWriters(saved['writers']),
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

function readWriters(saved: unknown): WritersState {
  if (!isObject(saved)) return DEFAULTS.writers;
  const { fields, ms, reads } = saved;
  return {
    fields: isList(fields, MAX_WATCHED, isWatchedBytes) ? fields : [],
    ms: isCount(ms) && ms > 0 && ms <= MAX_WATCH_MS ? ms : DEFAULTS.writers.ms,
    reads: reads === true,
  };
}
