/** What a program of test/programs/types says of itself, against what its debug info says. */
import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import type { DebugIndex } from '../../../src/types/debuginfo/face.ts';
import type { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { layoutOf, placeOf } from './support.ts';

/** Lines as the program prints them: 't TYPE size alignment', 'o TYPE member offset', 'b TYPE member bit width', 'a TYPE base offset'. */
function parse(output: string): { what: string; type: string; rest: string[] }[] {
  return output
    .trim()
    .split('\n')
    .map((line) => /^(\w) ((?:struct |union |enum )?\S+) (.*)$/.exec(line))
    .flatMap((match) => (match ? [{ what: match[1] ?? '', type: match[2] ?? '', rest: (match[3] ?? '').split(' ') }] : []));
}

/** Compares all of it; gives the number of facts. `without`: names of types that this debug info does not have. */
export async function assertAgrees(reader: DwarfReader, index: DebugIndex, output: string): Promise<number> {
  const facts = parse(output).filter(({ what }) => what !== 'v');
  const layouts = new Map<string, TypeLayout>();
  for (const { type } of facts) if (!layouts.has(type)) layouts.set(type, await layoutOf(reader, index, type));
  for (const { what, type, rest } of facts) {
    const layout = layouts.get(type);
    assert.ok(layout);
    const [first = '', second, third] = rest;
    if (what === 't') {
      assert.deepEqual([layout.size, layout.alignment], [Number(first), Number(second)], `size and alignment of ${type}`);
      continue;
    }
    const place = placeOf(layout, first);
    assert.ok(place, `${type} has ${first}`);
    // clang has a bit-field that fills whole bytes as an ordinary member.
    const bits = [place.bitOffset ?? place.offset * 8, place.bitWidth ?? place.type.size * 8];
    if (what === 'b') assert.deepEqual(bits, [Number(second), Number(third)], `bits of ${type}.${first}`);
    else assert.equal(place.offset, Number(second), `offset of ${type}.${first}`);
  }
  return facts.length;
}

/** The variables that the program prints are where the index says, all moved by one load bias, as far as the index has them. */
export function assertVariables(index: DebugIndex, output: string): void {
  const printed = parse(output).filter(({ what, type }) => what === 'v' && type !== 'main');
  const biases = printed.map(({ type: name, rest: [address = ''] }) => {
    const found = index.variables.filter((variable) => variable.name === name);
    assert.equal(found.length, 1, `variables named ${name}`);
    return BigInt(address) - (found[0]?.address ?? 0n);
  });
  assert.ok(biases.length > 0);
  assert.deepEqual(new Set(biases).size, 1, `one load bias: ${biases.join(', ')}`);
}
