/** gdb, which benchmarks of locks and writers are beside. */
import { spawnSync } from 'node:child_process';

/** Neither what a user has set up nor a server of debug info belongs to what is measured. */
export const GDB = ['-nx', '-batch', '-iex', 'set debuginfod enabled off'] as const;

export const isGdbInstalled = (): boolean => spawnSync('gdb', ['--version'], { stdio: 'ignore' }).error === undefined;

export const NO_GDB = 'gdb is not installed here (Debian: apt-get install gdb), so nothing was measured beside it.';

/** Attaches to a process, executes one command, and gives what gdb said. */
export function gdbSays(pid: number, command: string): string {
  const { error, stdout } = spawnSync('gdb', [...GDB, '-p', String(pid), '-ex', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (error) throw error;
  return stdout;
}
