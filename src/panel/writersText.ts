/** A report of writers as a file. Pure. */
import type { Segment } from '../../api.d.ts';
import { csvText } from '../keep/export/cell.ts';
import type { CodeLine, WatchedField, WriterPlace, WriterReportView } from '../writers/face.ts';

const COLUMNS = [
  'field', 'offset', 'process', 'pid', 'tid', 'function', 'file', 'line', 'caller', 'caller_file', 'caller_line', 'object', 'instruction',
  'count', 'rate', 'first', 'last', 'before', 'after',
] as const; // prettier-ignore

type Cell = string | number | undefined;

const time = (ms: number): string => new Date(ms).toISOString();

/** A row for each place. What is not known is an empty cell. */
export function writersCsv({ fields, places }: WriterReportView): string {
  const rows = places.map((place) => cellsOf(place, fields[place.field]).map(cellText).join(','));
  return [COLUMNS.join(','), ...rows, ''].join('\r\n');
}

function cellsOf(place: WriterPlace, field: WatchedField | undefined): readonly Cell[] {
  const { process, pid, tid, caller, object, instruction, count, rate, first, last, before, after } = place;
  return [
    field?.path, field?.offset, process, pid, tid, ...lineCells(place), ...lineCells(caller), object, `0x${instruction.toString(16)}`,
    count, Math.round(rate), time(first), time(last), before, after,
  ]; // prettier-ignore
}

const lineCells = (line: CodeLine | undefined): readonly Cell[] => [line?.function, line?.file, line?.line];

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/** A number stays one, also a negative one: no spreadsheet runs it. */
function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' || NUMBER.test(cell) ? String(cell) : csvText(cell);
}

/** All of the report, with what it is of. */
export function writersJson(view: WriterReportView, { name, kind }: Pick<Segment, 'name' | 'kind'>): string {
  const { startedAt, endsAt, places, hint, ...others } = view;
  const report = {
    segment: name,
    kind,
    startedAt: time(startedAt),
    endsAt: time(endsAt),
    ...others,
    fields: others.fields.map(({ offset, length, path }) => ({ offset, length, path })),
    places: places.map(({ instruction, first, last, ...place }) => ({
      ...place,
      instruction: `0x${instruction.toString(16)}`,
      first: time(first),
      last: time(last),
    })),
    ...(hint ? { hint: hint.map((one) => ({ ...one, time: time(one.time) })) } : {}),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
