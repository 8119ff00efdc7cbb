/** Types of system headers that are neither basic types nor structs with members to show: locks, and what is looked at as a whole. */
import type { Abi } from '../../../../api.d.ts';
import type { Basic } from './basic.ts';
import { WORDS } from './words.ts';

/** Size of each ABI in bytes, and alignment where it is not that of long. Source: glibc 2.36 sysdeps/.../bits/pthreadtypes-arch.h. */
type Sizes = readonly [x86_64: number, aarch64: number, i386: number, arm: number];

const LOCKS: readonly (readonly [string, Sizes])[] = [
  ['pthread_mutex_t', [40, 48, 24, 24]],
  ['pthread_cond_t', [48, 48, 48, 48]],
  ['pthread_rwlock_t', [56, 56, 32, 32]],
  ['pthread_barrier_t', [32, 32, 20, 20]],
  ['sem_t', [32, 32, 16, 16]],
  ['mtx_t', [40, 48, 24, 24]],
  ['cnd_t', [48, 48, 48, 48]],
];

const OPAQUE: readonly (readonly [string, Sizes, alignment?: number])[] = [
  ['pthread_mutexattr_t', [4, 8, 4, 4], 4],
  ['pthread_condattr_t', [4, 8, 4, 4], 4],
  ['pthread_barrierattr_t', [4, 8, 4, 4], 4],
  ['pthread_rwlockattr_t', [8, 8, 8, 8]],
  ['pthread_attr_t', [56, 64, 36, 36]],
  ['sigset_t', [128, 128, 128, 128]],
  ['__sigset_t', [128, 128, 128, 128]],
  ['siginfo_t', [128, 128, 128, 128]],
  ['sigevent_t', [64, 64, 64, 64]],
  ['mbstate_t', [8, 8, 8, 8], 4],
  ['va_list', [24, 32, 4, 4]],
  ['__builtin_va_list', [24, 32, 4, 4]],
];

const COLUMN: Readonly<Record<Abi, 0 | 1 | 2 | 3>> = { x86_64: 0, aarch64: 1, i386: 2, arm: 3 };

/** Canonical names of stdatomic.h's types by the type that they are atomic versions of (C17 7.17.6). */
const ATOMIC: Readonly<Record<string, string>> = {
  atomic_bool: '_Bool',
  atomic_char: 'char',
  atomic_schar: 'signed char',
  atomic_uchar: 'unsigned char',
  atomic_short: 'short',
  atomic_ushort: 'unsigned short',
  atomic_int: 'int',
  atomic_uint: 'unsigned int',
  atomic_long: 'long',
  atomic_ulong: 'unsigned long',
  atomic_llong: 'long long',
  atomic_ullong: 'unsigned long long',
};
const ATOMIC_TYPEDEFS = `char8_t char16_t char32_t wchar_t int_least8_t uint_least8_t int_least16_t uint_least16_t int_least32_t
  uint_least32_t int_least64_t uint_least64_t int_fast8_t uint_fast8_t int_fast16_t uint_fast16_t int_fast32_t uint_fast32_t
  int_fast64_t uint_fast64_t intptr_t uintptr_t size_t ptrdiff_t intmax_t uintmax_t`;

/** What `abi` has, with basic types and aliases as they are given. */
export function namedTypes(
  abi: Abi,
  clang: boolean,
  basic: ReadonlyMap<string, Basic>,
  aliases: ReadonlyMap<string, string>,
): Map<string, Basic> {
  const { word, arm } = WORDS[abi];
  const column = COLUMN[abi];
  // __WSEQ of a condition variable is an unsigned long long.
  const lockAlignment = (name: string): number => (abi === 'arm' && /^(pthread_cond|cnd)_t$/.test(name) ? 8 : word);
  const found = new Map<string, Basic>([
    ...LOCKS.map(([name, sizes]): [string, Basic] => [
      name,
      { kind: 'sync', size: sizes[column], alignment: lockAlignment(name) },
    ]),
    ...OPAQUE.map(([name, sizes, alignment = word]): [string, Basic] => [
      name,
      { kind: 'opaque', size: sizes[column], alignment },
    ]),
    ['pthread_spinlock_t', { kind: 'sync', size: 4, alignment: 4 }],
    ['atomic_flag', { kind: 'sync', size: 1, alignment: 1 }],
    ['max_align_t', { kind: 'opaque', ...maxAlign(abi, clang) }],
    ...['timer_t', '__timer_t', 'caddr_t', '__caddr_t'].map((name): [string, Basic] => [
      name,
      { kind: 'pointer', size: word, alignment: word },
    ]),
    ...['__aligned_u64', '__aligned_be64', '__aligned_le64'].map((name): [string, Basic] => [
      name,
      { kind: 'integer', size: 8, alignment: 8, signed: false },
    ]),
  ]);
  if (arm) found.set('__fp16', { kind: 'float', size: 2, alignment: 2 });
  const typedefs = ATOMIC_TYPEDEFS.split(/\s+/).map((name): [string, string] => [`atomic_${name}`, aliases.get(name) ?? name]);
  for (const [name, target] of [...Object.entries(ATOMIC), ...typedefs]) {
    const type = basic.get(target);
    if (type !== undefined) found.set(name, { ...type, alignment: type.size });
  }
  return found;
}

/** stddef.h: a long long and a long double, each aligned as __alignof__ says; gcc on i386 adds a __float128. */
function maxAlign(abi: Abi, clang: boolean): { size: number; alignment: number } {
  if (abi === 'i386') return clang ? { size: 24, alignment: 8 } : { size: 48, alignment: 16 };
  return abi === 'arm' ? { size: 16, alignment: 8 } : { size: 32, alignment: 16 };
}
