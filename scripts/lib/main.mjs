import { endAll, endOnSignals } from './children.mjs';
import { report } from './failure.mjs';

/**
 * Runs a command to its end: failures as sentences, children ended, exit code set.
 * @param {() => Promise<number | void>} work resolves to the exit code, 0 when void
 */
export async function main(work) {
  endOnSignals();
  let code = 1;
  try {
    code = (await work()) ?? 0;
  } catch (error) {
    // A signal ends the children, and their deaths are no failures of their own.
    if (process.exitCode === undefined) report(error);
  }
  if (process.exitCode !== undefined) return;
  await endAll();
  process.exit(code);
}
