/** The input over one value, for everything that is not typed digit by digit. */
import { ValueInput } from '../edit/valueInput.ts';
import { formatHex } from '../format.ts';
import type { Host } from '../host.ts';
import type { Store } from '../state/store.ts';
import { parseValue, valueText, type Shape } from './values.ts';
import { CONTEXT, newWindow } from './window.ts';

export type { Box } from '../edit/valueInput.ts';

export class ValueEditor extends ValueInput {
  constructor(store: Store, host: Host, onClose: () => void) {
    super(store, host, 'byte-editor', onClose);
  }

  /** Offset of the value that is edited. */
  get offset(): number | undefined {
    return this.value?.offset;
  }

  /** Opens over the value at `offset` (bytes), which is shown as `text`; with `typed` in its place where the user began to type. */
  open(offset: number, shape: Shape, text: string, typed?: string): void {
    const label = `Value at ${formatHex(offset)}`;
    const encode = (written: string) => ({ bytes: parseValue(written, shape) });
    const read = (bytes: Uint8Array): string => {
      const window = newWindow(shape.size);
      window.set(bytes.subarray(0, shape.size), CONTEXT);
      return valueText(window, 0, shape);
    };
    this.edit({ label, text: text.trim(), offset, size: shape.size, encode, read }, typed);
  }
}
