/**
 * What compilers define before the first line, as far as headers ask for it: gcc 12 and clang 14, `-dM -E`. The C++ standard is gnu++17,
 * which is gcc's own since 11 and clang's since 16. Macros of glibc's headers that are written like keywords stand here too.
 */
import type { Abi } from '../../../../api.d.ts';
import type { Target } from '../spec.ts';
import type { Basic } from './basic.ts';
import { greatest } from './limits.ts';

const ONES: Readonly<Record<'all' | Abi, string>> = {
  all: '__linux__ __linux __gnu_linux__ linux __unix__ __unix unix __ELF__ __STDC__ __STDC_HOSTED__ __STDC_UTF_16__ __STDC_UTF_32__',
  x86_64: '__x86_64__ __x86_64 __amd64__ __amd64 __LP64__ _LP64 __SSE__ __SSE2__',
  aarch64: '__aarch64__ __AARCH64EL__ __ARM_64BIT_STATE __ARM_PCS_AAPCS64 __LP64__ _LP64 __CHAR_UNSIGNED__',
  i386: '__i386__ __i386 i386 __i686__ __i686',
  arm: '__arm__ __ARMEL__ __ARM_32BIT_STATE __ARM_EABI__ __ARM_PCS_VFP __ARM_ARCH_7A__ __CHAR_UNSIGNED__',
};

const FIXED: Readonly<Record<string, string>> = {
  __CHAR_BIT__: '8',
  __ORDER_LITTLE_ENDIAN__: '1234',
  __ORDER_BIG_ENDIAN__: '4321',
  __ORDER_PDP_ENDIAN__: '3412',
  __BYTE_ORDER__: '1234',
};

/** Not the compilers', but glibc's: features.h, sys/cdefs.h, endian.h, bits/wordsize.h, stdalign.h. */
const HEADERS: Readonly<Record<string, string>> = {
  __LITTLE_ENDIAN: '1234',
  __BIG_ENDIAN: '4321',
  __PDP_ENDIAN: '3412',
  __BYTE_ORDER: '1234',
  __packed: '__attribute__((packed))',
  __signed__: 'signed',
};

const COMPILER: Readonly<Record<Target['dialect'], Readonly<Record<string, string>>>> = {
  gcc: { __FLOAT_WORD_ORDER__: '1234', __GNUC__: '12', __GNUC_MINOR__: '2', __GNUC_PATCHLEVEL__: '0', __GXX_ABI_VERSION: '1017' },
  clang: {
    __GNUC__: '4',
    __GNUC_MINOR__: '2',
    __GNUC_PATCHLEVEL__: '1',
    __GXX_ABI_VERSION: '1002',
    __clang__: '1',
    __clang_major__: '14',
    __clang_minor__: '0',
    __clang_patchlevel__: '6',
    __llvm__: '1',
  },
};

/** __SIZEOF_NAME__ of each. */
const SIZES: Readonly<Record<string, string>> = {
  SHORT: 'short',
  INT: 'int',
  LONG: 'long',
  LONG_LONG: 'long long',
  INT128: '__int128',
  FLOAT: 'float',
  DOUBLE: 'double',
  LONG_DOUBLE: 'long double',
  FLOAT128: '__float128',
  POINTER: 'unsigned long',
  SIZE_T: 'unsigned long',
  PTRDIFF_T: 'long',
  WCHAR_T: 'int',
  WINT_T: 'unsigned int',
};

/** __NAME_TYPE__, __NAME_MAX__ and, where both compilers have it, __NAME_WIDTH__ of stdint.h's types. */
const STDINT = `int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t int_least8_t int_least16_t int_least32_t int_least64_t
  uint_least8_t uint_least16_t uint_least32_t uint_least64_t int_fast8_t int_fast64_t uint_fast8_t uint_fast64_t intptr_t uintptr_t
  intmax_t uintmax_t size_t ptrdiff_t wchar_t wint_t`;

/** __NAME_MAX__ and __NAME_WIDTH__ of the types of the language. */
const LANGUAGE: Readonly<Record<string, string>> = {
  SCHAR: 'signed char',
  SHRT: 'short',
  INT: 'int',
  LONG: 'long',
  LONG_LONG: 'long long',
};

/**
 * Headers of libstdc++ 12 that, read for gcc, bring std::hardware_destructive_interference_size along, and the macro that says so: <new>
 * and what includes it.
 */
