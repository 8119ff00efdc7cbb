/** What a byte or a value is and was, as lines of text. */
import { formatHex } from '../format.ts';
import type { Store } from '../state/store.ts';
import type { Base } from './addresses.ts';
import { NEW } from '../state/changes.ts';
import { shapeOf, valueText } from './values.ts';
import { CONTEXT, fillWindow, newWindow } from './window.ts';

/** '0x30 (48)', its address, its value, and what it held before its last change where that is known. */
export function describe(store: Store, base: Base | undefined, offset: number, length: number): string {
  const shape = shapeOf(store.look, store.byteOrder === 'little');
  const first = offset - (offset % shape.size);
  const size = Math.max(length, shape.size);
  const lines = [`offset ${formatHex(offset)} (${offset.toLocaleString('en-US')})`];
  const address = base?.at(offset);
  if (address !== undefined) lines.push(`address 0x${address.toString(16)}`);
  const window = newWindow(size);
  fillWindow(window, store.snapshot, first, store.size);
  const isUnheld = store.snapshot?.unheldAt(first) !== undefined;
  const value = valueText(window, 0, shape).trim();
  if (value !== '') lines.push(isUnheld ? 'no memory held' : `holds ${value}`);
  if (store.changes.isNew(first, shape.size)) lines.push(NEW);
  const before = store.changes.previous(first, shape.size);
  if (before?.length === shape.size) {
    window.set(before, CONTEXT);
    lines.push(`held ${valueText(window, 0, shape).trim()} before its last change`);
  }
  return lines.join('\n');
}
