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
