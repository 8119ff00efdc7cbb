/** Random C declarations, the same for the same seed. Every struct may use those before it. */

export interface GeneratedMember {
  readonly name: string;
  readonly bitField: boolean;
}

export interface GeneratedStruct {
  readonly tag: string;
  /** 'struct s12', 'union s13' or 's14_t'. */
  readonly name: string;
  readonly source: string;
  /** Members that can be named, those of anonymous members included. */
  readonly members: readonly GeneratedMember[];
  readonly level: number;
  readonly scalarAlignment: boolean;
}

/** mulberry32: small, and good enough to pick shapes. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SCALARS = [
  ...['char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned', 'long', 'unsigned long', 'long long'],
  ...[
    'unsigned long long int',
    'long unsigned int',
    'int long',
    'short int unsigned',
    'float',
    'double',
    'long double',
    '__int128',
  ],
  ...[
    'unsigned __int128',
    '_Bool',
    'bool',
    '_Float16',
    'uint8_t',
    'int16_t',
    'uint32_t',
    'int64_t',
    'size_t',
    'uintptr_t',
    'wchar_t',
  ],
  ...['time_t', 'pid_t', 'struct timespec', 'pthread_mutex_t', 'sem_t', 'pthread_cond_t', 'pthread_rwlock_t', 'mode_t', 'off_t'],
  ...['void *', 'const char *', 'volatile int', '_Atomic int', '_Atomic(long)', '_Atomic char', 'double *restrict'],
];
const BIT_TYPES = [
  ...[
    'int',
    'unsigned',
    'signed int',
    'char',
    'unsigned char',
    'short',
    'unsigned short',
    'long',
    'unsigned long',
    '_Bool',
    'uint8_t',
    'uint16_t',
  ],
  ...['uint32_t', 'uint64_t', 'long long', 'wide_int', 'narrow_int'],
];
const BIT_WIDTHS: Record<string, number> = {
  ...{
    int: 32,
    unsigned: 32,
    'signed int': 32,
    char: 8,
    'unsigned char': 8,
    short: 16,
    'unsigned short': 16,
    long: 64,
    'unsigned long': 64,
  },
  ...{ _Bool: 1, uint8_t: 8, uint16_t: 16, uint32_t: 32, uint64_t: 64, 'long long': 64, wide_int: 32, narrow_int: 32 },
};

/** Comes before the structs. */
export const PRELUDE = `#define WIDTH 3
#define DOUBLED (WIDTH * 2)
enum { COUNT = 4, FLAGS = 1 << 2 | 1 };
typedef int wide_int __attribute__((aligned(16)));
typedef int narrow_int __attribute__((aligned(2)));
`;

