/** What an ABI says of the basic types; one table for each. Sources: System V ABI, AMD64 supplement, 3.1.2; glibc 2.36 bits/. */
import type { Abi, TypeLayout } from '../../../api.d.ts';

type Kind = TypeLayout['kind'];

interface Basic {
  readonly kind: Kind;
  readonly size: number;
  readonly alignment: number;
  readonly signed?: boolean;
}

export interface AbiRules {
  readonly pointerSize: number;
  /** Largest alignment that 'aligned' without a number gives. */
  readonly biggestAlignment: number;
  /** Unnamed bit-fields raise the alignment of their struct (aarch64). */
  readonly unnamedBitFieldsAlign: boolean;
  /** By canonical name: 'unsigned long'. */
  readonly basic: ReadonlyMap<string, Basic>;
  /** Names that headers define as another type of the language. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Types with a name of their own that headers define. */
  readonly named: ReadonlyMap<string, Basic>;
  /** Structs of system headers by tag, with members of named types. */
  readonly structs: ReadonlyMap<string, readonly (readonly [name: string, type: string])[]>;
  readonly macros: ReadonlyMap<string, string>;
  readonly constants: ReadonlyMap<string, bigint>;
}

const integer = (size: number, signed: boolean): Basic => ({ kind: 'integer', size, alignment: size, signed });
const sync = (size: number, alignment: number): Basic => ({ kind: 'sync', size, alignment });

const BASIC: [string, Basic][] = [
  ['_Bool', { kind: 'bool', size: 1, alignment: 1, signed: false }],
  ['char', { kind: 'char', size: 1, alignment: 1, signed: true }],
  ['signed char', integer(1, true)],
  ['unsigned char', integer(1, false)],
  ['short', integer(2, true)],
  ['unsigned short', integer(2, false)],
  ['int', integer(4, true)],
  ['unsigned int', integer(4, false)],
  ['long', integer(8, true)],
  ['unsigned long', integer(8, false)],
  ['long long', integer(8, true)],
  ['unsigned long long', integer(8, false)],
  ['__int128', integer(16, true)],
  ['unsigned __int128', integer(16, false)],
  ['_Float16', { kind: 'float', size: 2, alignment: 2 }],
  ['float', { kind: 'float', size: 4, alignment: 4 }],
  ['double', { kind: 'float', size: 8, alignment: 8 }],
  ['long double', { kind: 'float', size: 16, alignment: 16 }],
  ['__float128', { kind: 'opaque', size: 16, alignment: 16 }],
];

