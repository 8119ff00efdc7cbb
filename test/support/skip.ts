import { spawnSync } from 'node:child_process';

/** Skips the running test (or, from a `before`, its whole suite) and says why; the summary of `npm test` prints the reason. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const runnable = context.test;
  // In a hook, what is skipped are the tests of the suite around it.
  const skipped = runnable && 'type' in runnable && runnable.type === 'hook' ? runnable.parent : runnable;
  if (skipped) Object.assign(skipped, { skipReason: reason });
  return context.skip();
}

/** Skips the running test where a program that it asks is not installed. */
export function needsProgram(context: Mocha.Context, program: string): void {
  if (spawnSync(program, ['--version']).error) skipBecause(context, `there is no ${program} on PATH`);
}
