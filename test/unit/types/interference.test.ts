import assert from 'node:assert/strict';
import type { Target } from '../../../src/types/layout/spec.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { skipBecause } from '../../support/skip.ts';
import { placesOf } from './agreement.ts';
import { ABIS, compilerOf, lackOf } from './compilers.ts';
import { valuesOf } from './judge.ts';

const TEXT = `
#include <atomic>
#include <new>
#ifdef __cpp_lib_hardware_interference_size
using std::hardware_destructive_interference_size;
#else
constexpr std::size_t hardware_destructive_interference_size = 32;
#endif
struct Ring {
  alignas(std::hardware_destructive_interference_size) std::atomic<unsigned> head;
  alignas(std::hardware_destructive_interference_size) std::atomic<unsigned> tail;
  char near[std::hardware_constructive_interference_size], type[sizeof(std::hardware_constructive_interference_size)];
};
namespace own { constexpr std::size_t hardware_destructive_interference_size = 16; struct Own { alignas(hardware_destructive_interference_size) char c; }; }
struct Brought { alignas(hardware_destructive_interference_size) char c; };
`;

function problemsOf(source: string, target: Target): readonly string[] {
  return parseDeclarations(source, { target, language: 'c++' }).problems.map(({ text }) => text);
}

describe('std::hardware_destructive_interference_size', () => {
  for (const abi of ABIS) {
    const target: Target = { abi, dialect: 'gcc', language: 'c++' };
    it(`is gcc's for ${abi}`, async function () {
      this.timeout(60_000);
      if (compilerOf(target) === undefined) skipBecause(this, lackOf(target));
      const { types, problems } = parseDeclarations(TEXT, { target, language: 'c++' });
      assert.deepEqual(problems, []);
      const expected = types.flatMap(placesOf);
      const expressions = expected.map(([expression]) => expression);
      const values = await valuesOf(target, `#include <cstddef>\n${TEXT}`, expressions).catch((error: Error) => {
        if (/No such file or directory/.test(error.message)) skipBecause(this, `there are no C++ headers for ${abi}`);
        throw error;
      });
      assert.deepEqual(
        expected.map(([expression, ours]) => [expression, BigInt(ours)]),
        expressions.map((expression, i) => [expression, values[i]]),
      );
    });
  }

  const clang: Target = { abi: 'aarch64', dialect: 'clang', language: 'c++' };
  it('is refused of clang, which has none', () => {
    const text = 'struct A { alignas(std::hardware_destructive_interference_size) char c; };';
    assert.deepEqual(problemsOf(text, clang), [
      "1:25: clang 14 has no 'hardware_destructive_interference_size': write the number that is meant.",
    ]);
  });

  it('is what the text says where it declares it', () => {
    const text =
      'namespace std { constexpr size_t hardware_destructive_interference_size = 128; } struct A { alignas(std::hardware_destructive_interference_size) char c; };';
    for (const dialect of ['gcc', 'clang'] as const) {
      const { types } = parseDeclarations(text, { target: { ...clang, dialect }, language: 'c++' });
      assert.deepEqual(
        types.map(({ name, size }) => [name, size]),
        [['A', 128]],
      );
    }
  });

  it('is told by its macro only where a header says it', () => {
    const text = (header: string): string =>
      `#include <${header}>\n#if __cpp_lib_hardware_interference_size >= 201603L\nstruct A { char c[2]; };\n#else\nstruct A { char c; };\n#endif`;
    const sizes = (header: string, dialect: Target['dialect']): unknown =>
      parseDeclarations(text(header), { target: { ...clang, dialect }, language: 'c++' }).types.map(({ size }) => size);
    assert.deepEqual(
      [sizes('new', 'gcc'), sizes('vector', 'gcc'), sizes('atomic', 'gcc'), sizes('new', 'clang')],
      [[2], [2], [1], [1]],
    );
  });
});
