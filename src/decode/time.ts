/** Points in time and spans of it, out of integers that count seconds, or parts of them, since 1970 and back. All in nanoseconds. */

/** Nanoseconds in one of what an integer counts. */
export const UNITS = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n } as const;
export type Unit = keyof typeof UNITS;

const SECOND = UNITS.s;
/** Digits behind the second that a unit has. */
const DIGITS: Readonly<Record<Unit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };
/** What Date can hold, ms (ECMA-262, 21.4.1.1). */
const LAST_DATE = 8_640_000_000_000_000n;

/** Rounds down, so that what is left is not negative. */
function divide(value: bigint, by: bigint): readonly [bigint, bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}

/**
 * '2026-11-21 12:03:11.123Z', or with the offset of this machine's time zone, '2026-11-21 13:03:11.123+01:00': RFC 3339, and with years of
 * six digits ISO 8601. Undefined for a time that no Date can hold.
 */
export function timeText(nanoseconds: bigint, unit: Unit, local: boolean): string | undefined {
  const [seconds, rest] = divide(nanoseconds, SECOND);
  const ms = seconds * 1000n;
  if (ms < -LAST_DATE || ms > LAST_DATE) return undefined;
  const date = new Date(Number(ms));
  const east = local ? -Math.round(date.getTimezoneOffset()) : 0;
  const shown = new Date(date.getTime() + east * 60_000);
  if (Number.isNaN(shown.getTime())) return undefined;
  const [day = '', time = ''] = shown.toISOString().replace('.000Z', '').split('T');
  const digits = DIGITS[unit];
  const fraction = digits === 0 ? '' : `.${rest.toString().padStart(9, '0').slice(0, digits)}`;
  return `${day} ${time}${fraction}${local ? zoneText(east) : 'Z'}`;
}

function zoneText(east: number): string {
  const size = Math.abs(east);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${east < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const TIME =
  /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(?:(Z|UTC)|([+-])(\d\d):?(\d\d))?$/i;

/** What timeText gives, or a shorter ISO 8601 date; without a zone it is local or UTC. Undefined for a text that is no time. */
export function parseTime(text: string, local: boolean): bigint | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', utc, sign, zoneHours, zoneMinutes] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  const date = new Date(0);
  const zoned = utc !== undefined || sign !== undefined || !local;
  if (zoned) date.setUTCFullYear(y, m - 1, d);
  else date.setFullYear(y, m - 1, d);
  if (zoned) date.setUTCHours(h, min, s, 0);
  else date.setHours(h, min, s, 0);
  // The 31st of February and the hour 25 become other days; a local hour that the summer's start leaves out, another hour.
  const back = zoned
    ? [
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
      ]
    : [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  if (Number.isNaN(date.getTime()) || back.some((part, index) => part !== parts[index])) return undefined;
  const east = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return BigInt(date.getTime() - east * 60_000) * UNITS.ms + BigInt(fraction.padEnd(9, '0'));
}

/** '999 ns', '1.5 ms', '59.5 s', '1:02:03', '2 d 01:02:03.5'. */
export function durationText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size === 0n) return '0 s';
  if (size < 60n * SECOND) {
    const [unit, name] =
      size < 1000n ? [1n, 'ns'] : size < UNITS.ms ? [UNITS.us, 'µs'] : size < SECOND ? [UNITS.ms, 'ms'] : [SECOND, 's'];
    return `${sign}${size / unit}${fractionText(size % unit, unit)} ${name}`;
  }
  const [minutes, rest] = [size / (60n * SECOND), size % (60n * SECOND)];
  const days = minutes / 1440n;
  const hours = (minutes / 60n) % 24n;
  const two = (value: bigint): string => value.toString().padStart(2, '0');
  const clock = `${two(minutes % 60n)}:${two(rest / SECOND)}${fractionText(rest % SECOND, SECOND)}`;
  return days > 0n ? `${sign}${days} d ${two(hours)}:${clock}` : `${sign}${hours}:${clock}`;
}

/** '.5' for 500 of 1000. */
function fractionText(rest: bigint, unit: bigint): string {
  if (rest === 0n) return '';
  return `.${rest
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '')}`;
}

const NAMED: Readonly<Record<string, bigint>> = {
  d: 86_400n * SECOND, h: 3600n * SECOND, min: 60n * SECOND, m: 60n * SECOND,
  s: SECOND, ms: UNITS.ms, us: UNITS.us, µs: UNITS.us, μs: UNITS.us, ns: 1n,
}; // prettier-ignore

/** What durationText gives, and sums as '2 h 30 min'; undefined for a text that is no duration (a bare number is none). */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = '', size = ''] = /^\s*([+-]?)\s*(.*?)\s*$/s.exec(text) ?? [];
  const value = parseClock(size) ?? parseSum(size);
  return value !== undefined && sign === '-' ? -value : value;
}

function parseClock(text: string): bigint | undefined {
  const match = /^(?:(\d{1,20})\s*d\s*)?(\d{1,20}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  const [, days = '0', hours = '', minutes = '', seconds = '', fraction = ''] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  return whole * SECOND + BigInt(fraction.padEnd(9, '0'));
}

function parseSum(text: string): bigint | undefined {
  if (!/^(?:\d{1,20}(?:[.,]\d{1,18})?\s*(?:d|h|min|m|s|ms|us|[µμ]s|ns)\s*)+$/.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', name = ''] of text.matchAll(/(\d+)(?:[.,](\d+))?\s*([a-zµμ]+)/g)) {
    const unit = NAMED[name] ?? 0n;
    const scale = 10n ** BigInt(fraction.length);
    const part = BigInt(fraction || '0') * unit;
    if (part % scale !== 0n) return undefined;
    sum += BigInt(whole) * unit + part / scale;
  }
  return sum;
}
