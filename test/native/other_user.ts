import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { addon } from './support.ts';

/** The uid and gid that nobody has. */
export const NOBODY = 65534;

/** Why nothing can be run as another user here, if it cannot. */
export function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become another user';
  for (let directory = import.meta.dirname; directory !== '/'; directory = dirname(directory)) {
    try {
      accessSync(directory, constants.X_OK);
      if ((addon.statPath(directory, false).mode & 0o001) === 0) return `${directory} is closed to other users`;
    } catch {
      return `${directory} cannot be looked at`;
    }
  }
  const scope = '/proc/sys/kernel/yama/ptrace_scope';
  if (existsSync(scope) && Number(readFileSync(scope, 'utf8')) > 1) return 'kernel.yama.ptrace_scope forbids it';
  return undefined;
}