const ALIASES: Record<string, readonly string[]> = {
  'signed char': ['int8_t', '__int8_t', '__s8', 'int_least8_t', 'int_fast8_t', 'atomic_schar'],
  'unsigned char': [
    'uint8_t',
    '__uint8_t',
    '__u8',
    'u_char',
    'u_int8_t',
    'uint_least8_t',
    'uint_fast8_t',
    'char8_t',
    'atomic_uchar',
  ],
  short: ['int16_t', '__int16_t', '__s16', 'int_least16_t', 'atomic_short'],
  'unsigned short': [
    'uint16_t',
    '__uint16_t',
    '__u16',
    '__le16',
    '__be16',
    'u_short',
    'ushort',
    'u_int16_t',
    'uint_least16_t',
    'char16_t',
    'in_port_t',
    'sa_family_t',
    'atomic_ushort',
  ],
  int: [
    'int32_t',
    '__int32_t',
    '__s32',
    'int_least32_t',
    'pid_t',
    '__pid_t',
    'key_t',
    'clockid_t',
    'wchar_t',
    'sig_atomic_t',
    'pthread_once_t',
    'atomic_int',
    'atomic_int_least32_t',
  ],
  'unsigned int': [
    'uint32_t',
    '__uint32_t',
    '__u32',
    '__le32',
    '__be32',
    'u_int',
    'uint',
    'u_int32_t',
    'uint_least32_t',
    'char32_t',
    'wint_t',
    'uid_t',
    'gid_t',
    'id_t',
    'mode_t',
    'socklen_t',
    'useconds_t',
    'in_addr_t',
    'pthread_key_t',
    'atomic_uint',
  ],
  long: [
    'int64_t',
    '__int64_t',
    'int_least64_t',
    'int_fast16_t',
    'int_fast32_t',
    'int_fast64_t',
    'intmax_t',
    'intptr_t',
    'ptrdiff_t',
    'ssize_t',
    '__ssize_t',
    'off_t',
    '__off_t',
    'off64_t',
    'loff_t',
    'time_t',
    '__time_t',
    'suseconds_t',
    'clock_t',
    'blkcnt_t',
    'blksize_t',
    'register_t',
    'atomic_long',
    'atomic_ptrdiff_t',
    'atomic_intptr_t',
    'atomic_intmax_t',
  ],
  'unsigned long': [
    'uint64_t',
    '__uint64_t',
    'uint_least64_t',
    'uint_fast16_t',
    'uint_fast32_t',
    'uint_fast64_t',
    'uintmax_t',
    'uintptr_t',
    'size_t',
    '__size_t',
    'u_long',
    'ulong',
    'u_int64_t',
    'dev_t',
    'ino_t',
    'nlink_t',
    'rlim_t',
    'fsblkcnt_t',
    'fsfilcnt_t',
    'pthread_t',
    'shmatt_t',
    'msgqnum_t',
    'msglen_t',
    'nfds_t',
    'atomic_ulong',
    'atomic_size_t',
    'atomic_uintptr_t',
    'atomic_uintmax_t',
  ],
  'long long': ['__s64', 'atomic_llong', 'quad_t'],
  'unsigned long long': ['__u64', '__le64', '__be64', 'atomic_ullong', 'u_quad_t'],
  __int128: ['__int128_t'],
  'unsigned __int128': ['__uint128_t'],
  _Bool: ['bool', 'atomic_bool'],
  char: ['atomic_char'],
  float: ['float_t', '_Float32'],
  double: ['double_t', '_Float64', '_Float32x'],
  'long double': ['_Float64x'],
  __float128: ['_Float128'],
};

const NAMED: [string, Basic][] = [
  ['pthread_mutex_t', sync(40, 8)],
  ['pthread_cond_t', sync(48, 8)],
  ['pthread_rwlock_t', sync(56, 8)],
  ['pthread_barrier_t', sync(32, 8)],
  ['pthread_spinlock_t', sync(4, 4)],
  ['sem_t', sync(32, 8)],
  ['mtx_t', sync(40, 8)],
  ['cnd_t', sync(48, 8)],
  ['atomic_flag', sync(1, 1)],
  ['pthread_mutexattr_t', { kind: 'opaque', size: 4, alignment: 4 }],
  ['pthread_condattr_t', { kind: 'opaque', size: 4, alignment: 4 }],
  ['pthread_rwlockattr_t', { kind: 'opaque', size: 8, alignment: 8 }],
  ['pthread_barrierattr_t', { kind: 'opaque', size: 4, alignment: 4 }],
  ['pthread_attr_t', { kind: 'opaque', size: 56, alignment: 8 }],
  ['sigset_t', { kind: 'opaque', size: 128, alignment: 8 }],
  ['max_align_t', { kind: 'opaque', size: 32, alignment: 16 }],
  ['va_list', { kind: 'opaque', size: 24, alignment: 8 }],
];

const STRUCTS: [string, readonly (readonly [string, string])[]][] = [
  [
    'timespec',
    [
      ['tv_sec', 'time_t'],
      ['tv_nsec', 'long'],
    ],
  ],
  [
    'timeval',
    [
      ['tv_sec', 'time_t'],
      ['tv_usec', 'suseconds_t'],
    ],
  ],
  [
    'itimerspec',
    [
      ['it_interval', 'struct timespec'],
      ['it_value', 'struct timespec'],
    ],
  ],
  [
    'itimerval',
    [
      ['it_interval', 'struct timeval'],
      ['it_value', 'struct timeval'],
    ],
  ],
  ['in_addr', [['s_addr', 'in_addr_t']]],
];

