/** The shortest decimal of a binary32, by arithmetic instead of by writing each trial out and reading it back. */

/** 10^0 to 10^60; those up to 10^22 are exact. */
const POWERS = Float64Array.from({ length: 61 }, (_, power) => Number(`1e${power}`));
const EXACT = 22;
const MOST_DIGITS = 9;

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/**
 * The decimal of fewest digits that is nearest to `value` and gives it back, as a double; undefined where doubles cannot tell it for certain.
 * `value` is a binary32, finite and not 0.
 */
export function shortSingle(value: number): number | undefined {
  single[0] = value;
  // A power of two has a nearer neighbour below than above: there, more digits can be further off.
  if (((bits[0] ?? 0) & 0x7fffff) === 0) return undefined;
  const size = Math.abs(value);
  const power = decimalPower(size);
  let [low, high] = [1, MOST_DIGITS];
  let best: number | undefined;
  while (low < high) {
    const digits = (low + high) >> 1;
    const found = nearest(size, digits - 1 - power);
    if (found === undefined) return undefined;
    if (found > 0) [high, best] = [digits, found];
    else low = digits + 1;
  }
  best ??= nearest(size, MOST_DIGITS - 1 - power);
  return best === undefined || best === 0 ? undefined : value < 0 ? -best : best;
}

/** How far the decimal point of the first digit is from that of 1. */
function decimalPower(size: number): number {
  let power = Math.floor(Math.log10(size));
  // A logarithm may be off by one step next to a power of ten.
  if (below(size, power)) power -= 1;
  else if (!below(size, power + 1)) power += 1;
  return power;
}

function below(size: number, power: number): boolean {
  return power >= 0 ? size < (POWERS[power] ?? Infinity) : size * (POWERS[-power] ?? Infinity) < 1;
}

/** `size` rounded to a multiple of 10^-power, or 0 where that is another binary32; undefined where rounding decides. */
function nearest(size: number, power: number): number | undefined {
  const scaled = times(size, power);
  const count = Math.floor(scaled + 0.5);
  // 24 bits times 5^12 fit into the 53 of a double; of a quotient below 10^9, only a true tie looks like one.
  const exact = size >= 1e-4 && size < 1e9;
  if (!exact) {
    const rest = scaled + 0.5 - count;
    if (rest < 1e-6 || rest > 1 - 1e-6) return undefined;
  }
  const candidate = times(count, -power);
  if (Math.abs(power) <= EXACT) return Math.fround(candidate) === size ? candidate : 0;
  const under = Math.fround(candidate * (1 - 1e-15)) === size;
  const over = Math.fround(candidate * (1 + 1e-15)) === size;
  if (under !== over) return undefined;
  return under ? Number(`${count}e${-power}`) : 0;
}

function times(value: number, power: number): number {
  return power >= 0 ? value * (POWERS[power] ?? NaN) : value / (POWERS[-power] ?? NaN);
}
