/** What TypeService and its worker say to each other. */
import type { Target } from './layout/spec.ts';
import type { Declarations } from './source/parse.ts';
import type { Place } from './source/text/files.ts';
import type { Packed } from './transfer.ts';

export interface ParseJob {
  readonly id: number;
  readonly source: string;
  readonly target: Omit<Target, 'language'>;
  readonly language?: Target['language'] | undefined;
  readonly place?: Place | undefined;
}

/** What a worker says: the first answer has everything but the parcels behind the first. */
export interface ParseAnswer {
  readonly id: number;
  readonly declarations?: Omit<Declarations, 'types'> & { readonly roots: readonly number[] };
  readonly parcel?: readonly Packed[];
  /** There are more parcels, for who asks. */
  readonly more?: boolean;
  /** The worker itself failed. */
  readonly failure?: string;
}

/** Asks for the next parcel of an answer. */
export interface MoreJob {
  readonly more: number;
}

export function isMoreJob(value: unknown): value is MoreJob {
  return isRecord(value) && typeof value['more'] === 'number';
}

export function isParseJob(value: unknown): value is ParseJob {
  if (!isRecord(value)) return false;
  const { id, source, target, language, place } = value;
  if (typeof id !== 'number' || typeof source !== 'string' || !isTarget(target)) return false;
  return (language === undefined || language === 'c' || language === 'c++') && (place === undefined || isPlace(place));
}

/** One of the ABIs and dialects that there are rules for. */
export function isTarget(value: unknown): value is Omit<Target, 'language'> {
  if (!isRecord(value)) return false;
  const { abi, dialect } = value;
  const machine = abi === 'x86_64' || abi === 'aarch64' || abi === 'i386' || abi === 'arm';
  return machine && (dialect === 'gcc' || dialect === 'clang');
}

function isPlace(value: unknown): value is Place {
  if (!isRecord(value)) return false;
  const { path, folders, within, system } = value;
  return (
    (path === undefined || typeof path === 'string') &&
    isTexts(folders) &&
    isTexts(within) &&
    (system === undefined || isTexts(system))
  );
}

/** The worker is our own code: its layouts are taken as they are. */
export function isParseAnswer(value: unknown): value is ParseAnswer {
  if (!isRecord(value) || typeof value['id'] !== 'number') return false;
  const { declarations, parcel, failure } = value;
  if (typeof failure === 'string') return true;
  if (!Array.isArray(parcel)) return false;
  if (declarations === undefined) return true;
  return isRecord(declarations) && Array.isArray(declarations['roots']) && Array.isArray(declarations['problems']);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
