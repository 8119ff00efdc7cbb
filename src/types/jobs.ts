/** What TypeService and its worker say to each other. */
import type { TypeLayout } from '../../api.d.ts';
import type { GrammarFiles } from './source/syntax.ts';

export interface ParseJob {
  readonly id: number;
  readonly source: string;
  readonly abi: 'x86_64';
}

export interface ParseAnswer {
  readonly id: number;
  readonly types?: TypeLayout[];
  /** 'LINE:COLUMN: …': the source is wrong. */
  readonly problem?: string;
  /** The worker itself failed. */
  readonly failure?: string;
}

export function isParseJob(value: unknown): value is ParseJob {
  if (!isRecord(value)) return false;
  return typeof value['id'] === 'number' && typeof value['source'] === 'string' && value['abi'] === 'x86_64';
}

/** The worker is our own code: its layouts are taken as they are. */
export function isParseAnswer(value: unknown): value is ParseAnswer {
  if (!isRecord(value) || typeof value['id'] !== 'number') return false;
  return Array.isArray(value['types']) || typeof value['problem'] === 'string' || typeof value['failure'] === 'string';
}

export function isGrammarFiles(value: unknown): value is GrammarFiles {
  return isRecord(value) && typeof value['runtime'] === 'string' && typeof value['grammar'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
