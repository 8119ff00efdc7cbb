/** Decoding of bytes by a layout, on one thread. */
import { decodeValue } from '../../../src/decode/value.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import type { Result } from '../bench.ts';

/** A value tree has at most a million values. */
const RECORDS = 90_000;
const SOURCE = `struct record { long id; double price; unsigned quantity; short side; char flag; unsigned a : 3, b : 5; float ratio; int level; };
struct all { struct record records[${RECORDS}]; };`;
const SAMPLES = 7;

export async function decoding(): Promise<Result[]> {
  const type = parseDeclarations(SOURCE, { target: { abi: 'x86_64', dialect: 'gcc' } }).types.at(-1);
  const members = type?.fields?.[0]?.type.element?.fields?.length;
  if (type === undefined || members === undefined) throw new Error('the struct was not laid out');
  const bytes = new Uint8Array(type.size).map((_, i) => i * 31);
  const millions = (RECORDS * members) / 1_000_000;
  const ours: number[] = [];
  for (let i = 0; i <= SAMPLES; i++) {
    const began = performance.now();
    const value = decodeValue({ offset: 0, bytes, size: bytes.length }, type, 0, { byteOrder: 'little' });
    if (value.children?.[0]?.children?.length !== RECORDS) throw new Error('not all records were decoded');
    // The first is the warm-up.
    if (i > 0) ours.push((performance.now() - began) / millions);
  }
  return [{ what: '1,000,000 fields decoded', unit: 'ms', ours, bar: { atMost: 1000, of: 'ours' } }];
}
