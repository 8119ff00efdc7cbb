/** Random C declarations, the same for the same seed. Every struct may use those before it. */
import type { Abi } from '../../../api.d.ts';
import { rulesOf } from '../../../src/types/layout/abi.ts';
import type { Target } from '../../../src/types/layout/spec.ts';
import { systemType } from '../../../src/types/layout/system.ts';
import { Chooser } from './random.ts';

export interface GeneratedStruct {
  readonly tag: string;
  /** 'struct s12', 'union s13' or 's14_t'. */
  readonly name: string;
  readonly source: string;
  /** How deep structs stand in it by name. */
  readonly level: number;
}

const SCALARS =
  `char,signed char,unsigned char,short,unsigned short,int,unsigned,long,unsigned long,long long,unsigned long long int,
long unsigned int,int long,short int unsigned,float,double,long double,_Bool,bool,uint8_t,int16_t,uint32_t,int64_t,size_t,uintptr_t,wchar_t,
time_t,pid_t,struct timespec,pthread_mutex_t,sem_t,mode_t,off_t,char16_t,char32_t,void *,const char *,volatile int,_Atomic int,_Atomic(long),
_Atomic char,_Atomic long long,_Atomic(double),double *restrict,_Complex double,float _Complex,_Complex long double`.split(
    /,\n?/,
  );
const WIDE_SCALARS = ['__int128', 'unsigned __int128', '_Atomic __int128'];
const BIT_WIDTHS: Readonly<Record<string, number>> = {
  ...{ int: 32, unsigned: 32, 'signed int': 32, char: 8, 'unsigned char': 8, short: 16, 'unsigned short': 16 },
  ...{
    _Bool: 1,
    uint8_t: 8,
    uint16_t: 16,
    uint32_t: 32,
    uint64_t: 64,
    'long long': 64,
    wide_int: 32,
    huge_int: 32,
    narrow_int: 32,
  },
  ...{ char16_t: 16, wchar_t: 32, 'enum small': 3, 'enum tiny': 3 },
};

function scalarsOf({ abi, dialect }: Target): readonly string[] {
  const half = abi === 'aarch64' || (abi === 'x86_64' && dialect === 'gcc') || (abi === 'arm' && dialect === 'clang');
  const extended = abi === 'x86_64' || abi === 'i386' ? ['__float128'] : [];
  return [...SCALARS, ...extended, ...(half ? ['_Float16'] : []), ...(isWide(abi) ? WIDE_SCALARS : [])];
}

function bitTypesOf({ abi }: Target): ReadonlyMap<string, number> {
  const long = isWide(abi) ? 64 : 32;
  const wide: [string, number][] = isWide(abi) ? [['unsigned __int128', 128]] : [];
  return new Map([...Object.entries(BIT_WIDTHS), ['long', long], ['unsigned long', long], ...wide]);
}

const isWide = (abi: Abi): boolean => abi === 'x86_64' || abi === 'aarch64';

/** What the compiler is told of the names that ShmScope knows; their own sizes are compared with the real headers elsewhere. */
export function headersOf({ abi, dialect, language }: Target): string {
  const rules = rulesOf({ abi, dialect, language });
  const locks = ['pthread_mutex_t', 'sem_t'].map(
    (name) => `typedef union { char bytes[${systemType(rules, name)?.size}]; long align; } ${name};`,
  );
  const characters = language === 'c' ? 'typedef __CHAR16_TYPE__ char16_t; typedef __CHAR32_TYPE__ char32_t;' : '';
  const library = ['array', 'atomic', 'optional', 'tuple', 'utility'].map((name) => `#include <${name}>\n`).join('');
  return `${language === 'c' ? '' : library}#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
${characters}
typedef long time_t, off_t; typedef int pid_t; typedef unsigned mode_t; struct timespec { time_t tv_sec; long tv_nsec; };
${locks.join('\n')}
`;
}

/** Comes before the structs. */
export const PRELUDE = `#define WIDTH 3
#define DOUBLED (WIDTH * 2)
enum { COUNT = 4, FLAGS = 1 << 2 | 1 };
typedef int wide_int __attribute__((aligned(16)));
typedef int huge_int __attribute__((aligned(32)));
typedef int narrow_int __attribute__((aligned(2)));
enum small { SMALL = 7 };
enum __attribute__((packed)) tiny { TINY = 7 };
`;

export class Generator {
  readonly #choose: Chooser;
  readonly #made: GeneratedStruct[] = [];
  readonly #scalars: readonly string[];
  readonly #bitTypes: readonly (readonly [type: string, width: number])[];
  readonly #strictest: string;
  #count = 0;
  #level = 0;

  constructor(seed: number, target: Target = { abi: 'x86_64', dialect: 'gcc', language: 'c' }) {
    this.#choose = new Chooser(seed);
    // A long double is aligned to 4 bytes on i386, and alignas may not weaken an alignment.
    this.#strictest = target.abi === 'i386' ? '_Alignas(__float128) ' : '_Alignas(long double) ';
    this.#scalars = scalarsOf(target);
    this.#bitTypes = [...bitTypesOf(target)];
  }

