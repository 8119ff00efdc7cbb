/** The strip in words, for the tooltip and for screen readers. */
import { formatHex, formatSize, plural } from '../format.ts';
import type { StripHeat } from './heat.ts';

/** 'view at 0x1000 of 64 GiB, 3 parts changing'. */
export function viewText(offset: number, size: number, heat: StripHeat, now: number): string {
  const at = `view at ${formatHex(offset)} of ${formatSize(size)}`;
  if (heat.held.length === 0) return at;
  const parts = heat.hotParts(now);
  return `${at}, ${parts === 0 ? 'nothing changing' : `${plural(parts, 'part')} changing`}`;
}

/** What is known of [start, end): one line each. `hits` are those of a search in it. */
export function cellText(heat: StripHeat, at: number, size: number, hits: number, now: number): readonly string[] {
  const count = heat.held.length;
  const cell = Math.min(count - 1, Math.floor(at * count));
  const start = Math.min(size - 1, Math.floor(count > 0 ? (cell / count) * size : at * size));
  const end = count > 0 ? Math.max(start + 1, Math.ceil(((cell + 1) / count) * size)) : start + 1;
  const lines = [end - start > 1 ? `${formatHex(start)} – ${formatHex(end - 1)}` : formatHex(start)];
  if (count > 0) lines.push([heldText(heat, cell), ...changedText(heat.age(cell, now))].join(', '));
  if (hits > 0) lines.push(plural(hits, 'hit'));
  if (heat.roundMs !== undefined) lines.push(`looked at every ${seconds(heat.roundMs)}`);
  return lines;
}

function heldText({ held, roundMs }: StripHeat, cell: number): string {
  const part = held[cell] ?? 0;
  if (part === 255) return 'holds memory';
  if (part > 0) return 'holds memory in part';
  return roundMs === undefined ? 'not looked at yet' : 'holds no memory';
}

function changedText(age: number): readonly string[] {
  if (age === Infinity) return [];
  return [age < 1000 ? 'changing' : `changed ${ago(age)} ago`];
}

function ago(ms: number): string {
  const whole = Math.round(ms / 1000);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
}

/** '0.2 s', '1.2 s', '40 s'. */
function seconds(ms: number): string {
  return `${ms < 9950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
}
