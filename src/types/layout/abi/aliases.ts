/** Names that headers give to types of the language. Sources: glibc 2.36 bits/types.h and bits/typesizes.h of each ABI; Linux asm/posix_types.h. */
import type { Abi } from '../../../../api.d.ts';
import type { Dialect } from '../spec.ts';
import { WORDS, inverted } from './words.ts';

const EVERYWHERE = {
  'signed char': 'int8_t __int8_t __s8 int_least8_t __int_least8_t int_fast8_t',
  'unsigned char': 'uint8_t __uint8_t __u8 u_char __u_char u_int8_t uint_least8_t __uint_least8_t uint_fast8_t char8_t cc_t',
  short: 'int16_t __int16_t __s16 int_least16_t __int_least16_t',
  'unsigned short': `uint16_t __uint16_t __u16 __le16 __be16 __sum16 u_short __u_short ushort u_int16_t uint_least16_t
    __uint_least16_t char16_t in_port_t sa_family_t`,
  int: `int32_t __int32_t __s32 int_least32_t __int_least32_t pid_t __pid_t key_t __key_t clockid_t __clockid_t daddr_t
    sig_atomic_t __sig_atomic_t pthread_once_t mqd_t __kernel_pid_t __kernel_key_t __kernel_daddr_t`,
  'unsigned int': `uint32_t __uint32_t __u32 __le32 __be32 __wsum __poll_t u_int __u_int uint u_int32_t uint_least32_t
    __uint_least32_t char32_t wint_t uid_t __uid_t gid_t __gid_t id_t __id_t mode_t __mode_t socklen_t __socklen_t useconds_t
    __useconds_t in_addr_t pthread_key_t tss_t speed_t tcflag_t __kernel_uid32_t __kernel_gid32_t`,
  long: `off_t __off_t time_t __time_t suseconds_t __suseconds_t clock_t __clock_t blkcnt_t __blkcnt_t __syscall_slong_t
    fd_mask __kernel_long_t __kernel_time_t __kernel_off_t __kernel_clock_t __kernel_suseconds_t`,
  'unsigned long': `u_long __u_long ulong ino_t __ino_t rlim_t __rlim_t fsblkcnt_t __fsblkcnt_t fsfilcnt_t __fsfilcnt_t
    __syscall_ulong_t pthread_t thrd_t shmatt_t msgqnum_t msglen_t nfds_t __kernel_ulong_t __kernel_ino_t`,
  'long long': '__s64 __kernel_loff_t __kernel_time64_t',
  'unsigned long long': '__u64 __le64 __be64',
  _Bool: 'bool',
  float: '_Float32',
  double: '_Float64 _Float32x',
};

/** [of 64 bits, of 32 bits] */
const BY_WORD: Readonly<Record<string, readonly [string, string]>> = {
  'int64_t __int64_t int_least64_t __int_least64_t int_fast64_t intmax_t __intmax_t off64_t __off64_t loff_t __loff_t blkcnt64_t quad_t __quad_t':
    ['long', 'long long'],
  'uint64_t __uint64_t u_int64_t uint_least64_t __uint_least64_t uint_fast64_t uintmax_t __uintmax_t dev_t __dev_t ino64_t __ino64_t fsblkcnt64_t fsfilcnt64_t rlim64_t __rlim64_t u_quad_t __u_quad_t eventfd_t':
    ['unsigned long', 'unsigned long long'],
  'int_fast16_t int_fast32_t intptr_t __intptr_t ptrdiff_t ssize_t __ssize_t register_t __fsword_t __kernel_ssize_t __kernel_ptrdiff_t':
    ['long', 'int'],
  'uint_fast16_t uint_fast32_t uintptr_t size_t __size_t __kernel_size_t': ['unsigned long', 'unsigned int'],
  '__kernel_mode_t __kernel_uid_t __kernel_gid_t': ['unsigned int', 'unsigned short'],
};

/** By name the canonical name of its type. */
export function typeAliases(abi: Abi, dialect: Dialect): Map<string, string> {
  const { word, arm } = WORDS[abi];
  // gcc on i386 makes wchar_t a long, of 4 bytes too (config/i386/i386.h, WCHAR_TYPE).
  const wide = arm ? 'unsigned int' : abi === 'i386' && dialect === 'gcc' ? 'long' : 'int';
  const byWord = Object.entries(BY_WORD).map(([names, targets]): [string, string] => [targets[word === 8 ? 0 : 1], names]);
  const own = {
    [abi === 'aarch64' ? 'int' : 'long']: 'blksize_t __blksize_t',
    [abi === 'x86_64' ? 'unsigned long' : 'unsigned int']: 'nlink_t __nlink_t',
  };
  return new Map([
    ...inverted(EVERYWHERE),
    ...byWord.flatMap(([target, names]) => inverted({ [target]: names })),
    ...inverted(own),
    ...inverted({ [wide]: 'wchar_t' }),
    ...floats(abi),
    ...(word === 8 ? inverted({ __int128: '__int128_t', 'unsigned __int128': '__uint128_t' }) : []),
  ]);
}

/** FLT_EVAL_METHOD is 2 on i386, which computes in the x87. */
function floats(abi: Abi): [string, string][] {
  const evaluated = abi === 'i386' ? { 'long double': 'float_t double_t' } : { float: 'float_t', double: 'double_t' };
  const wide = { x86_64: '__float128', i386: '__float128', aarch64: 'long double', arm: undefined }[abi];
  return [
    ...inverted(evaluated),
    ...(abi === 'arm' ? [] : inverted({ 'long double': '_Float64x' })),
    ...(wide === undefined ? [] : inverted({ [wide]: '_Float128' })),
  ];
}
