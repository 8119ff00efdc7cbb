/** Random C++ classes, the same for the same seed. Every class may use those before it. */
import type { Target } from '../../../src/types/layout/spec.ts';
import type { GeneratedStruct } from './generator.ts';
import { Chooser } from './random.ts';

const SCALARS =
  `char,signed char,unsigned char,short,unsigned short,int,unsigned,long,unsigned long,long long,float,double,long double,bool,
uint8_t,int16_t,uint32_t,int64_t,size_t,wchar_t,char16_t,char32_t,time_t,pthread_mutex_t,void *,const char *,volatile int,wide_int,
double *__restrict,_Complex float,small,level,flags`.split(/,\n?/);
const BITS: readonly (readonly [type: string, width: number])[] = [
  ...([
    ['int', 32],
    ['unsigned', 32],
    ['char', 8],
    ['unsigned char', 8],
    ['short', 16],
    ['bool', 8],
    ['uint8_t', 8],
  ] as const),
  ...([
    ['uint16_t', 16],
    ['uint32_t', 32],
    ['uint64_t', 64],
    ['long long', 64],
    ['char16_t', 16],
    ['wchar_t', 32],
  ] as const),
  ...([
    ['wide_int', 32],
    ['narrow_int', 32],
    ['level', 8],
    ['flags', 16],
  ] as const),
];

/** Arguments of templates, on which an alignment of their own is lost. */
const ARGUMENTS = [
  'char',
  'short',
  'int',
  'unsigned long',
  'long long',
  'double',
  'void *',
  'level',
  'flags',
  'wide_int',
  'bool',
];
const ATOMIC = [...ARGUMENTS.filter((type) => type !== 'wide_int'), 'uint8_t', 'float', 'small'];
/** Deeper than anything that another class takes. */
const UNUSABLE = 100;

/** Comes before the classes; what the compiler is told besides is headersOf's. */
export const CLASS_PRELUDE = `typedef int wide_int __attribute__((aligned(16)));
typedef int narrow_int __attribute__((aligned(2)));
enum small { SMALL = 7 };
enum class level : unsigned char { LOW, HIGH = 200 };
enum flags : short { NONE, ALL = -1 };
`;

interface Made extends GeneratedStruct {
  readonly union: boolean;
  /** Has nothing that an anonymous struct or union may not hold: constructors, destructors, virtual functions. */
  readonly plain: boolean;
  /** Its destructor is virtual: a class derived from it might have a deleted one. */
  readonly sealed: boolean;
}

interface Context {
  readonly union: boolean;
  /** Members of an anonymous struct or union have no access and no functions. */
  readonly anonymous: boolean;
  readonly depth: number;
}

export class ClassGenerator {
  readonly #choose: Chooser;
  readonly #made: Made[] = [];
  readonly #scalars: readonly string[];
  #count = 0;
  #inner = 0;
  #level = 0;
  #plain = true;
  #sealed = false;

  constructor(seed: number, { abi }: Target) {
    this.#choose = new Chooser(seed);
    this.#scalars = [...SCALARS, ...(abi === 'x86_64' || abi === 'aarch64' ? ['__int128'] : [])];
  }

  next(): GeneratedStruct {
    const choose = this.#choose;
    const tag = `s${this.#made.length}`;
    this.#count = 0;
    this.#level = 0;
    this.#plain = true;
    this.#sealed = false;
    const union = choose.chance(0.1);
    const head = union ? 'union' : choose.pick(['struct', 'struct', 'class']);
    const bases = union || choose.chance(0.45) ? '' : this.#bases();
    const before = choose.chance(0.18) ? ` ${this.#typeAttribute()}` : '';
    const count = choose.chance(0.22) ? 0 : 1 + choose.below(6);
    const body = this.#body(tag, count, { union, anonymous: false, depth: 0 });
    const pack = choose.chance(0.12) ? choose.pick([1, 2, 4, 8]) : 0;
    const text = `${head}${before} ${tag}${bases} ${body};`;
    const source = pack > 0 ? `#pragma pack(push, ${pack})\n${text}\n#pragma pack(pop)\n` : `${text}\n`;
    const made = { tag, name: tag, source, level: this.#level, union, plain: this.#plain, sealed: this.#sealed };
    this.#made.push(made);
    return made;
  }

  #bases(): string {
    const found = new Set<string>();
    const candidates = this.#made.slice(-30).filter((one) => !one.union && !one.sealed && one.level < 4);
    for (let left = this.#choose.pick([0, 1, 1, 1, 2, 2, 3]); left > 0 && candidates.length > 0; left--) {
      const base = this.#choose.pick(candidates);
      this.#level = Math.max(this.#level, base.level + 1);
      this.#plain &&= base.plain;
      found.add(base.tag);
    }
    const access = (): string => this.#choose.pick(['', 'public ', 'private ', 'protected ']);
    return found.size === 0 ? '' : ` : ${[...found].map((tag) => access() + tag).join(', ')}`;
  }

