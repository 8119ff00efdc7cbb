/** What __alignof__ gives: on i386 numbers of 8 bytes prefer more than they have to have (gcc, TYPE_ALIGN; clang, getPreferredTypeAlign). */
import type { TypeLayout } from '../../../api.d.ts';
import type { Target } from './spec.ts';

export function preferredAlignment(target: Target, layout: TypeLayout): number {
  if (target.abi !== 'i386') return layout.alignment;
  let inner = layout;
  while (inner.kind === 'array' && inner.element) inner = inner.element;
  const isWide = /^(integer|float|enum)$/.test(inner.kind) && inner.size === 8 && inner.alignment === 4;
  return isWide ? 8 : layout.alignment;
}
