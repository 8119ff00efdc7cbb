/** Where a field leads: pointers by the addresses of the mappers, offset pointers and offsets by themselves. */
import type { FormatName } from '../../src/decode/format.ts';
import { offsetPointer, rebase, type Mapped, type Target } from '../../src/decode/pointer.ts';
import type { SegmentInfo } from '../../src/protocol/messages.ts';
import { formatHex } from '../format.ts';
import type { Store } from '../state/store.ts';
import { formatOf, rawOf, type Place, type Source } from './value.ts';

export type Way = 'pointer' | 'offset-pointer' | 'offset';

export interface Lead {
  readonly way: Way;
  readonly value: bigint;
  readonly isNull: boolean;
  /** None where it points to nothing in the segment. */
  readonly targets: readonly Target[];
}

const mapped = new WeakMap<SegmentInfo, readonly Mapped[]>();

function mappingsOf(segment: SegmentInfo): readonly Mapped[] {
  const known = mapped.get(segment);
  if (known) return known;
  const all = segment.mappers
    .filter(({ address }) => /^0x[\da-f]{1,16}$/i.test(address))
    .map(({ pid, process, address, length, offset }) => ({ pid, process, address: BigInt(address), length, offset }));
  mapped.set(segment, all);
  return all;
}

function wayOf(row: Place, format: FormatName): Way | undefined {
  if (format === 'pointer' || format === 'offset-pointer' || format === 'offset') return format;
  return row.type.kind === 'pointer' ? 'pointer' : undefined;
}

/** Undefined for a field that is no pointer, or whose bytes are not there. */
export function leadOf(row: Place, store: Source & Pick<Store, 'segment' | 'size'>): Lead | undefined {
  const way = wayOf(row, formatOf(row, store.formats));
  if (!way || store.tornAt(row.offset, row.size)) return undefined;
  const value = rawOf(row, store);
  if (value === undefined) return undefined;
  if (way === 'pointer') {
    const targets = store.segment ? rebase(value, mappingsOf(store.segment), store.size) : [];
    return { way, value, isNull: value === 0n, targets };
  }
  const width = row.bitWidth ?? row.type.size * 8;
  const to = way === 'offset' ? value : offsetPointer(BigInt.asIntN(width, value), row.offset);
  const inside = to !== undefined && to >= 0n && to < BigInt(store.size);
  return { way, value, isNull: to === undefined, targets: inside ? [{ offset: Number(to), by: [] }] : [] };
}

/** What stands beside the value: '→ 0x120'. */
export function leadText({ isNull, targets }: Lead): string {
  const [only, other] = targets;
  if (isNull) return '';
  if (!only) return 'not in this segment';
  return other ? `→ ${targets.length} places` : `→ ${formatHex(only.offset)}`;
}

/** Why it cannot be followed, as a sentence. */
export function nowhere(name: string, lead: Lead): string {
  if (lead.isNull) return `${name} is null.`;
  const value = `0x${lead.value.toString(16)}`;
  if (lead.way === 'pointer')
    return `${name} holds ${value}, and no process that is seen maps this segment there: it points to other memory.`;
  return `${name} points outside of the segment.`;
}

/** 'feed 1234, strategy 1240: 0x120', for the choice between places. */
export function targetText({ offset, by }: Target): string {
  const shown = by.length > 3 ? `${by.slice(0, 3).join(', ')} and ${by.length - 3} more` : by.join(', ');
  return `As ${shown} maps it: ${formatHex(offset)}`;
}
