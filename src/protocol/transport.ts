/**
 * The wire between panel and page: what arrives is `unknown` until it has passed here. Neither parser throws; a message that
 * is not exactly what messages.ts describes is `undefined`, and its receiver drops it.
 */
import { isBytes, isCount, isList, isObject, isOneOf, isOptional, isText, type Loose } from './check.ts';
import { isSnapshotList } from './keeping.ts';
import { isLocksInfo } from './locking.ts';
import { MAX_CELLS, MAX_GUARDS, MAX_LIST, MAX_RANGES, MAX_TEXT, MAX_UNANSWERED, MAX_VIEW_BYTES } from './limits.ts';
import { DRAWER_TABS } from './messages.ts';
import type { Envelope, Frame, FromPage, Guard, MapperInfo, Range, SegmentInfo, Status, Strip, ToPage } from './messages.ts';
import { isAsk, isRequestName } from './requests.ts';
import { isTypeInfo, isTypeProblem, isTypesInfo } from './typing.ts';
import { isWritersInfo } from './writing.ts';

const isShortText = (value: unknown): value is string => isText(value, MAX_TEXT);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** [offset, offset + length) with an end that is still exact. */
function isRange(value: unknown): value is Range {
  if (!isObject(value)) return false;
  const { offset, length } = value;
  return isCount(offset) && isCount(length) && Number.isSafeInteger(offset + length);
}

/** What the page sent, checked and copied to exactly the known members; undefined for everything else. */
export function parseFromPage(message: unknown): FromPage | undefined {
  if (!isObject(message)) return undefined;
  switch (message['type']) {
    case 'ready':
      return { type: 'ready' };
    case 'view':
      return parseView(message);
    case 'ack':
      return parseAck(message);
    case 'cancel':
      return isCount(message['id']) ? { type: 'cancel', id: message['id'] } : undefined;
    case 'request':
      return parseRequest(message);
    default:
      return undefined;
  }
}

function parseAck({ sequences }: Loose): FromPage | undefined {
  return isList(sequences, MAX_UNANSWERED, isCount) ? { type: 'ack', sequences: [...sequences] } : undefined;
}

function parseView(message: Loose): FromPage | undefined {
  const { view } = message;
  if (!isObject(view)) return undefined;
  const { ranges, guards, cells } = view;
  if (!isList(ranges, MAX_RANGES, isRange) || !isList(guards, MAX_GUARDS, isGuard)) return undefined;
  if (!isCount(cells) || cells > MAX_CELLS) return undefined;
  const total = [...ranges, ...guards].reduce((sum, range) => sum + range.length, 0);
  if (total > MAX_VIEW_BYTES) return undefined;
  const copied = ranges.map(({ offset, length }) => ({ offset, length }));
  return { type: 'view', view: { ranges: copied, guards: guards.map(copyGuard), cells } };
}

function isGuard(value: unknown): value is Guard {
  return isRange(value) && isObject(value) && isOptional(value['sequence'], isCounter);
}

function isCounter(value: unknown): value is NonNullable<Guard['sequence']> {
  if (!isRange(value) || !isObject(value) || !isOneOf(value['byteOrder'], ['little', 'big'])) return false;
  return [1, 2, 4, 8].includes(value.length) && value.offset % value.length === 0;
}

function copyGuard({ offset, length, sequence }: Guard): Guard {
  if (!sequence) return { offset, length };
  return { offset, length, sequence: { offset: sequence.offset, length: sequence.length, byteOrder: sequence.byteOrder } };
}

function parseRequest(message: Loose): FromPage | undefined {
  const { id, name, ask } = message;
  if (!isCount(id) || !isRequestName(name) || !isAsk(name, ask)) return undefined;
  return { type: 'request', id, name, ask: ask ?? null };
}

function isMapper(value: unknown): value is MapperInfo {
  return (
    isObject(value) &&
    isCount(value['pid']) &&
    isShortText(value['process']) &&
    isShortText(value['address']) &&
    isCount(value['length']) &&
    isCount(value['offset']) &&
    isShortText(value['protection']) &&
    isBoolean(value['shared'])
  );
}

