import assert from 'node:assert/strict';
import { randomNumbers } from './random.ts';
import { makeService } from './support.ts';

const MEGABYTE = 1_000_000;

/** Text of `length` characters of the alphabet. */
function garbage(seed: number, length: number, alphabet: string): string {
  const random = randomNumbers(seed);
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? ' ').join('');
}

function nested(depth: number): string {
  return 'struct a { '.repeat(depth) + 'int x; ' + '} m; '.repeat(depth);
}

describe('declarations that are meant to hurt', function () {
  this.timeout(60_000);
  const service = makeService({ timeLimit: 30_000 });
  after(() => service.dispose());

  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('') + '\n\n\n';
  const all = Array.from({ length: 512 }, (_, i) => String.fromCharCode(i)).join('');
  const words = 'struct union enum typedef int char { } { } ; ; , * [ ] ( ) x y z 1 : = \n'.split(' ');
  const random = randomNumbers(7);
  const wordSalad = Array.from({ length: MEGABYTE / 4 }, () => words[Math.floor(random() * words.length)]).join(' ');

  const refused: [string, string, RegExp][] = [
    ['1 MB of printable garbage', garbage(1, MEGABYTE, printable), /^\d+:\d+: /],
    ['1 MB of any characters', garbage(2, MEGABYTE, all), /^\d+:\d+: /],
    ['1 MB of keywords in any order', wordSalad, /^\d+:\d+: /],
    ['an #error of 1 MB', `#error ${'x'.repeat(MEGABYTE)}`, /^1:1: This text says #error: x{200}…$/],
    ['1 MB of opening braces', '{'.repeat(MEGABYTE), /^\d+:\d+: .*deep/],
    ['1 MB of words in a struct', `struct a { ${'foo bar '.repeat(MEGABYTE / 8)} };`, /^\d+:\d+: /],
    ['1 MB of words, then a struct', `${'foo '.repeat(MEGABYTE / 4)} struct a { int x; };`, /^\d+:\d+: /],
    ['1 MB of declarations with one mistake each', 'struct a { int x y; };\n'.repeat(MEGABYTE / 24), /^1:18: /],
    ['structs nested 10,000 deep', nested(10_000), /^1:\d+: .*deeper than 256/],
    [
      '10,000 parentheses in an expression',
      `struct a { int x[${'('.repeat(10_000)}1${')'.repeat(10_000)}]; };`,
      /^1:\d+: .*deeper than 256/,
    ],
    [
      '10,000 parentheses in a declarator',
      `struct a { int ${'('.repeat(10_000)}x${')'.repeat(10_000)}; };`,
      /^1:\d+: .*deeper than 256/,
    ],
    ['10,000 stars', `struct a { int ${'*'.repeat(10_000)}x; };`, /^1:\d+: .*more than 256/],
    ['10,000 dimensions', `struct a { int x${'[1]'.repeat(10_000)}; };`, /^1:\d+: .*more than 256/],
    ['10,000 signs', `struct a { int x[${'- '.repeat(10_000)}1]; };`, /^1:\d+: .*deeper than 256/],
    ['10,000 stars behind sizeof', `struct a { int x[sizeof ${'*'.repeat(10_000)}b]; };`, /^1:\d+: .*deeper than 256/],
    ['10,000 conditions', `struct a { int x[${'1 ? 1 : '.repeat(10_000)}1]; };`, /^1:\d+: .*deeper than 256/],
    ['10,000 #if', '#if 1\n'.repeat(10_000), /^257:1: .*256/],
    [
      'macros that double 60 times',
      Array.from({ length: 60 }, (_, i) => `#define M${i + 1} M${i} + M${i}\n`).join('') +
        '#define M0 1\nstruct a { int x[M60]; };',
      /^61:|^62:/,
    ],
    [
      'a chain of 10,000 macros',
      Array.from({ length: 10_000 }, (_, i) => `#define M${i} M${i + 1}\n`).join('') + 'struct a { int x[M0]; };',
      /^10001:18: .*200/,
    ],
    ['structs that double 60 times', doubling(60), /^5\d:\d+: .*2\^53/],
    ['an array past 2^53 bytes', 'struct a { char a[1L << 54]; };', /^1:18: .*2\^53/],
    ['a shift past the width of int', 'struct a { char a[1<<40]; };', /^1:20: .*Write 1L << 40/],
  ];
  for (const [name, source, message] of refused) {
    it(`${name}: an answer with its place`, async () => {
      await assert.rejects(service.parse({ source, abi: 'x86_64' }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'ETYPE', error.message);
        assert.match(error.message, message);
        assert.ok(error.message.length < 300, 'the message is short');
        return true;
      });
    });
  }

  it('structs that double 50 times share their parts', async () => {
    const types = await service.parse({ source: doubling(50), abi: 'x86_64' });
    assert.equal(types.at(-1)?.size, 2 ** 50);
    const last = types.at(-1);
    assert.equal(last?.fields?.[0]?.type, last?.fields?.[1]?.type);
  });

  for (const dialect of ['gcc', 'clang'] as const)
    it(`unions that contain each other twice, 50 times over, as ${dialect} lays them out on i386`, async () => {
      const unions = doubling(50).replaceAll('struct', 'union');
      const library = ['array<union s50, 1> a', 'optional<union s50> o', 'atomic<union s50> t', 'tuple<union s50> u'];
      const source = `#include <array>\n#include <optional>\n#include <atomic>\n#include <tuple>\n${unions}`;
      const last = `struct last { ${library.map((one) => `std::${one};`).join(' ')} };`;
      const types = await service.parse({ source: source + last, abi: 'i386', dialect, language: 'c++' });
      assert.equal(types.at(-1)?.size, 5);
    });

  it('1 MB of valid declarations', async () => {
    const one = (i: number): string =>
      `struct s${i} { int id; char name[32]; struct { double x, y; } at; unsigned flags : 3; };\n`;
    const count = MEGABYTE / 80;
    const types = await service.parse({ source: Array.from({ length: count }, (_, i) => one(i)).join(''), abi: 'x86_64' });
    assert.equal(types.length, count);
    assert.equal(types.at(-1)?.size, 64);
  });

  it('one struct of 1 MB', async () => {
    const members = Array.from({ length: 60_000 }, (_, i) => `unsigned m${i};`).join('\n');
    const [type] = await service.parse({ source: `struct big {\n${members}\n};`, abi: 'x86_64' });
    assert.equal(type?.size, 240_000);
    assert.equal(type?.fields?.length, 60_000);
  });

  it('a number that is no address, however large', async () => {
    for (const number of ['1e400', '2.5']) {
      const source = `struct a { char x[(unsigned long)(char *)${number}]; };`;
      await assert.rejects(service.parse({ source, abi: 'x86_64' }), { code: 'ETYPE', message: /is no address/ });
    }
  });

  it('an expression of 100,000 terms', async () => {
    const [type] = await service.parse({ source: `struct a { char x[${'1 + '.repeat(99_999)}1]; };`, abi: 'x86_64' });
    assert.equal(type?.size, 100_000);
  });
});

function doubling(levels: number): string {
  const next = (i: number): string => `struct s${i + 1} { struct s${i} a, b; };\n`;
  return 'struct s0 { char c; };\n' + Array.from({ length: levels }, (_, i) => next(i)).join('');
}