  #typeAttribute(): string {
    return this.#choose.pick([
      '__attribute__((packed))',
      '__attribute__((packed))',
      `__attribute__((aligned(${this.#choose.pick([1, 2, 4, 8, 16])})))`,
      'alignas(32)',
      '[[gnu::packed]]',
    ]);
  }

  #body(tag: string, count: number, context: Context): string {
    const lines: string[] = [];
    const special = !context.anonymous && this.#choose.chance(0.25) ? this.#special(tag) : '';
    if (special !== '') lines.push(special);
    if (!context.union && !context.anonymous && this.#choose.chance(0.12))
      lines.push(this.#virtual(tag, context.depth === 0 && !special.startsWith('~')));
    for (let i = 0; i < count; i++) {
      if (!context.anonymous && !context.union && this.#choose.chance(0.12))
        lines.push(this.#choose.pick(['private:', 'protected:', 'public:']));
      lines.push(this.#member(context));
    }
    if (context.depth === 0 && !context.union && this.#choose.chance(0.04)) lines.push(this.#flexible());
    return `{\n${lines.map((line) => `  ${line}\n`).join('')}}`;
  }

  #special(tag: string): string {
    this.#plain = false;
    return this.#choose.pick([
      `${tag}();`,
      `${tag}(int);`,
      `${tag}() = default;`,
      `explicit ${tag}(int x = 1);`,
      `${tag}(const ${tag} &);`,
      `~${tag}();`,
      `~${tag}() = default;`,
      `${tag} &operator=(const ${tag} &);`,
      `${tag} &operator=(const ${tag} &) = default;`,
      `${tag} &operator=(const ${tag} &) = delete;`,
      `void set(int x) { (void)x; }`,
      `static int total;`,
      `static constexpr int most = 3;`,
      `friend class other;`,
      `typedef int number;`,
      `bool operator==(const ${tag} &) const;`,
    ]);
  }

  #virtual(tag: string, withDestructor: boolean): string {
    this.#plain = false;
    const functions = [`virtual void f_${tag}();`, 'virtual void run();'];
    const destructors = withDestructor ? [`virtual ~${tag}();`, `virtual ~${tag}() = default;`] : [];
    const made = this.#choose.pick([...functions, ...destructors]);
    this.#sealed ||= made.includes('~');
    return made;
  }

  #name(): string {
    return `m${this.#count++}`;
  }

  #member(context: Context): string {
    const roll = this.#choose.random();
    if (roll < 0.22) return this.#bits();
    if (roll < 0.29 && context.depth < 2) return this.#anonymous(context);
    if (roll < 0.34 && context.depth < 2 && !context.anonymous) return this.#nested(context);
    if (roll < 0.6) return this.#earlier(context);
    if (roll < 0.63 && !context.union && !context.anonymous) return this.#reference();
    if (roll < 0.74 && !context.anonymous) return this.#library(context);
    if (roll < 0.77 && !context.anonymous) return `enum class e${this.#count} : unsigned short { A } ${this.#name()};`;
    return this.#simple(context);
  }

  #bits(): string {
    const [type, width] = this.#choose.pick(BITS);
    const roll = this.#choose.random();
    if (roll < 0.1) return `${type} : 0;`;
    if (roll < 0.2) return `${type} : ${1 + this.#choose.below(width)};`;
    const bits = this.#choose.chance(0.06) ? width + 1 + this.#choose.below(70) : 1 + this.#choose.below(width);
    const attribute = this.#choose.chance(0.06) ? ' __attribute__((packed))' : '';
    return `${type} ${this.#name()} : ${bits}${attribute};`;
  }

  #anonymous({ depth }: Context): string {
    const kind = this.#choose.pick(['struct', 'union']);
    const attribute = this.#choose.chance(0.15) ? ' __attribute__((packed))' : '';
    const body = this.#body('', 1 + this.#choose.below(3), { union: kind === 'union', anonymous: true, depth: depth + 1 });
    return `${kind}${attribute} ${body};`;
  }

  #nested({ depth }: Context): string {
    const tag = `n${this.#made.length}_${this.#inner++}`;
    const body = this.#body(tag, this.#choose.below(3), { union: false, anonymous: false, depth: depth + 1 });
    return `struct ${tag} ${body} ${this.#name()};`;
  }

  #reference(): string {
    this.#plain = false;
    return `int &${this.#name()};`;
  }

  /** The last member; nothing else may hold such a class. */
  #flexible(): string {
    this.#level = UNUSABLE;
    return `int ${this.#name()}; ${this.#choose.pick(['char', 'short', 'double', 'small'])} ${this.#name()}[];`;
  }

  /** What libstdc++ makes of scalars and of earlier classes. */
  #library({ union }: Context): string {
    this.#plain = false;
    const choose = this.#choose;
    const type = choose.pick([
      () => `std::array<${this.#argument()}, ${choose.below(4)}>`,
      () => `std::atomic<${choose.pick(ATOMIC)}>`,
      () => `std::pair<${this.#argument()}, ${this.#argument()}>`,
      () => `std::optional<${this.#argument()}>`,
      () => `std::tuple<${Array.from({ length: choose.below(4) }, () => this.#argument()).join(', ')}>`,
    ])();
    const before = !union && choose.chance(0.2) ? '[[no_unique_address]] ' : '';
    return `${before}${type} ${this.#name()};`;
  }

  #argument(): string {
    const candidates = this.#made.slice(-40).filter((one) => one.level < 3);
    if (candidates.length === 0 || this.#choose.chance(0.5)) return this.#choose.pick(ARGUMENTS);
    const inner = this.#choose.pick(candidates);
    this.#level = Math.max(this.#level, inner.level + 1);
    return inner.tag;
  }

  #earlier(context: Context): string {
    const candidates = this.#made.slice(-40).filter((one) => one.level < 4 && (one.plain || !context.anonymous));
    if (candidates.length === 0) return this.#simple(context);
    const inner = this.#choose.pick(candidates);
    this.#level = Math.max(this.#level, inner.level + 1);
    this.#plain &&= inner.plain;
    const before = context.anonymous
      ? ''
      : this.#choose.chance(0.2)
        ? '[[no_unique_address]] '
        : this.#choose.chance(0.06)
          ? 'alignas(32) '
          : '';
    const after = this.#choose.chance(0.05) ? ' __attribute__((packed))' : '';
    const dimensions = this.#choose.chance(0.2) ? this.#choose.pick(['[2]', '[3]', '[2][2]', '[0]']) : '';
    return `${before}${inner.tag} ${this.#name()}${dimensions}${after};`;
  }

  #simple({ union, anonymous }: Context): string {
    const type = this.#choose.pick(this.#scalars);
    const align = this.#choose.chance(0.06) ? this.#choose.pick(['alignas(16) ', '__attribute__((aligned(8))) ']) : '';
    const after = this.#choose.chance(0.06)
      ? ` __attribute__((${this.#choose.pick(['packed', 'aligned(2)', 'packed, aligned(2)'])}))`
      : '';
    // Elements may not be aligned to more than they take.
    const dimensions =
      type !== 'wide_int' && this.#choose.chance(0.2) ? this.#choose.pick(['[2]', '[3]', '[2][3]', '[0]', '[sizeof(int)]']) : '';
    const simple = dimensions === '' && after === '' && !union && !anonymous;
    const initial = simple && this.#choose.chance(0.05) ? '{}' : '';
    if (initial !== '') this.#plain = false;
    return `${align}${type} ${this.#name()}${dimensions}${after}${initial};`;
  }
}
