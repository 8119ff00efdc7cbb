/** What is said of a search for writers. Pure. */
import type { LineInfo, UnwatchedInfo, WatchedBytes, WriterInfo, WritersInfo } from '../../src/protocol/writing.ts';
import { formatCount, formatHex, listed, plural } from '../format.ts';
import { baseOf } from './paths.ts';
import { isThrough, userLine, viaText } from './userLine.ts';

/** 'head'; '4 bytes at 0x38'. */
export function fieldText({ path, offset, length }: WatchedBytes): string {
  return path ?? `${plural(length, 'byte')} at ${formatHex(offset)}`;
}

/** '10 s', '1 min', '2 min 5 s'. */
export function durationText(ms: number): string {
  if (ms > 0 && ms < 1000) return `${Math.ceil(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes > 0 ? `${minutes} min` : '', rest > 0 || minutes === 0 ? `${rest} s` : '']
    .filter((part) => part !== '')
    .join(' ');
}

/** 'now', '3 s ago', '2 min ago'. */
export function agoText(ms: number): string {
  if (ms < 1000) return 'now';
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`;
  return `${Math.floor(ms / 60_000)} min ago`;
}

/** '1,204/s', '0.4/s'. */
export function rateText(rate: number): string {
  return `${rate > 0 && rate < 10 && !Number.isInteger(rate) ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

/** 'feed.c:31'; '' where no file is known. */
export function lineText({ file, line }: LineInfo): string {
  if (file === undefined) return '';
  return line === undefined ? baseOf(file) : `${baseOf(file)}:${line}`;
}

/** 'legacy 0x55…', where no line is known. */
export function addressText({ object, instruction }: WriterInfo): string {
  return object === undefined ? instruction : `${baseOf(object)} ${instruction}`;
}

/** 'strcpy-evex.S:635', or else 'libc.so.6': where in a library the store was made; '' where it was in the program's own code. */
export function libraryText(place: WriterInfo): string {
  if (!isThrough(place)) return '';
  return lineText(place) || (place.function === undefined || place.object === undefined ? '' : baseOf(place.object));
}

/** 'renamer (18935) rename_owner account.c:29 via __strcpy_evex', and what else the row shows: what it is called. */
export function rowName(place: WriterInfo, others: readonly string[]): string {
  const line = userLine(place);
  const via = viaText(place);
  const where = lineText(line) || (via ? '' : addressText(place));
  const parts = [threadText(place), line.function ?? '', where, via && `via ${via}`, ...others];
  return parts.filter((part) => part !== '').join(' ');
}

/** 'feed (1234)', and its thread where that is another one than the first. */
export function threadText({
  process,
  pid,
  tid,
}: {
  readonly process: string;
  readonly pid: number;
  readonly tid?: number;
}): string {
  return `${process || '?'} (${pid})${tid !== undefined && tid !== pid ? `, thread ${tid}` : ''}`;
}

/** 'feed (1234) feed.c:31': the writer in a few words. */
export function writerText(place: WriterInfo): string {
  return `${place.process || '?'} (${place.pid}) ${shortText(place)}`;
}

/** 'feed.c:31', or what else is known best. */
export function shortText(place: WriterInfo): string {
  const line = userLine(place);
  return lineText(line) || (line.function ?? addressText(place));
}

/** '81 % of the stores were seen'; '' where all were. */
export function shareText({ seen, lost, reads }: Pick<WritersInfo, 'seen' | 'lost' | 'reads'>): string {
  if (lost === 0) return '';
  const share = (100 * seen) / (seen + lost);
  const percent = share < 1 ? 'under 1' : share > 99 ? (Math.floor(share * 10) / 10).toFixed(1) : String(Math.floor(share));
  return `${percent}\u00a0% of the ${reads ? 'accesses' : 'stores'} were seen`;
}

const didTo = (reads: boolean): string => (reads ? 'touched' : 'wrote to');
const counted = ({ seen, reads }: WritersInfo): string => (reads ? plural(seen, 'access', 'accesses') : plural(seen, 'store'));

const it = ({ fields }: WritersInfo): string => (fields.length === 1 ? 'it' : 'them');

/** How it goes, or how it ended. '' where the breakpoints failed: that has words of its own. */
export function headline(info: WritersInfo): string {
  if (info.failure) return '';
  if (info.state === 'starting') return 'Setting breakpoints…';
  return info.state === 'running' ? running(info) : ended(info);
}

function running(info: WritersInfo): string {
  const { threads, processes, places, reads } = info;
  if (processes === 0) return `No process maps it ${reads ? '' : 'writable '}now: who does from here on is watched.`;
  const watching = `Watching ${plural(threads, 'thread')} of ${plural(processes, 'process', 'processes')}`;
  if (places.length === 0) return `${watching}… nobody has ${reads ? `touched ${it(info)}` : 'written'} so far.`;
  return joined([watching, `${counted(info)} seen`, shareText(info), moreText(info)]);
}

function ended(info: WritersInfo): string {
  const { places, morePlaces, processes, missed, reads, startedAt, endsAt } = info;
  const did = didTo(reads);
  const time = durationText(Math.max(0, endsAt - startedAt));
  if (places.length > 0) {
    const count = places.length + morePlaces;
    const found = `${plural(count, 'place')} ${did} ${listed(info.fields.map(fieldText))}: ${counted(info)} in ${time}`;
    return joined([found, shareText(info), moreText(info)]);
  }
  if (missed.length > 0) return `None seen in ${time}, but ${missed.length === 1 ? 'this' : 'these'} could not be watched:`;
  if (processes === 0) return `Nobody ${did} ${it(info)}: no process mapped the segment ${reads ? '' : 'writable '}for ${time}.`;
  const all = processes === 1 ? 'its only process' : `all ${formatCount(processes)} processes`;
  return `Nobody ${did} ${it(info)}: every thread of ${all} was watched for ${time}.`;
}

const moreText = ({ places, morePlaces }: WritersInfo): string =>
  morePlaces > 0 ? `the first ${formatCount(places.length)} of ${formatCount(places.length + morePlaces)} places are shown` : '';
const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

/** Over the list of those that were not watched, where something was found all the same. */
export function missedText({ missed, moreMissed }: Pick<WritersInfo, 'missed' | 'moreMissed'>): string {
  return `${formatCount(missed.length + moreMissed)} could not be watched`;
}

export function missedLine(missed: UnwatchedInfo): string {
  const { process, pid, tid, reason } = missed;
  if (pid === 0) return reason;
  const who = process === undefined ? `process ${pid}` : `${process} (${pid})`;
  return `${who}${tid !== undefined && tid !== pid ? `, thread ${tid}` : ''}: ${reason}`;
}
