import { inspect } from 'node:util';

/** Of what arrived, as much as a log needs. */
export function describe(raw: unknown): string {
  const text = inspect(raw, { depth: 2, maxArrayLength: 8, maxStringLength: 80, breakLength: Infinity });
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