  next(): GeneratedStruct {
    const id = this.#made.length;
    this.#count = 0;
    this.#level = 0;
    const kind = this.#choose.chance(0.15) ? 'union' : 'struct';
    const body = this.#body(kind, 1 + this.#choose.below(8), 0);
    const tag = `s${id}`;
    const pack = this.#choose.chance(0.15) ? this.#choose.pick([1, 2, 4, 8, 16]) : 0;
    const before = this.#choose.chance(0.2) ? ` ${this.#typeAttribute()}` : '';
    const after = this.#choose.chance(0.1) ? ` ${this.#typeAttribute()}` : '';
    const asTypedef = this.#choose.chance(0.2);
    const text = asTypedef ? `typedef ${kind}${before} ${body}${after} ${tag}_t;` : `${kind}${before} ${tag} ${body}${after};`;
    const source = pack > 0 ? `#pragma pack(push, ${pack})\n${text}\n#pragma pack(pop)\n` : `${text}\n`;
    const made = {
      tag,
      name: asTypedef ? `${tag}_t` : `${kind} ${tag}`,
      source,
      level: this.#level,
    };
    this.#made.push(made);
    return made;
  }

  #typeAttribute(): string {
    return this.#choose.pick([
      '__attribute__((packed))',
      '__attribute__((__packed__))',
      `__attribute__((aligned(${this.#choose.pick([1, 2, 4, 8, 16, 32])})))`,
      `__attribute__((packed, aligned(${this.#choose.pick([1, 2, 4, 8])})))`,
      '__attribute__((aligned))',
    ]);
  }

  #body(kind: string, count: number, depth: number): string {
    const lines: string[] = [];
    for (let i = 0; i < count; i++) lines.push(`  ${this.#member(depth)}`);
    if (depth === 0 && kind === 'struct' && this.#count > 0 && this.#choose.chance(0.05))
      lines.push(`  ${this.#choose.pick(['int', 'char', 'double'])} ${this.#name()}[];`);
    return `{\n${lines.join('\n')}\n}`;
  }

  #name(): string {
    return `m${this.#count++}`;
  }

  #member(depth: number): string {
    const roll = this.#choose.random();
    if (roll < 0.35) return this.#bitFields();
    if (roll < 0.42 && depth < 2) return this.#anonymous(depth);
    if (roll < 0.52) return this.#nested();
    if (roll < 0.56) return `int (*${this.#name()})(void *, struct unknown *);`;
    if (roll < 0.6)
      return `enum${this.#choose.chance(0.3) ? ' __attribute__((packed))' : ''} { E${this.#unique()} = ${this.#choose.pick(['1', '-1', '300', '70000', '0xffffffff', '1LL << 40'])} } ${this.#name()};`;
    return this.#plain();
  }

  #unique(): string {
    return `${this.#made.length}_${this.#count}`;
  }

  #bitFields(): string {
    const [type, most] = this.#choose.pick(this.#bitTypes);
    const attribute = this.#choose.chance(0.08)
      ? ` __attribute__((${this.#choose.pick(['packed', 'aligned(4)', 'aligned(2)', 'aligned(8)'])}))`
      : '';
    // `enum small : 3` would be an enum with an underlying type.
    const roll = type.startsWith('enum') ? 1 : this.#choose.random();
    if (roll < 0.12) return `${type} : 0;`;
    if (roll < 0.25) return `${type} : ${1 + this.#choose.below(most)};`;
    const first = `${this.#name()} : ${1 + this.#choose.below(most)}${attribute}`;
    return this.#choose.chance(0.3)
      ? `${type} ${first}, ${this.#name()} : ${1 + this.#choose.below(most)};`
      : `${type} ${first};`;
  }

  #anonymous(depth: number): string {
    const kind = this.#choose.pick(['struct', 'union']);
    const attribute = this.#choose.chance(0.2) ? ` ${this.#typeAttribute()}` : '';
    const before = this.#choose.chance(0.5);
    const body = this.#body(kind, 1 + this.#choose.below(3), depth + 1);
    return `${kind}${before ? attribute : ''} ${body}${before ? '' : attribute};`;
  }

  #nested(): string {
    const candidates = this.#made.slice(-40).filter((one) => one.level < 2);
    if (candidates.length === 0) return this.#plain();
    const inner = this.#choose.pick(candidates);
    this.#level = Math.max(this.#level, inner.level + 1);
    // Of an array, or with one whose length is open, nothing is atomic.
    if (this.#choose.chance(0.1) && !inner.source.includes('[];')) return `_Atomic(${inner.name}) ${this.#name()};`;
    return `${inner.name} ${this.#name()}${this.#dimensions()};`;
  }

  #dimensions(): string {
    return this.#choose.chance(0.7)
      ? ''
      : this.#choose.pick([
          '[2]',
          '[3]',
          '[WIDTH]',
          '[COUNT - 1]',
          '[2][DOUBLED]',
          '[sizeof(int)]',
          '[FLAGS & ~1]',
          '[0]',
          "['\\x02']",
          '[1][2][1]',
        ]);
  }

  #plain(): string {
    const type = this.#choose.pick(this.#scalars);
    const pointer = type.includes('*');
    const align = this.#choose.chance(0.1)
      ? this.#choose.pick(['_Alignas(16) ', this.#strictest, '__attribute__((aligned(8))) ', '__attribute__((packed)) '])
      : '';
    const after = this.#choose.chance(0.1)
      ? ` __attribute__((${this.#choose.pick(['packed', 'aligned(2)', 'aligned(16)', 'aligned', 'packed, aligned(2)', '__unused__'])}))`
      : '';
    const name = this.#name();
    const rest = !pointer && this.#choose.chance(0.15) ? `, *${this.#name()}` : '';
    return `${align}${type} ${name}${this.#dimensions()}${after}${rest};`;
  }
}