function isSegment(value: unknown): value is SegmentInfo {
  return (
    isObject(value) &&
    isOneOf(value['kind'], ['posix', 'sysv', 'file', 'memfd', 'anonymous']) &&
    ['name', 'permissions', 'owner', 'identity', 'mapped'].every((key) => isShortText(value[key])) &&
    isCount(value['size']) &&
    isOptional(value['residentBytes'], isCount) &&
    isBoolean(value['unlinked']) &&
    isBoolean(value['orphaned']) &&
    isList(value['mappers'], MAX_LIST, isMapper)
  );
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function isStatus(value: unknown): value is Status {
  return (
    isObject(value) &&
    isOneOf(value['phase'], ['loading', 'live', 'unreadable', 'attach', 'gone']) &&
    isOptional(value['message'], isShortText) &&
    isOptional(value['remedy'], isShortText) &&
    isOptional(value['goneAt'], isTime) &&
    isOptional(value['following'], isBoolean) &&
    ['replaced', 'writing', 'canWrite', 'paused'].every((key) => isBoolean(value[key]))
  );
}

function isPiece(value: unknown): value is Frame['ranges'][number] {
  if (!isObject(value)) return false;
  const { offset, bytes } = value;
  return isCount(offset) && isBytes(bytes, MAX_VIEW_BYTES) && Number.isSafeInteger(offset + bytes.length);
}

function isSpan(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && isCount(value[1]) && value[0] <= value[1];
}

function isFrame(value: unknown): value is Frame {
  return (
    isObject(value) &&
    isTime(value['time']) &&
    isCount(value['size']) &&
    isList(value['ranges'], MAX_RANGES, isPiece) &&
    isList(value['unheld'], MAX_LIST, isSpan) &&
    isOptional(value['throughProcesses'], isBoolean) &&
    isList(value['torn'], MAX_GUARDS, isRange)
  );
}

function isStrip(value: unknown): value is Strip {
  if (!isObject(value) || !isCount(value['size']) || !isOptional(value['roundMs'], isTime)) return false;
  const { held, changed } = value;
  return isBytes(held, MAX_CELLS) && isBytes(changed, MAX_CELLS) && held.length === changed.length;
}

/** What the panel sent, checked; undefined for everything else. */
export function parseEnvelope(value: unknown): Envelope | undefined {
  if (!isObject(value) || !isCount(value['sequence'])) return undefined;
  const message = parseToPage(value['message']);
  return message && { sequence: value['sequence'], message };
}

function parseToPage(message: unknown): ToPage | undefined {
  if (!isObject(message)) return undefined;
  const { type } = message;
  if (type === 'segment') return parseSegment(message);
  if (type === 'status') return isStatus(message['status']) ? { type, status: message['status'] } : undefined;
  if (type === 'frame') return isFrame(message['frame']) ? { type, frame: message['frame'] } : undefined;
  if (type === 'strip') return isStrip(message['strip']) ? { type, strip: message['strip'] } : undefined;
  if (type === 'snapshots') return isSnapshotList(message['list']) ? { type, list: message['list'] } : undefined;
  if (type === 'editType') return { type };
  if (type === 'show') return isOneOf(message['tab'], DRAWER_TABS) ? { type, tab: message['tab'] } : undefined;
  if (type === 'writers') return parseWriters(message);
  if (type === 'baseline') return parseBaseline(message);
  if (type === 'progress') return parseProgress(message);
  if (type === 'goTo') return parseGoTo(message);
  if (type === 'layout') return parseLayout(message);
  if (type === 'types') return isTypesInfo(message['types']) ? { type, types: message['types'] } : undefined;
  if (type === 'locks') return parseLocks(message);
  if (type === 'reply') return parseReply(message);
  return undefined;
}

function parseWriters({ report }: Loose): ToPage | undefined {
  if (report === undefined) return { type: 'writers' };
  return isWritersInfo(report) ? { type: 'writers', report } : undefined;
}

function parseSegment({ segment, status }: Loose): ToPage | undefined {
  if (!isSegment(segment)) return undefined;
  if (status === undefined) return { type: 'segment', segment };
  return isStatus(status) ? { type: 'segment', segment, status } : undefined;
}

function parseBaseline({ ranges, of, size }: Loose): ToPage | undefined {
  if (!isList(ranges, MAX_RANGES, isPiece) || !isShortText(of) || !isCount(size)) return undefined;
  return { type: 'baseline', ranges, of, size };
}

function parseProgress({ id, done, found }: Loose): ToPage | undefined {
  if (!isCount(id) || !isCount(found) || typeof done !== 'number' || !(done >= 0 && done <= 1)) return undefined;
  return { type: 'progress', id, done, found };
}

function parseGoTo({ offset, length }: Loose): ToPage | undefined {
  if (!isCount(offset)) return undefined;
  if (length === undefined) return { type: 'goTo', offset };
  return isCount(length) ? { type: 'goTo', offset, length } : undefined;
}

function parseLayout(message: Loose): ToPage | undefined {
  const { layout, problem } = message;
  if (problem !== undefined && !isTypeProblem(problem)) return undefined;
  if (layout !== undefined && !isTypeInfo(layout)) return undefined;
  return { type: 'layout', ...(layout === undefined ? {} : { layout }), ...(problem === undefined ? {} : { problem }) };
}

function parseLocks({ locks }: Loose): ToPage | undefined {
  if (locks === undefined) return { type: 'locks' };
  return isLocksInfo(locks) ? { type: 'locks', locks } : undefined;
}

function parseReply(message: Loose): ToPage | undefined {
  const { id, ok, error } = message;
  if (!isCount(id)) return undefined;
  if (error === undefined) return { type: 'reply', id, ok };
  if (!isObject(error)) return undefined;
  const { code, message: text, remedy } = error;
  if (!isShortText(code) || !isShortText(text)) return undefined;
  if (remedy !== undefined && !isShortText(remedy)) return undefined;
  return { type: 'reply', id, error: { code, message: text, ...(remedy === undefined ? {} : { remedy }) } };
}
