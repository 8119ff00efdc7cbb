/** A report as the page is told it: bounded, since the names in it are other people's. Pure. */
import { MAX_HINTS, MAX_UNWATCHED, MAX_WRITERS } from '../protocol/limits.ts';
import type { HintInfo, LineInfo, UnwatchedInfo, WriterInfo, WritersInfo } from '../protocol/writing.ts';
import type { CodeLine, Unwatched, WriterHint, WriterPlace, WriterReportView } from '../writers/face.ts';

/** Characters of one name; a template's may have a hundred thousand. */
const LONGEST = 2000;
/** Mappers that one hint names. */
const MOST_RAN = 32;

/** What makes a place one row: the same instruction of one thread, called from the same line. */
export function placeKey({ field, pid, tid, instruction, caller }: WriterPlace): string {
  return JSON.stringify([field, pid, tid, instruction.toString(16), caller?.file, caller?.line, caller?.function]);
}

/** `now`: ms since the epoch. `idOf` names a place. */
export function writersInfo(view: WriterReportView, now: number, idOf: (place: WriterPlace) => number): WritersInfo {
  const { state, fields, reads, startedAt, endsAt, processes, threads, seen, lost, failure } = view;
  return {
    state,
    fields: fields.map(({ offset, length, path }) => ({ offset, length, ...text('path', path) })),
    reads,
    startedAt,
    endsAt,
    now,
    places: view.places.slice(0, MAX_WRITERS).map((place) => placeInfo(place, idOf(place))),
    morePlaces: Math.max(0, view.places.length - MAX_WRITERS),
    processes,
    threads,
    missed: view.missed.slice(0, MAX_UNWATCHED).map(missedInfo),
    moreMissed: Math.max(0, view.missed.length - MAX_UNWATCHED),
    seen,
    lost,
    ...(failure ? { failure: { message: cut(failure.message), ...text('remedy', failure.remedy) } } : {}),
    ...(view.hint ? { hint: view.hint.slice(0, MAX_HINTS).map(hintInfo) } : {}),
  };
}

function placeInfo(place: WriterPlace, id: number): WriterInfo {
  const { field, pid, tid, process, instruction, caller, count, rate, first, last } = place;
  return {
    id,
    field,
    pid,
    tid,
    process: cut(process),
    instruction: `0x${instruction.toString(16)}`,
    ...lineInfo(place),
    ...text('object', place.object),
    ...text('lack', place.lack),
    ...(caller ? { caller: lineInfo(caller) } : {}),
    count,
    rate,
    first,
    last,
    ...text('before', place.before),
    ...text('after', place.after),
  };
}

function lineInfo({ function: name, file, line }: CodeLine): LineInfo {
  return { ...text('function', name), ...text('file', file), ...(line === undefined ? {} : { line }) };
}

function missedInfo({ pid, tid, process, reason }: Unwatched): UnwatchedInfo {
  return { pid, ...(tid === undefined ? {} : { tid }), ...text('process', process), reason: cut(reason) };
}

function hintInfo({ time, before, after, ran }: WriterHint): HintInfo {
  return { time, before: cut(before), after: cut(after), ran: ran.slice(0, MOST_RAN).map(cut) };
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A member that is there only where it is known. */
function text<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  const known: { [K in Key]?: string } = {};
  if (value !== undefined) known[key] = cut(value);
  return known;
}
