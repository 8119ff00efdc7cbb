import { RequestError } from '../src/protocol/requester.ts';
import { withRemedy } from '../src/protocol/sentences.ts';

/** One text for what went wrong, with the remedy where there is one. */
export function explain(error: unknown): string {
  if (error instanceof RequestError) return withRemedy(error.message, error.remedy);
  return error instanceof Error ? error.message : String(error);
}
