import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { rulesOf } from '../../../src/types/layout/abi.ts';
import type { Target } from '../../../src/types/layout/spec.ts';
import { systemType } from '../../../src/types/layout/system.ts';
import { skipBecause } from '../../support/skip.ts';
import { ABIS, compilerOf, DIALECTS, lackOf, run } from './compilers.ts';
import { valuesOf } from './judge.ts';

const HEADERS = `#define _GNU_SOURCE
${[
  ...[
    'stddef',
    'stdarg',
    'stdint',
    'stdbool',
    'limits',
    'time',
    'wchar',
    'uchar',
    'math',
    'stdlib',
    'inttypes',
    'pthread',
    'semaphore',
  ],
  ...[
    'threads',
    'stdatomic',
    'signal',
    'mqueue',
    'poll',
    'termios',
    'sched',
    'sys/types',
    'sys/time',
    'sys/select',
    'sys/socket',
    'sys/un',
  ],
  ...[
    'netinet/in',
    'sys/uio',
    'sys/ipc',
    'sys/shm',
    'sys/sem',
    'sys/msg',
    'sys/ioctl',
    'sys/epoll',
    'sys/eventfd',
    'sys/resource',
  ],
  ...['sys/times', 'sys/timex', 'linux/types', 'endian'],
]
  .map((name) => `#include <${name}.h>`)
  .join('\n')}
`;

/** No header of C defines them, or not under this name; the compiler has them all the same. */
const UNSEEN =
  /^(__size_t|__fp16|_Float16|__sigset_t|char8_t|atomic_char8_t|union __in6_u|__float128|_Float(64x|128)|_Decimal\d+)$/;

interface Claim {
  readonly what: string;
  readonly expression: string;
  readonly value: bigint;
}

/** Sizes, alignments, signs and offsets that the tables say. */
function claimsOf(target: Target): Claim[] {
  const rules = rulesOf(target);
  const names = [...rules.basic.keys(), ...rules.aliases.keys(), ...rules.named.keys(), ...rules.structs.keys()];
  return names
    .filter((name) => !UNSEEN.test(name))
    .flatMap((name) => {
      const type = systemType(rules, name);
      assert.ok(type, `${name} is known`);
      return claims(name, type);
    });
}

function claims(name: string, { size, alignment, kind, signed, fields = [] }: TypeLayout): Claim[] {
  const all = [
    { expression: `sizeof(${name})`, value: BigInt(size) },
    { expression: `_Alignof(${name})`, value: BigInt(alignment) },
    ...fields.map((field) => ({ expression: `offsetof(${name}, ${field.name})`, value: BigInt(field.offset) })),
  ];
  const isInteger = kind === 'integer' || kind === 'char';
  if (isInteger && !name.startsWith('atomic_')) all.push({ expression: `((${name})-1) < 0`, value: signed ? 1n : 0n });
  return all.map((claim) => ({ what: name, ...claim }));
}

/** A number's value, whichever way it is written; else the text without spaces. */
function valueOf(text: string, macros: ReadonlyMap<string, string>): string {
  const plain = macros.get(text) ?? text;
  const number = /^(0x[0-9a-f]+|\d+)[ul]*$/i.exec(plain)?.[1];
  if (number !== undefined) return BigInt(number).toString();
  const words = plain.split(' ').filter((word) => word !== 'int' || plain === 'int' || plain === 'unsigned int');
  return words.sort().join(' ');
}

describe('what the ABIs say', function () {
  this.timeout(60_000);

  for (const abi of ABIS) {
    const target: Target = { abi, dialect: 'gcc', language: 'c' };
    it(`sizes, alignments, signs and offsets are those of gcc and glibc for ${abi}`, async function () {
      if (compilerOf(target) === undefined) skipBecause(this, lackOf(target));
      const all = claimsOf(target);
      const truth = await valuesOf(
        target,
        HEADERS,
        all.map(({ expression }) => expression),
      ).catch((error: Error) => {
        if (/No such file or directory/.test(error.message)) skipBecause(this, `there are no C headers for ${abi}`);
        throw error;
      });
      const wrong = all.flatMap((claim, i) =>
        claim.value === truth[i] ? [] : [`${claim.what}: ${claim.expression} is ${truth[i]}, not ${claim.value}`],
      );
      assert.deepEqual(wrong, []);
    });

    it(`constants are those of gcc's limits.h and stdint.h for ${abi}`, async function () {
      if (compilerOf(target) === undefined) skipBecause(this, lackOf(target));
      const constants = [...rulesOf(target).constants].filter(([name]) => !/^(PATH|NAME|SSIZE)_|ENDIAN|BYTE_ORDER/.test(name));
      const headers = '#include <limits.h>\n#include <stdint.h>\n#include <stdbool.h>\n';
      const names = constants.map(([name]) => name);
      const truth = await valuesOf(target, headers, names, ['-ffreestanding']);
      assert.deepEqual(
        constants.map(([name, value]) => [name, BigInt.asUintN(64, value)]),
        constants.map(([name], i) => [name, truth[i]]),
      );
    });
  }

  for (const abi of ABIS) {
    for (const dialect of DIALECTS) {
      for (const language of ['c', 'c++'] as const) {
        it(`macros are ${dialect}'s for ${abi} in ${language}`, async function () {
          const target: Target = { abi, dialect, language };
          if (compilerOf(target) === undefined) skipBecause(this, lackOf(target));
          const standard = language === 'c' ? '-std=gnu17' : '-std=gnu++17';
          const lines = (await run(target, ['-dM', '-E', standard, '-x', language, '-'], '')).split('\n');
          const theirs = new Map<string, string>();
          for (const line of lines) {
            const [, name, value] = /^#define (\w+) (.*)$/.exec(line) ?? [];
            if (name !== undefined && value !== undefined) theirs.set(name, value);
          }
          const isHeaders = /^(alignas|alignof|__packed|__signed__|__WORDSIZE|__(LITTLE|BIG|PDP)_ENDIAN|__BYTE_ORDER)$/;
          const wrong = [...rulesOf(target).macros].flatMap(([name, value]) => {
            if (isHeaders.test(name)) return [];
            const truth = theirs.get(name);
            const same = truth !== undefined && valueOf(truth, theirs) === valueOf(value, theirs);
            return same ? [] : [`${name} is ${truth}, not ${value}`];
          });
          assert.deepEqual(wrong, []);
        });
      }
    }
  }
});
