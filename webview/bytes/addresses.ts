/** Where a mapper sees the bytes: its mappings of the segment, joined where one address less one offset is the same. */
import type { MapperInfo } from '../../src/protocol/messages.ts';

interface Area {
  /** Offsets [start, end) of the segment. */
  readonly start: number;
  readonly end: number;
}

export interface Base {
  /** 'pid:base'; stays the same while the process and its mapping do. */
  readonly key: string;
  /** 'feedhandler 1234 (0x7f3a1c400000)'. */
  readonly label: string;
  /** Hexadecimal digits of its highest address. */
  readonly digits: number;
  /** The address of an offset, or undefined where no mapping of this base shows it. */
  readonly at: (offset: number) => bigint | undefined;
}

export const NOT_MAPPED = 'not mapped';

/** What a mapper's addresses can be counted from, in the order of the mappers. A process that maps the segment twice has two. */
export function basesOf(mappers: readonly MapperInfo[]): readonly Base[] {
  const found = new Map<string, { readonly first: MapperInfo; readonly base: bigint; readonly areas: Area[] }>();
  for (const mapper of mappers) {
    const address = addressOf(mapper.address);
    if (address === undefined) continue;
    const base = address - BigInt(mapper.offset);
    const key = `${mapper.pid}:${base.toString(16)}`;
    const known = found.get(key) ?? { first: mapper, base, areas: [] };
    known.areas.push({ start: mapper.offset, end: mapper.offset + mapper.length });
    found.set(key, known);
  }
  return [...found].map(([key, { first, base, areas }]) => ({
    key,
    label: `${first.process} ${first.pid} (${first.address})`,
    digits: areas.reduce((most, area) => Math.max(most, (base + BigInt(area.end)).toString(16).length), 0),
    at: (offset) => (areas.some((area) => offset >= area.start && offset < area.end) ? base + BigInt(offset) : undefined),
  }));
}

function addressOf(text: string): bigint | undefined {
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;
}
