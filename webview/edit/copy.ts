/** Bytes as the texts that people paste elsewhere, and the way into the clipboard. */
import { MAX_VIEW_BYTES } from '../../src/protocol/limits.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import { formatSize, hexText } from '../format.ts';
import type { Store } from '../state/store.ts';
import { decodeText, type TextView } from './text.ts';

export const COPY_FORMATS = ['hex', 'c', 'text'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/** 'de ad be ef', 'unsigned char data[4] = {…};' or the bytes as the text that the view shows. */
export function formatBytes(bytes: Uint8Array, format: CopyFormat, view: TextView): string {
  if (format === 'hex') return hexText(bytes);
  if (format === 'text') return decodeText(bytes, view);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 12) {
    const row = Array.from(bytes.subarray(at, at + 12), (byte) => `0x${byte.toString(16).padStart(2, '0')}`);
    lines.push(`  ${row.join(', ')},`);
  }
  return `unsigned char data[${bytes.length}] = {\n${lines.join('\n')}\n};\n`;
}

/** Puts `text` into the clipboard; says `done` then, or why that failed. */
export async function copyText(store: Store, text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    store.setNotice(done);
  } catch (error) {
    store.setNotice(`Not copied: ${explain(error)}`);
  }
}

/** All of the selected bytes, those that are not on the screen too. */
export async function copySelection(store: Store, host: Host, format: CopyFormat): Promise<void> {
  const { start, end } = store.selection;
  const length = end - start;
  if (length > MAX_VIEW_BYTES)
    return store.setNotice(`At most ${formatSize(MAX_VIEW_BYTES)} can be copied: export the selection into a file instead.`);
  try {
    const { bytes } = await host.ask('read', { of: 'live', offset: start, length });
    const short = bytes.length < length ? ' The segment ends before the rest.' : '';
    await copyText(store, formatBytes(bytes, format, store), `${formatSize(bytes.length)} copied.${short}`);
  } catch (error) {
    store.setNotice(`Not copied: ${explain(error)}`);
  }
}
