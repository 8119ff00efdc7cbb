/** Layouts by hand, for tests that need no compiler. */
import type { FieldLayout, TypeLayout } from '../../../api.d.ts';

type Extra = Partial<Omit<TypeLayout, 'name' | 'kind' | 'size'>>;

export function layout(name: string, kind: TypeLayout['kind'], size: number, extra: Extra = {}): TypeLayout {
  return { name, kind, size, alignment: extra.alignment ?? Math.max(1, size), origin: 'source', ...extra };
}

export const INT = layout('int', 'integer', 4, { signed: true });
export const UINT8 = layout('uint8_t', 'integer', 1, { signed: false });
export const INT8 = layout('int8_t', 'integer', 1, { signed: true });
export const UINT16 = layout('uint16_t', 'integer', 2, { signed: false });
export const UINT64 = layout('uint64_t', 'integer', 8, { signed: false });
export const INT64 = layout('int64_t', 'integer', 8, { signed: true });
export const INT128 = layout('__int128', 'integer', 16, { signed: true });
export const CHAR = layout('char', 'char', 1, { signed: true });
export const BOOL = layout('_Bool', 'bool', 1);
export const FLOAT = layout('float', 'float', 4);
export const DOUBLE = layout('double', 'float', 8);
export const LONG_DOUBLE = layout('long double', 'float', 16);
export const HALF = layout('_Float16', 'float', 2);
export const POINTER = layout('void *', 'pointer', 8);
export const SIDE = layout('enum side', 'enum', 4, {
  signed: false,
  enumerators: [
    { name: 'BUY', value: 1n },
    { name: 'SELL', value: 2n },
  ],
});

export function array(element: TypeLayout, count: number | undefined): TypeLayout {
  const more = count === undefined ? {} : { count };
  return layout(`${element.name}[${count ?? ''}]`, 'array', element.size * (count ?? 0), {
    element,
    alignment: element.alignment,
    ...more,
  });
}

export function struct(
  name: string,
  size: number,
  fields: readonly FieldLayout[],
  kind: 'struct' | 'union' = 'struct',
): TypeLayout {
  return layout(name, kind, size, { fields, alignment: 1 });
}

export const STUDENT = struct('struct student', 36, [
  { name: 'name', offset: 0, type: array(CHAR, 32) },
  { name: 'age', offset: 32, type: INT },
]);
