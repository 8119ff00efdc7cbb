import { barText, figure, isFinding } from './figures.mjs';
import { machineText } from './machine.mjs';

/**
 * What `npm run bench` writes to .cache/bench/NAME.json.
 * @typedef {{ name: string, time: string, machine: import('./machine.mjs').Machine, rows: (import('./figures.mjs').Judged | import('../../test/bench/bench.ts').Finding)[] }} Measured
 */

/** Names of programs and paths are no markup in a table. @param {string} text */
const escaped = (text) => text.replace(/[\\|*_<>[\]`]/g, '\\$&').replaceAll('\n', ' ');

/** @param {boolean | undefined} holds */
const verdict = (holds) => (holds === undefined ? '' : holds ? 'holds' : '**does not hold**');

/** @param {import('./figures.mjs').Judged} row */
function cells({ what, unit, median, largest, peerName, peerMedian, ratio, bar, holds, ...row }) {
  const ours =
    bar?.of === 'largest' ? `${figure(median)} ${unit}, largest ${figure(largest)} ${unit}` : `${figure(median)} ${unit}`;
  const peer = peerMedian === undefined ? '' : `${peerName}: ${figure(peerMedian)} ${unit}`;
  const times = ratio === undefined || (bar && bar.of !== 'ratio') ? '' : ratio.toFixed(2);
  const asked = barText({ what, unit, median, largest, ...row, ...(bar ? { bar } : {}) });
  return [what, ours, peer, times, asked].map(escaped).concat(verdict(holds));
}

/** The section of one benchmark, heading included. @param {Measured} measured */
export function section({ name, time, machine, rows }) {
  const table = rows.filter((row) => !isFinding(row)).map((row) => `| ${cells(row).join(' | ')} |`);
  const findings = rows.filter(isFinding).map(({ what, text, holds }) => {
    const said = verdict(holds);
    return `- ${escaped(what)}: ${escaped(text)}${said && ` (${said})`}`;
  });
  const notes = rows.flatMap((row) => (isFinding(row) || !row.note ? [] : [`- ${escaped(row.what)}: ${escaped(row.note)}`]));
  const samples = rows.flatMap((row) => (isFinding(row) ? [] : [row.ours.length]));
  const [fewest, most] = [Math.min(...samples), Math.max(...samples)];
  return [
    `## ${name}`,
    `\`npm run bench -- ${name}\` on ${time.slice(0, 10)}: ${machineText(machine)}`,
    ...(table.length
      ? [
          ['| what | ShmScope | beside it | ratio | asked | |', '| --- | --- | --- | --- | --- | --- |', ...table].join('\n'),
          `Medians of ${fewest === most ? most : `${fewest} to ${most}`} samples each; in one run, in turns.`,
        ]
      : []),
    ...(findings.length ? [findings.join('\n')] : []),
    ...(notes.length ? [notes.join('\n')] : []),
  ].join('\n\n');
}

/** Puts a benchmark's section into the document in place of its last one, or at the end; all else stays. @param {string} document @param {Measured} measured */
export function withSection(document, measured) {
  const [begin, end] = [`<!-- begin ${measured.name} -->`, `<!-- end ${measured.name} -->`];
  const whole = `${begin}\n\n${section(measured)}\n\n${end}`;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) return `${document.trimEnd()}\n\n${whole}\n`;
  return document.slice(0, from) + whole + document.slice(to + end.length);
}