/** What the compiler itself defines. */
const MACROS: [string, string][] = [
  ['__x86_64__', '1'],
  ['__x86_64', '1'],
  ['__amd64__', '1'],
  ['__linux__', '1'],
  ['__linux', '1'],
  ['__unix__', '1'],
  ['__LP64__', '1'],
  ['_LP64', '1'],
  ['__GNUC__', '12'],
  ['__STDC__', '1'],
  ['__STDC_VERSION__', '201710L'],
  ['__CHAR_BIT__', '8'],
  ['__SIZEOF_POINTER__', '8'],
  ['__SIZEOF_LONG__', '8'],
  ['__SIZEOF_INT__', '4'],
  ['__SIZEOF_INT128__', '16'],
  ['__BIGGEST_ALIGNMENT__', '16'],
  ['__WORDSIZE', '64'],
  ['__ORDER_LITTLE_ENDIAN__', '1234'],
  ['__ORDER_BIG_ENDIAN__', '4321'],
  ['__BYTE_ORDER__', '1234'],
  ['__LITTLE_ENDIAN', '1234'],
  ['__BIG_ENDIAN', '4321'],
  ['__BYTE_ORDER', '1234'],
  ['__packed', '__attribute__((packed))'],
  ['__signed__', 'signed'],
  ['alignas', '_Alignas'],
];

/** Constants of limits.h, stdint.h, stdbool.h and endian.h; a declaration of the source goes before them. */
const CONSTANTS: [string, bigint][] = [
  ['CHAR_BIT', 8n],
  ['SCHAR_MAX', 127n],
  ['UCHAR_MAX', 255n],
  ['CHAR_MAX', 127n],
  ['SHRT_MAX', 32767n],
  ['USHRT_MAX', 65535n],
  ['INT_MAX', 2147483647n],
  ['UINT_MAX', 4294967295n],
  ['LONG_MAX', 9223372036854775807n],
  ['ULONG_MAX', 18446744073709551615n],
  ['INT8_MAX', 127n],
  ['UINT8_MAX', 255n],
  ['INT16_MAX', 32767n],
  ['UINT16_MAX', 65535n],
  ['INT32_MAX', 2147483647n],
  ['UINT32_MAX', 4294967295n],
  ['INT64_MAX', 9223372036854775807n],
  ['UINT64_MAX', 18446744073709551615n],
  ['SIZE_MAX', 18446744073709551615n],
  ['INT_MIN', -2147483648n],
  ['INT32_MIN', -2147483648n],
  ['INT64_MIN', -9223372036854775808n],
  ['LONG_MIN', -9223372036854775808n],
  ['PATH_MAX', 4096n],
  ['NAME_MAX', 255n],
  ['true', 1n],
  ['false', 0n],
  ['LITTLE_ENDIAN', 1234n],
  ['BIG_ENDIAN', 4321n],
  ['BYTE_ORDER', 1234n],
];

const X86_64: AbiRules = {
  pointerSize: 8,
  biggestAlignment: 16,
  unnamedBitFieldsAlign: false,
  basic: new Map(BASIC),
  aliases: new Map(Object.entries(ALIASES).flatMap(([target, names]) => names.map((name): [string, string] => [name, target]))),
  named: new Map(NAMED),
  structs: new Map(STRUCTS),
  macros: new Map(MACROS),
  constants: new Map(CONSTANTS),
};

/** The rules of an ABI; undefined for one that is not known yet. */
export function abiRules(abi: Abi): AbiRules | undefined {
  return abi === 'x86_64' ? X86_64 : undefined;
}
