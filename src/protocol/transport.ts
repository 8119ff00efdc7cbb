/**
 * The wire between panel and page: what arrives is `unknown` until it has passed here. Neither parser throws; a message that
 * is not exactly what messages.ts describes is `undefined`, and its receiver drops it.
 */
import { isBytes, isCount, isList, isObject, isOneOf, isOptional, isText, type Loose } from './check.ts';
import { isWireLayout } from './layout.ts';
import { MAX_LIST, MAX_RANGES, MAX_SOURCE, MAX_TEXT, MAX_VIEW_BYTES, MAX_WRITE_BYTES } from './limits.ts';
import type {
  Frame,
  FromPage,
  MapperInfo,
  Range,
  RequestName,
  Requests,
  SegmentInfo,
  Status,
  ToPage,
  TypeInfo,
} from './messages.ts';

const isShortText = (value: unknown): value is string => isText(value, MAX_TEXT);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isNothing = (value: unknown): value is null => value === null || value === undefined;
const isSwitch = (value: unknown): value is { on: boolean } => isObject(value) && isBoolean(value['on']);

/** [offset, offset + length) with an end that is still exact. */
function isRange(value: unknown): value is Range {
  if (!isObject(value)) return false;
  const { offset, length } = value;
  return isCount(offset) && isCount(length) && Number.isSafeInteger(offset + length);
}

function isWrite(value: unknown): value is Requests['write']['ask'] {
  if (!isObject(value)) return false;
  const { offset, bytes, mask } = value;
  if (!isCount(offset) || !isBytes(bytes, MAX_WRITE_BYTES) || !Number.isSafeInteger(offset + bytes.length)) return false;
  return mask === undefined || (isBytes(mask, MAX_WRITE_BYTES) && mask.length === bytes.length);
}

type AskChecks = { readonly [Name in RequestName]: (ask: unknown) => ask is Requests[Name]['ask'] };

const asks: AskChecks = {
  write: isWrite,
  parseTypes: (ask): ask is Requests['parseTypes']['ask'] => isObject(ask) && isText(ask['source'], MAX_SOURCE),
  applyType: (ask): ask is Requests['applyType']['ask'] =>
    isObject(ask) && isText(ask['source'], MAX_SOURCE) && isShortText(ask['name']),
  pickHeader: isNothing,
  clearType: isNothing,
  setWriting: isSwitch,
  setPaused: isSwitch,
  follow: isNothing,
  attach: isNothing,
  askOffset: isNothing,
};

export function isRequestName(value: unknown): value is RequestName {
  return typeof value === 'string' && Object.hasOwn(asks, value);
}

/** Whether `ask` is what the request `name` takes; narrows `FromPage`'s `ask` where the host answers it. */
export function isAsk<Name extends RequestName>(name: Name, ask: unknown): ask is Requests[Name]['ask'] {
  const check: (value: unknown) => boolean = asks[name];
  return check(ask);
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
      return isCount(message['sequence']) ? { type: 'ack', sequence: message['sequence'] } : undefined;
    case 'request':
      return parseRequest(message);
    default:
      return undefined;
  }
}

function parseView(message: Loose): FromPage | undefined {
  const { ranges } = message;
  if (!isList(ranges, MAX_RANGES, isRange)) return undefined;
  const total = ranges.reduce((sum, range) => sum + range.length, 0);
  if (total > MAX_VIEW_BYTES) return undefined;
  return { type: 'view', ranges: ranges.map(({ offset, length }) => ({ offset, length })) };
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

function isStatus(value: unknown): value is Status {
  return (
    isObject(value) &&
    isOneOf(value['phase'], ['loading', 'live', 'unreadable', 'attach', 'gone']) &&
    isOptional(value['message'], isShortText) &&
    isOptional(value['remedy'], isShortText) &&
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
    isCount(value['sequence']) &&
    typeof value['time'] === 'number' &&
    Number.isFinite(value['time']) &&
    isCount(value['size']) &&
    isList(value['ranges'], MAX_RANGES, isPiece) &&
    isList(value['unheld'], MAX_LIST, isSpan) &&
    isOptional(value['throughProcesses'], (flag) => typeof flag === 'boolean')
  );
}

function isTypeInfo(value: unknown): value is TypeInfo {
  return (
    isObject(value) &&
    isShortText(value['name']) &&
    isShortText(value['from']) &&
    isOptional(value['source'], (source) => isText(source, MAX_SOURCE)) &&
    isWireLayout(value['layout'])
  );
}

/** What the panel sent, checked; undefined for everything else. */
export function parseToPage(message: unknown): ToPage | undefined {
  if (!isObject(message)) return undefined;
  const { type } = message;
  if (type === 'segment') return isSegment(message['segment']) ? { type, segment: message['segment'] } : undefined;
  if (type === 'status') return isStatus(message['status']) ? { type, status: message['status'] } : undefined;
  if (type === 'frame') return isFrame(message['frame']) ? { type, frame: message['frame'] } : undefined;
  if (type === 'goTo') return isCount(message['offset']) ? { type, offset: message['offset'] } : undefined;
  if (type === 'editType') return { type };
  if (type === 'layout') return parseLayout(message);
  if (type === 'reply') return parseReply(message);
  return undefined;
}

function parseLayout(message: Loose): ToPage | undefined {
  const { layout, problem } = message;
  if (problem !== undefined && !isShortText(problem)) return undefined;
  if (layout !== undefined && !isTypeInfo(layout)) return undefined;
  return { type: 'layout', ...(layout === undefined ? {} : { layout }), ...(problem === undefined ? {} : { problem }) };
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
