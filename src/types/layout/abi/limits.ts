/** Constants of limits.h, stdint.h, stdbool.h and endian.h. */
import type { Basic } from './basic.ts';

export const LIMITS: readonly (readonly [string, bigint])[] = [
  ['CHAR_BIT', 8n],
  ['INT8_MAX', 127n],
  ['INT8_MIN', -128n],
  ['UINT8_MAX', 255n],
  ['INT16_MAX', 32767n],
  ['INT16_MIN', -32768n],
  ['UINT16_MAX', 65535n],
  ['INT32_MAX', 2147483647n],
  ['INT32_MIN', -2147483648n],
  ['UINT32_MAX', 4294967295n],
  ['INT64_MAX', 9223372036854775807n],
  ['INT64_MIN', -9223372036854775808n],
  ['UINT64_MAX', 18446744073709551615n],
  ['INTMAX_MAX', 9223372036854775807n],
  ['UINTMAX_MAX', 18446744073709551615n],
  ['PATH_MAX', 4096n],
  ['NAME_MAX', 255n],
  ['true', 1n],
  ['false', 0n],
  ['LITTLE_ENDIAN', 1234n],
  ['BIG_ENDIAN', 4321n],
  ['BYTE_ORDER', 1234n],
];

const NAMES: readonly (readonly [name: string, type: string])[] = [
  ['CHAR', 'char'],
  ['SCHAR', 'signed char'],
  ['UCHAR', 'unsigned char'],
  ['SHRT', 'short'],
  ['USHRT', 'unsigned short'],
  ['INT', 'int'],
  ['UINT', 'unsigned int'],
  ['LONG', 'long'],
  ['ULONG', 'unsigned long'],
  ['LLONG', 'long long'],
  ['ULLONG', 'unsigned long long'],
  ['SIZE', 'unsigned long'],
  ['SSIZE', 'long'],
  ['UINTPTR', 'unsigned long'],
  ['INTPTR', 'long'],
  ['PTRDIFF', 'long'],
];

/** The greatest value of an integer type. */
export function greatest({ size, signed }: Basic): bigint {
  return (1n << BigInt(size * 8 - (signed ? 1 : 0))) - 1n;
}

/** NAME_MAX of each type, and NAME_MIN of the signed ones. */
export function limits(basic: ReadonlyMap<string, Basic>): [string, bigint][] {
  return NAMES.flatMap(([name, type]): [string, bigint][] => {
    const found = basic.get(type);
    if (found === undefined) return [];
    const max = greatest(found);
    const least: [string, bigint][] = found.signed ? [[`${name}_MIN`, -max - 1n]] : [];
    return [[`${name}_MAX`, max], ...least];
  });
}
