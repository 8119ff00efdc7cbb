/** Bit-fields that are wider than their type, which C++ allows: they stand as if they were of the largest type that they fill. */
import { rulesOf } from '../abi.ts';
import type { Basic } from '../abi/basic.ts';
import type { MemberSpec, Target } from '../spec.ts';

export function isWide({ type, bitWidth = 0 }: MemberSpec): boolean {
  return bitWidth > type.size * 8;
}

/** gcc counts __int128 among the types (class.cc, layout_class_type), clang does not (LayoutWideBitField). */
export function filledType(target: Target, bitWidth: number): Basic {
  const { basic } = rulesOf(target);
  const names = ['unsigned short', 'unsigned int', 'unsigned long', 'unsigned long long'];
  if (target.dialect === 'gcc') names.push('unsigned __int128');
  const byte: Basic = { kind: 'integer', size: 1, alignment: 1 };
  return names.reduce((best, name) => {
    const type = basic.get(name);
    return type !== undefined && type.size * 8 <= bitWidth ? type : best;
  }, byte);
}
