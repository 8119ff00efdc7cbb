import { RequestError } from '../src/protocol/requester.ts';

/** One text for what went wrong, with the remedy where there is one. */
export function explain(error: unknown): string {
  if (error instanceof RequestError) return error.remedy ? `${error.message} ${error.remedy}` : error.message;
  return error instanceof Error ? error.message : String(error);
}