const INTERFERENCE = new Set(
  `algorithm any bitset ccomplex codecvt complex condition_variable ctgmath deque exception execution filesystem forward_list fstream
  functional future iomanip ios iostream istream iterator list locale map memory memory_resource mutex new optional ostream queue random
  regex scoped_allocator set shared_mutex sstream stack stdexcept streambuf string system_error unordered_map unordered_set valarray
  variant vector version`.split(/\s+/),
);

/** What a header of C++ that is not read defines, as far as layouts depend on it. */
export function headerMacros({ language, dialect }: Target, header: string): [name: string, body: string][] {
  // clang 14 has no __GCC_DESTRUCTIVE_SIZE, so that libstdc++ does without.
  const has = language === 'c++' && dialect === 'gcc' && INTERFERENCE.has(header);
  return has ? [['__cpp_lib_hardware_interference_size', '201703L']] : [];
}

export function predefinedMacros(
  target: Target,
  basic: ReadonlyMap<string, Basic>,
  aliases: ReadonlyMap<string, string>,
): Map<string, string> {
  const { abi, dialect, language } = target;
  const ones = `${ONES.all} ${ONES[abi]}`.split(' ').map((name): [string, string] => [name, '1']);
  const word = basic.get('long')?.size ?? 8;
  const standard: [string, string][] =
    language === 'c'
      ? [
          ['__STDC_VERSION__', '201710L'],
          ['alignas', '_Alignas'],
          ['alignof', '_Alignof'],
        ]
      : [
          ['__cplusplus', '201703L'],
          ['__GNUG__', dialect === 'gcc' ? '12' : '4'],
        ];
  return new Map([
    ...ones,
    ...Object.entries({ ...FIXED, ...HEADERS, ...COMPILER[dialect] }),
    ['__BIGGEST_ALIGNMENT__', abi === 'arm' ? '8' : '16'],
    ['__WORDSIZE', String(word * 8)],
    ...sizes(basic, dialect === 'clang'),
    ...integers(basic, aliases),
    ...standard,
    ...(dialect === 'gcc' ? interference(abi) : []),
  ]);
}

/** gcc 12's for the machine that is meant where no -mtune or -mcpu says more. */
function interference(abi: Abi): [string, string][] {
  return [
    ['__GCC_DESTRUCTIVE_SIZE', abi === 'aarch64' ? '256' : '64'],
    ['__GCC_CONSTRUCTIVE_SIZE', '64'],
  ];
}

function sizes(basic: ReadonlyMap<string, Basic>, clang: boolean): [string, string][] {
  const all = Object.entries(SIZES).flatMap(([name, type]): [string, string][] => {
    const size = basic.get(type)?.size;
    return size === undefined ? [] : [[`__SIZEOF_${name}__`, String(size)]];
  });
  const extended = basic.get('__float128') === undefined ? undefined : basic.get('long double')?.size;
  if (!clang && extended !== undefined) all.push(['__SIZEOF_FLOAT80__', String(extended)]);
  return all;
}

function integers(basic: ReadonlyMap<string, Basic>, aliases: ReadonlyMap<string, string>): [string, string][] {
  const described = (name: string, type: string, typed: boolean): [string, string][] => {
    const found = basic.get(type);
    if (found === undefined) return [];
    return [
      ...(typed ? [[`__${name}_TYPE__`, type] as [string, string]] : []),
      [`__${name}_MAX__`, literal(greatest(found), found, type)],
      ...(found.signed && !/^INT\d+$|SCHAR|LONG_LONG/.test(name)
        ? [[`__${name}_WIDTH__`, String(found.size * 8)] as [string, string]]
        : []),
    ];
  };
  const short = (name: string): string => name.replace(/_t$/, '').toUpperCase();
  return [
    ...STDINT.split(/\s+/).flatMap((name) => described(short(name), aliases.get(name) ?? 'int', true)),
    ...Object.entries(LANGUAGE).flatMap(([name, type]) => described(name, type, false)),
  ];
}

/** With the suffix that gives it its type. */
function literal(value: bigint, { signed, size }: Basic, type: string): string {
  const long = /long long/.test(type) ? 'LL' : /long/.test(type) ? 'L' : '';
  return `${value}${!signed && size >= 4 ? 'U' : ''}${long}`;
}
