/** Fill…: stores a pattern, bytes or a number, again and again over the selected bytes. */
import { toBytes } from '../../src/decode/bits.ts';
import { encodeFloat } from '../../src/decode/float.ts';
import type { NumberType } from '../../src/protocol/searching.ts';
import { el, setText } from '../dom.ts';
import { button, Input, Job, select } from '../drawer/controls.ts';
import { parseHex, parseNumber, sizeOf } from '../find/query.ts';
import { isNumberType, TYPE_OPTIONS } from '../find/form.ts';
import { formatHex, plural } from '../format.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { ByteOrder, Store } from '../state/store.ts';
import type { Toasts } from './toast.ts';

/** The bytes of one pattern. Pure; throws an Error with a sentence for the user. */
export function patternOf(text: string, kind: string, order: ByteOrder): Uint8Array {
  if (!isNumberType(kind)) {
    const { bytes, mask } = parseHex(text);
    if (mask) throw new Error('A pattern to fill with has no "?".');
    return bytes;
  }
  return numberBytes(parseNumber(text, kind), kind, order === 'little');
}

function numberBytes(text: string, type: NumberType, littleEndian: boolean): Uint8Array {
  const size = sizeOf(type);
  if (type === 'f32' || type === 'f64') return encodeFloat(text, size, littleEndian) ?? new Uint8Array(size);
  return toBytes(BigInt(text), size, littleEndian);
}

/** Opens the box; what is filled is what was selected then. */
export function askFill(store: Store, host: Host, toasts: Toasts): void {
  const { start, end } = store.selection;
  const length = end - start;
  const job = new Job('Filling', () => undefined);
  const note = el('p', { class: 'toast-text' });
  const kind = select('Kind of the pattern', [['hex', 'Hex bytes'], ...TYPE_OPTIONS], () => check());
  const input = new Input('Pattern', '00', () => check());
  const fill = button('Fill', () => void run(), false);
  const close = button('Cancel', () => (job.running ? job.cancel() : toasts.close()));
  const line = el('div', { class: 'toast-line' }, kind, input.element);
  const box = el('div', { class: 'toast', attributes: { role: 'dialog', 'aria-label': 'Fill' } });
  box.append(job.bar, note, line, el('div', { class: 'toast-buttons' }, fill, close));
  setText(note, `Fill ${plural(length, 'byte')} from ${formatHex(start)} on with:`);
  input.value = '00';
  input.field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) void run();
  });

  const check = (): Uint8Array | undefined => {
    try {
      const pattern = patternOf(input.value, kind.value, store.byteOrder);
      const rest = length % pattern.length;
      input.say(pattern.length > length ? `The pattern takes ${plural(pattern.length, 'byte')}; ${length} are selected.` : '');
      setText(
        note,
        `Fill ${plural(length, 'byte')} from ${formatHex(start)} on${rest ? '; the last time the pattern is cut' : ''} with:`,
      );
      return pattern.length > length ? undefined : pattern;
    } catch (error) {
      input.say(explain(error));
      return undefined;
    }
  };

  const run = async (): Promise<void> => {
    const pattern = check();
    if (!pattern || job.running) return;
    fill.disabled = true;
    try {
      await job.run((options) => host.ask('fill', { offset: start, length, pattern }, options));
      store.setNotice(`${plural(length, 'byte')} filled.`);
      toasts.close();
    } catch (error) {
      input.say(`Not filled: ${explain(error)}`);
    }
    fill.disabled = false;
  };

  toasts.show(box, input.field);
  requestAnimationFrame(() => input.field.select());
}
