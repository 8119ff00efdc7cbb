/** How long a panel takes from the user's key to the first row, in VS Code itself. */
import type { Result } from './bench.ts';
import { open } from './open/open.ts';
import { runParts } from './parts.ts';

const ROUNDS = 7;

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> => runParts({ open: () => open(ROUNDS) }, only);
