import { RequestError } from '../src/protocol/requester.ts';
import { withRemedy } from '../src/protocol/sentences.ts';

/** The user, or a newer request, ended it. */
export function isCancelled(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'ECANCELED';
}

/** One text for what went wrong, with the remedy where there is one. */
export function explain(error: unknown): string {
  if (error instanceof RequestError) return withRemedy(error.message, error.remedy);
  return error instanceof Error ? error.message : String(error);
}
