/** The basic types of C and C++ in each ABI. */
import type { Abi, TypeLayout } from '../../../../api.d.ts';
import { WORDS } from './words.ts';

export interface Basic {
  readonly kind: TypeLayout['kind'];
  readonly size: number;
  readonly alignment: number;
  readonly signed?: boolean;
  /** Of an array, which a complex number is (C17 6.2.5/13): the basic type of its elements. */
  readonly element?: string;
}

const integer = (size: number, alignment: number, signed: boolean): Basic => ({ kind: 'integer', size, alignment, signed });
const float = (size: number, alignment: number): Basic => ({ kind: 'float', size, alignment });
const opaque = (size: number, alignment: number): Basic => ({ kind: 'opaque', size, alignment });

/** By canonical name. What an ABI lacks (__int128 of 32 bits) is left out. */
export function basicTypes(abi: Abi): Map<string, Basic> {
  const { word, wideAlignment: wide, longDouble, arm } = WORDS[abi];
  const extended = abi === 'x86_64' || abi === 'i386';
  const long = longDouble.size;
  return new Map<string, Basic>([
    ['_Bool', { kind: 'bool', size: 1, alignment: 1, signed: false }],
    ['char', { kind: 'char', size: 1, alignment: 1, signed: !arm }],
    ['signed char', integer(1, 1, true)],
    ['unsigned char', integer(1, 1, false)],
    ['short', integer(2, 2, true)],
    ['unsigned short', integer(2, 2, false)],
    ['int', integer(4, 4, true)],
    ['unsigned int', integer(4, 4, false)],
    ['long', integer(word, word, true)],
    ['unsigned long', integer(word, word, false)],
    ['long long', integer(8, wide, true)],
    ['unsigned long long', integer(8, wide, false)],
    ...(word === 8 ? ([...wholes(16)] as const) : []),
    ['_Float16', float(2, 2)],
    ['float', float(4, 4)],
    ['double', float(8, wide)],
    // aarch64's is IEEE 754 binary128, which nothing here decodes.
    ['long double', abi === 'aarch64' ? opaque(16, 16) : float(long, longDouble.alignment)],
    ...(extended ? ([['__float128', opaque(16, 16)]] as const) : []),
    ...(extended ? decimals() : []),
    ['_Complex float', { kind: 'array', size: 8, alignment: 4, element: 'float' }],
    ['_Complex double', { kind: 'array', size: 16, alignment: wide, element: 'double' }],
    ['_Complex long double', { kind: 'array', size: 2 * long, alignment: longDouble.alignment, element: 'long double' }],
  ]);
}

function wholes(size: number): [string, Basic][] {
  return [
    ['__int128', integer(size, size, true)],
    ['unsigned __int128', integer(size, size, false)],
  ];
}

/** _Decimal64 is aligned to 8 bytes on i386 too: gcc, x86_field_alignment leaves it as it is. */
function decimals(): [string, Basic][] {
  return [
    ['_Decimal32', opaque(4, 4)],
    ['_Decimal64', opaque(8, 8)],
    ['_Decimal128', opaque(16, 16)],
  ];
}
