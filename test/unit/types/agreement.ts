/** Texts of C++ whose every size, alignment and offset a compiler is asked for. */
import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import type { Target } from '../../../src/types/layout/spec.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { skipBecause } from '../../support/skip.ts';
import { compilerOf, lackOf } from './compilers.ts';
import { valuesOf } from './judge.ts';

const HEADERS =
  `algorithm array atomic bitset chrono climits complex condition_variable cstddef cstdint functional limits memory mutex
optional shared_mutex string string_view tuple type_traits utility variant vector`.split(/\s+/);

export const INCLUDES = HEADERS.map((name) => `#include <${name}>\n`).join('');

/** One test for each text. They are compiled together, each in a namespace of its own. */
export function describeAgreement(
  what: string,
  texts: Readonly<Record<string, string>>,
  dialect: Target['dialect'] = 'gcc',
): void {
  const target: Target = { abi: 'x86_64', dialect, language: 'c++' };
  const judge = dialect === 'gcc' ? "g++'s" : "clang++'s";
  const sources = Object.values(texts).map((text, i) => `namespace n${i} {\n${text}\n}\n`);
  describe(`${what}: every size, alignment and offset is ${judge}`, () => {
    let values: bigint[] = [];
    const expected = sources.map((source) => expectedOf(source, target));

    before(async function () {
      this.timeout(60_000);
      if (process.arch !== 'x64' || compilerOf(target) === undefined) skipBecause(this, lackOf(target));
      const expressions = expected.flatMap(({ places }) => places.map(([expression]) => expression));
      values = await valuesOf(target, INCLUDES + sources.join(''), expressions, ['-fno-access-control']);
    });

    let next = 0;
    for (const [i, name] of Object.keys(texts).entries()) {
      const { places = [], problems = [] } = expected[i] ?? {};
      const from = next;
      next += places.length;
      it(name, () => {
        assert.deepEqual(problems, []);
        assert.ok(places.length > 0);
        const wrong = places.filter(([, ours], k) => BigInt(ours) !== values[from + k]);
        assert.deepEqual(
          wrong.map(([expression, ours]) => `${expression} is not ${ours}`),
          [],
        );
      });
    }
  });
}

function expectedOf(source: string, target: Target): { places: [string, number][]; problems: readonly string[] } {
  const { types, problems } = parseDeclarations(source, { target, language: 'c++' });
  const records = types.filter(({ kind }) => kind === 'struct' || kind === 'union');
  return { places: records.flatMap(placesOf), problems: problems.map(({ text }) => text) };
}

/** What a compiler is asked, and what ShmScope says. */
export function placesOf({ name, size, alignment, fields = [] }: TypeLayout): [string, number][] {
  const offsets = fields.flatMap((field): [string, number][] =>
    field.name === '' || field.name.startsWith('<') || field.bitWidth !== undefined
      ? []
      : [[`offsetof(${name}, ${field.name})`, field.offset]],
  );
  return [[`sizeof(${name})`, size], [`alignof(${name})`, alignment], ...offsets];
}
