/** The bytes at the caret as the common numbers. */
import type { Snapshot } from '../state/snapshot.ts';
import type { ByteOrder } from '../state/store.ts';

interface Reading {
  readonly name: string;
  readonly size: number;
  readonly read: (view: DataView, little: boolean) => number | bigint;
}

const READINGS: readonly Reading[] = [
  { name: 'u8', size: 1, read: (view) => view.getUint8(0) },
  { name: 'i16', size: 2, read: (view, little) => view.getInt16(0, little) },
  { name: 'u32', size: 4, read: (view, little) => view.getUint32(0, little) },
  { name: 'i64', size: 8, read: (view, little) => view.getBigInt64(0, little) },
  { name: 'double', size: 8, read: (view, little) => view.getFloat64(0, little) },
];

/** 'u8 65 · i16 321 · …', with only what the snapshot's bytes at `offset` suffice for. */
export function inspect(snapshot: Snapshot | undefined, offset: number, order: ByteOrder): string {
  const bytes = snapshot?.slice(offset, 8) ?? new Uint8Array(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return READINGS.filter(({ size }) => size <= bytes.length)
    .map(({ name, read }) => `${name} ${show(read(view, order === 'little'))}`)
    .join(' · ');
}

function show(value: number | bigint): string {
  if (typeof value === 'bigint' || (Number.isInteger(value) && Math.abs(value) < 1e15)) return String(value);
  return String(Number(value.toPrecision(7)));
}