export class Generator {
  readonly #random: () => number;
  readonly #made: GeneratedStruct[] = [];
  #members: GeneratedMember[] = [];
  #level = 0;
  #aligned = true;

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  next(): GeneratedStruct {
    const id = this.#made.length;
    this.#members = [];
    this.#level = 0;
    this.#aligned = true;
    const kind = this.#chance(0.15) ? 'union' : 'struct';
    const body = this.#body(kind, 1 + this.#below(8), 0);
    const tag = `s${id}`;
    const pack = this.#chance(0.15) ? this.#pick([1, 2, 4, 8, 16]) : 0;
    const before = this.#chance(0.2) ? ` ${this.#typeAttribute()}` : '';
    const after = this.#chance(0.1) ? ` ${this.#typeAttribute()}` : '';
    const asTypedef = this.#chance(0.2);
    const text = asTypedef ? `typedef ${kind}${before} ${body}${after} ${tag}_t;` : `${kind}${before} ${tag} ${body}${after};`;
    const source = pack > 0 ? `#pragma pack(push, ${pack})\n${text}\n#pragma pack(pop)\n` : `${text}\n`;
    const made = {
      tag,
      name: asTypedef ? `${tag}_t` : `${kind} ${tag}`,
      source,
      members: this.#members,
      level: this.#level,
      scalarAlignment: this.#aligned,
    };
    this.#made.push(made);
    return made;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
    const one = from[this.#below(from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  #typeAttribute(): string {
    return this.#pick([
      '__attribute__((packed))',
      '__attribute__((__packed__))',
      `__attribute__((aligned(${this.#pick([1, 2, 4, 8, 16, 32])})))`,
      `__attribute__((packed, aligned(${this.#pick([1, 2, 4, 8])})))`,
      '__attribute__((aligned))',
    ]);
  }

  #body(kind: string, count: number, depth: number): string {
    const lines: string[] = [];
    for (let i = 0; i < count; i++) lines.push(`  ${this.#member(depth)}`);
    if (depth === 0 && kind === 'struct' && this.#members.length > 0 && this.#chance(0.05))
      lines.push(`  ${this.#pick(['int', 'char', 'double'])} ${this.#name(false)}[];`);
    return `{\n${lines.join('\n')}\n}`;
  }

  #name(bitField: boolean): string {
    const name = `m${this.#members.length}`;
    this.#members.push({ name, bitField });
    return name;
  }

  #member(depth: number): string {
    const roll = this.#random();
    if (roll < 0.35) return this.#bitFields();
    if (roll < 0.42 && depth < 2) return this.#anonymous(depth);
    if (roll < 0.52) return this.#nested();
    if (roll < 0.56) return `int (*${this.#name(false)})(void *, struct unknown *);`;
    if (roll < 0.6)
      return `enum${this.#chance(0.3) ? ' __attribute__((packed))' : ''} { E${this.#unique()} = ${this.#pick(['1', '-1', '300', '70000', '0xffffffff', '1L << 40'])} } ${this.#name(false)};`;
    return this.#plain();
  }

  #unique(): string {
    return `${this.#made.length}_${this.#members.length}`;
  }

  #bitFields(): string {
    const type = this.#pick(BIT_TYPES);
    const most = BIT_WIDTHS[type] ?? 1;
    const attribute = this.#chance(0.08)
      ? ` __attribute__((${this.#pick(['packed', 'aligned(4)', 'aligned(2)', 'aligned(8)'])}))`
      : '';
    const roll = this.#random();
    if (roll < 0.12) return `${type} : 0;`;
    if (roll < 0.25) return `${type} : ${1 + this.#below(most)};`;
    const first = `${this.#name(true)} : ${1 + this.#below(most)}${attribute}`;
    return this.#chance(0.3) ? `${type} ${first}, ${this.#name(true)} : ${1 + this.#below(most)};` : `${type} ${first};`;
  }

  #anonymous(depth: number): string {
    const kind = this.#pick(['struct', 'union']);
    const attribute = this.#chance(0.2) ? ` ${this.#typeAttribute()}` : '';
    const before = this.#chance(0.5);
    const body = this.#body(kind, 1 + this.#below(3), depth + 1);
    return `${kind}${before ? attribute : ''} ${body}${before ? '' : attribute};`;
  }

  #nested(): string {
    const candidates = this.#made.slice(-40).filter((one) => one.level < 2);
    if (candidates.length === 0) return this.#plain();
    const inner = this.#pick(candidates);
    this.#level = Math.max(this.#level, inner.level + 1);
    return `${inner.name} ${this.#name(false)}${this.#dimensions()};`;
  }

  #dimensions(): string {
    return this.#chance(0.7)
      ? ''
      : this.#pick([
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
    const type = this.#pick(SCALARS);
    const pointer = type.includes('*');
    const align = this.#chance(0.1)
      ? this.#pick(['_Alignas(16) ', '_Alignas(long double) ', '__attribute__((aligned(8))) ', '__attribute__((packed)) '])
      : '';
    const after = this.#chance(0.1)
      ? ` __attribute__((${this.#pick(['packed', 'aligned(2)', 'aligned(16)', 'aligned', 'packed, aligned(2)', '__unused__'])}))`
      : '';
    const name = this.#name(false);
    const rest = !pointer && this.#chance(0.15) ? `, *${this.#name(false)}` : '';
    return `${align}${type} ${name}${this.#dimensions()}${after}${rest};`;
  }
}
