/** Which fields can be edited in their place, and as what. */
import { MAX_BYTES, type FormatName } from '../../src/decode/format.ts';
import { encodeAs, type Shown } from '../../src/decode/formatted.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { Edited } from '../edit/valueInput.ts';
import { formatCount } from '../format.ts';
import type { Store } from '../state/store.ts';
import { decodeBytes, formatOf, INCONSISTENT, isContainer, type Place } from './value.ts';

export type Editable = Place & Pick<FieldRow, 'name' | 'gap'>;

export interface EditedField extends Edited {
  readonly path: string;
}

/** The field as a value that is edited, or why it cannot be. `leaf` is what is shown of it. */
export function editedField(row: Editable, leaf: Shown | undefined, store: Store): EditedField | string {
  const { path, name, offset, size, type, bitOffset, bitWidth } = row;
  const format = formatOf(row, store.formats);
  const reason = refusal(row, format, leaf, store);
  if (reason !== undefined) return reason;
  const names = type.kind === 'bool' ? ['true', 'false'] : (type.enumerators ?? []).map((one) => one.name);
  return {
    path,
    label: `Value of ${path || name}`,
    text: leaf?.text ?? '',
    offset,
    size,
    encode: (text) => encodeAs(format, text, type, { littleEndian: store.byteOrder === 'little', offset, bitOffset, bitWidth }),
    read: (bytes) => decodeBytes(row, format, bytes.subarray(0, size), store.byteOrder).text,
    names,
  };
}

function refusal(row: Editable, format: FormatName, leaf: Shown | undefined, store: Store): string | undefined {
  if (row.gap !== undefined) return 'No member is here: edit the bytes.';
  if (isContainer(row, format)) return 'Open this field and edit its parts.';
  if (store.refusal !== undefined) return store.refusal;
  if (leaf?.text === INCONSISTENT) return 'This value was written while it was read: it cannot be edited before it is known.';
  if (!leaf || leaf.value === undefined) return 'There is no value here to edit.';
  if (format === 'bytes' && row.size > MAX_BYTES)
    return `At most ${formatCount(MAX_BYTES)} bytes are edited here: edit them beside.`;
  return leaf.elided ? 'This text is too long to be edited here: edit its bytes.' : undefined;
}
