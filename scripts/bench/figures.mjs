/** @import { Bar, Finding, Result, Row } from '../../test/bench/bench.ts' */

/** @param {readonly number[]} values NaN for none */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below, at] = [sorted[middle - 1] ?? NaN, sorted[middle] ?? NaN];
  return sorted.length % 2 ? at : (below + at) / 2;
}

/** Three digits, or as many as stand before the point. @param {number} value */
export const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/**
 * A row as it goes into the JSON: all samples, and what is said of them.
 * @typedef {Row & { median: number, largest: number, peerMedian?: number, ratio?: number, holds?: boolean }} Judged
 */

/** @param {Row} row @returns {Judged} */
export function judge(row) {
  const [ours, largest] = [median(row.ours), Math.max(...row.ours)];
  const peer = row.peer && median(row.peer);
  const ratio = peer === undefined ? undefined : ours / peer;
  const { bar } = row;
  const value = bar && { ratio, ours, largest }[bar.of];
  return {
    ...row,
    median: ours,
    largest,
    ...(peer === undefined ? {} : { peerMedian: peer, ratio }),
    ...(bar ? { holds: value !== undefined && value <= bar.atMost } : {}),
  };
}

/** @param {Result} result @returns {result is Finding} */
export const isFinding = (result) => 'text' in result;

/** @param {Judged | Finding} result */
const verdict = ({ holds }) => (holds === undefined ? '' : holds ? 'holds' : 'DOES NOT HOLD');

/** What is asked of a row, e.g. 'ratio at most 0.2'. @param {Judged} row */
export function barText({ bar, unit }) {
  if (!bar) return '';
  return bar.of === 'ratio'
    ? `ratio at most ${bar.atMost}`
    : `${bar.of === 'largest' ? 'never over' : 'at most'} ${bar.atMost} ${unit}`;
}

/** One line on the console. @param {Judged | Finding} result @param {number} width of the first column */
export function line(result, width) {
  const parts = [];
  if (isFinding(result)) parts.push(result.text);
  else {
    const { unit, median, largest, peerName, peerMedian, ratio, bar } = result;
    parts.push(`${figure(median)} ${unit}`);
    if (bar?.of === 'largest') parts.push(`largest ${figure(largest)} ${unit}`);
    if (peerMedian !== undefined) parts.push(`${peerName} ${figure(peerMedian)} ${unit}`);
    if (ratio !== undefined && (!bar || bar.of === 'ratio')) parts.push(`ratio ${ratio.toFixed(2)}`);
    if (bar) parts.push(barText(result));
  }
  const said = verdict(result);
  return `  ${result.what.padEnd(width)}  ${parts.join(', ')}${said && `: ${said}`}`;
}
