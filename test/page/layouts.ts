/** Layouts as a compiler would make them, for the page's harness. */
import type { FieldLayout, TypeLayout } from '../../api.d.ts';

const origin = 'source';
const integer = (name: string, size: number, signed = false): TypeLayout => ({
  name,
  kind: 'integer',
  size,
  alignment: size,
  signed,
  origin,
});
const array = (element: TypeLayout, count: number): TypeLayout => ({
  name: `${element.name}[${count}]`, kind: 'array', size: element.size * count, alignment: element.alignment, element, count, origin,
}); // prettier-ignore
const struct = (name: string, size: number, fields: readonly FieldLayout[]): TypeLayout => ({
  name,
  kind: 'struct',
  size,
  alignment: 8,
  fields,
  origin,
});

const u32 = integer('uint32_t', 4);
const u64 = integer('uint64_t', 8);
const int: TypeLayout = integer('int', 4, true);
const double: TypeLayout = { name: 'double', kind: 'float', size: 8, alignment: 8, origin };
const char: TypeLayout = { name: 'char', kind: 'char', size: 1, alignment: 1, signed: true, origin };
const choice = (name: string, names: readonly string[]): TypeLayout => ({
  name, kind: 'enum', size: 4, alignment: 4, signed: false, origin, enumerators: names.map((one, index) => ({ name: one, value: BigInt(index) })),
}); // prettier-ignore

const order = struct('struct Order', 48, [
  { name: 'id', offset: 0, type: u64 },
  { name: 'side', offset: 8, type: choice('enum Side', ['NONE', 'BUY', 'SELL']) },
  { name: 'price', offset: 16, type: double },
  { name: 'quantity', offset: 24, type: u32 },
  { name: 'note', offset: 28, type: array(char, 20) },
]);

const flags = struct('struct Flags', 4, [
  { name: 'ready', offset: 0, type: u32, bitOffset: 0, bitWidth: 1 },
  { name: 'level', offset: 0, type: u32, bitOffset: 1, bitWidth: 5 },
  { name: 'mode', offset: 0, type: u32, bitOffset: 6, bitWidth: 12 },
]);

export const marketRing = struct('struct MarketRing', 49248, [
  { name: 'magic', offset: 0, type: u32 },
  { name: 'version', offset: 4, type: u32 },
  { name: 'flags', offset: 8, type: flags },
  { name: 'seq', offset: 0x30, type: u64 },
  { name: 'head', offset: 0x38, type: u32 },
  { name: 'tail', offset: 0x3c, type: u32 },
  { name: 'symbol', offset: 0x40, type: array(char, 8) },
  { name: 'best_bid', offset: 0x48, type: double },
  { name: 'best_ask', offset: 0x50, type: double },
  { name: 'state', offset: 0x58, type: choice('enum State', ['CLOSED', 'HALTED', 'OPEN']) },
  { name: 'orders', offset: 0x60, type: array(order, 1024) },
]);

export const student = struct('struct student', 36, [
  { name: 'name', offset: 0, type: array(char, 32) },
  { name: 'age', offset: 32, type: int },
]);

export const million = struct('struct Series', 8_000_008, [
  { name: 'count', offset: 0, type: u64 },
  { name: 'samples', offset: 8, type: array(u64, 1_000_000) },
]);

const i64 = integer('int64_t', 8, true);
const u8 = integer('uint8_t', 1);
const pointer: TypeLayout = { name: 'struct Node *', kind: 'pointer', size: 8, alignment: 8, origin };
const offsetPointer = struct('boost::interprocess::offset_ptr<Node>', 8, [{ name: 'm_offset', offset: 0, type: i64 }]);
const pair = struct('struct Pair', 16, [
  { name: 'seq', offset: 0, type: u32 },
  { name: 'left', offset: 4, type: u32 },
  { name: 'right', offset: 8, type: u64 },
]);

/** Every kind of value that has a format of its own. */
export const zoo = struct('struct Zoo', 256, [
  { name: 'sent', offset: 0, type: i64 },
  { name: 'host', offset: 8, type: u32 },
  { name: 'tag', offset: 12, type: integer('uint8_t', 1) },
  { name: 'id', offset: 16, type: array(u8, 16) },
  { name: 'text', offset: 32, type: array(u8, 8) },
  { name: 'tiny', offset: 40, type: double },
  { name: 'next', offset: 48, type: pointer },
  { name: 'link', offset: 56, type: offsetPointer },
  { name: 'at', offset: 64, type: u64 },
  { name: 'pair', offset: 72, type: pair },
  { name: 'side', offset: 88, type: choice('enum Side', ['NONE', 'BUY', 'SELL']) },
  { name: 'odd', offset: 92, type: array(char, 12) },
  { name: 'bits', offset: 104, type: flags },
  { name: 'other', offset: 112, type: pointer },
  { name: 'label', offset: 120, type: array(char, 8) },
]);

const tick = struct('struct Tick', 48, [
  { name: 'key', offset: 0, type: u64 },
  { name: 'price', offset: 8, type: double },
  { name: 'from', offset: 16, type: struct('struct From', 8, [{ name: 'port', offset: 0, type: u32 }, { name: 'host', offset: 4, type: u32 }]) },
  { name: 'side', offset: 24, type: choice('enum Side', ['NONE', 'BUY', 'SELL']) },
  { name: 'name', offset: 28, type: array(char, 12) },
  { name: 'delta', offset: 40, type: i64 },
]); // prettier-ignore

/** A million structs of 48 bytes. */
export const ticks = struct('struct Ticks', 48_000_008, [
  { name: 'count', offset: 0, type: u64 },
  { name: 'ticks', offset: 8, type: array(tick, 1_000_000) },
]);
