/** Guards for values that came over a wire: each says whether `value` is what its name says, and nothing throws. */

export type Loose = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit;
}

/** An offset, a size or a count: a safe integer that is not negative. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isBytes(value: unknown, limit: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length <= limit;
}

export function isOneOf<T extends string>(value: unknown, known: readonly T[]): value is T {
  return typeof value === 'string' && known.some((one) => one === value);
}

export function isList<T>(value: unknown, limit: number, check: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= limit && value.every(check);
}

/** Absent, or what `check` says. */
export function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}
