/** Which addresses of which processes show a field. */
import type { Segment } from '../../api.d.ts';
import type { WatchedField } from './face.ts';

export interface Target {
  readonly pid: number;
  readonly process: string;
  readonly startedAt: number;
  readonly field: number;
  readonly address: bigint;
}

/**
 * Every shared mapping that shows a field as a whole and through which its process may write; with `reads` also those that it may only read.
 * One process may show it at several addresses.
 */
export function targetsOf({ mappings }: Segment, fields: readonly WatchedField[], reads: boolean): Target[] {
  const found: Target[] = [];
  for (const { pid, process, startedAt, address, offset, length, protection, shared } of mappings) {
    if (!shared || !(reads || protection.includes('w'))) continue;
    fields.forEach((field, index) => {
      const at = field.offset - offset;
      if (at < 0 || at + field.length > length) return;
      found.push({ pid, process, startedAt, field: index, address: address + BigInt(at) });
    });
  }
  return found;
}

export const targetKey = ({ pid, startedAt, field, address }: Target): string => `${pid} ${startedAt} ${field} ${address}`;
