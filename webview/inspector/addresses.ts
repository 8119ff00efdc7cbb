/** Internet addresses, UUIDs and pointers as text and back. All but pointers are in network order, whatever the machine's. */
import type { MapperInfo } from '../../src/protocol/messages.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export function ipv4Text(bytes: Uint8Array): string {
  return bytes.join('.');
}

export function parseIpv4(text: string): Uint8Array {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text.trim())?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) throw new Error('Write an IPv4 address: 192.168.0.1');
  return Uint8Array.from(parts);
}

/** RFC 5952: lower case, the longest run of two zero groups or more as '::'. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (groups[from + length] === '0') length += 1;
    if (length > best.length) best = { from, length };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}

export function parseIpv6(text: string): Uint8Array {
  const wrong = new Error('Write an IPv6 address: fe80::1');
  const sides = text.trim().split('::');
  if (sides.length > 2) throw wrong;
  const [left = [], right = []] = sides.map((side) => (side === '' ? [] : side.split(':')));
  const missing = 8 - left.length - right.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) throw wrong;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) throw wrong;
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}

export function uuidText(bytes: Uint8Array): string {
  const all = hex(bytes);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20, 32)].join('-');
}

export function parseUuid(text: string): Uint8Array {
  const digits = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i
    .exec(text.trim())
    ?.slice(1)
    .join('');
  if (digits === undefined) throw new Error('Write a UUID: 00112233-4455-6677-8899-aabbccddeeff');
  return Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

export interface Target {
  /** Bytes from the start of the segment. */
  readonly offset: number;
  readonly mapper: MapperInfo;
}

/** Where an address leads in this segment, as each process maps it; the same offset only once. */
export function targetsOf(address: bigint, mappers: readonly MapperInfo[]): readonly Target[] {
  const targets = new Map<number, Target>();
  for (const mapper of mappers) {
    if (!/^0x[0-9a-f]{1,16}$/i.test(mapper.address)) continue;
    const into = address - BigInt(mapper.address);
    if (into < 0n || into >= BigInt(mapper.length)) continue;
    const offset = mapper.offset + Number(into);
    if (!targets.has(offset)) targets.set(offset, { offset, mapper });
  }
  return [...targets.values()];
}
