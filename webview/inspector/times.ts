/** Points in time as text and back. Times are UTC: a segment says nothing of a time zone. */

/** Units of a time in one second. */
export type TimeUnit = 1 | 1_000 | 1_000_000 | 1_000_000_000;

const DIGITS: Readonly<Record<TimeUnit, number>> = { 1: 0, 1_000: 3, 1_000_000: 6, 1_000_000_000: 9 };
/** The seconds that JavaScript's Date reaches, to either side of 1970. */
const REACH = 8_640_000_000_000n;

/** '2026-11-21 12:01:11.123456 UTC'; undefined for a time that no calendar reaches (year 275,760). */
export function timeText(value: bigint, unit: TimeUnit): string | undefined {
  const per = BigInt(unit);
  const rest = ((value % per) + per) % per;
  const seconds = (value - rest) / per;
  if (seconds > REACH || seconds < -REACH) return undefined;
  const date = new Date(Number(seconds) * 1000).toISOString().replace('T', ' ').slice(0, -5);
  const digits = DIGITS[unit];
  return `${date}${digits === 0 ? '' : `.${rest.toString().padStart(digits, '0')}`} UTC`;
}

const DATE = /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(?:UTC|Z)?$/;

/** What `timeText` writes, a date alone, or the number itself. Throws an Error with a sentence for the user. */
export function parseTime(text: string, unit: TimeUnit): bigint {
  const typed = text.trim();
  if (/^[+-]?\d{1,20}$/.test(typed)) return BigInt(typed);
  const match = DATE.exec(typed);
  if (!match) throw new Error(`"${typed.slice(0, 40)}" is no time. Write 2026-11-21 12:01:11 (UTC), or a number.`);
  const [, year, month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const time = Date.parse(iso);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(time) || new Date(time).getUTCDate() !== Number(day))
    throw new Error(`"${typed}" is no date of the calendar.`);
  const digits = DIGITS[unit];
  return BigInt(time / 1000) * BigInt(unit) + BigInt(fraction.padEnd(9, '0').slice(0, digits) || '0');
}
