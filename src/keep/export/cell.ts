/** One value as JSON and CSV write it. */
import type { Leaf } from '../../decode/leaf.ts';
import type { TypeLayout } from '../../../api.d.ts';

/**
 * Integers of 8 bytes and more are always strings of decimal digits, so that no reader rounds them and a field is of one kind in every
 * element; smaller ones are numbers. Pointers are '0x…', enums their name where they have one, char arrays strings up to their NUL.
 * NaN and infinities are strings. null: past the end.
 */
export function jsonValue(leaf: Leaf, type: TypeLayout): string {
  const { value } = leaf;
  if (value === undefined) return leaf.text === PAST_END ? 'null' : JSON.stringify(leaf.text);
  if (type.kind === 'pointer') return `"0x${BigInt(value).toString(16)}"`;
  const name = type.kind === 'enum' ? enumName(leaf) : undefined;
  if (name !== undefined) return JSON.stringify(name);
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : `"${value}"`;
  return JSON.stringify(value);
}

const PAST_END = 'past the end';

/** JSON.stringify makes 0 of -0. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** As `jsonValue`, for a cell: numbers as digits of any length, floats as short as their type allows, nothing where it is past the end. */
export function csvValue(leaf: Leaf, type: TypeLayout): string {
  const { value } = leaf;
  if (value === undefined) return leaf.text === PAST_END ? '' : csvText(leaf.text);
  if (type.kind === 'pointer') return `0x${BigInt(value).toString(16)}`;
  if (type.kind === 'float') return leaf.text;
  const name = type.kind === 'enum' ? enumName(leaf) : undefined;
  return name !== undefined || typeof value === 'string' ? csvText(name ?? String(value)) : String(value);
}

/**
 * RFC 4180. A text from memory that a spreadsheet would run as a formula (=, +, -, @, tab or return at its start) gets an apostrophe before
 * it, as OWASP advises; numbers never do.
 */
export function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** 'BUY' of 'BUY (1)'. */
function enumName({ text }: Leaf): string | undefined {
  const at = text.lastIndexOf(' (');
  return at > 0 && text.endsWith(')') ? text.slice(0, at) : undefined;
}
