/** A large program's debug info, as Debian has it: C++, compressed, 27.8 MB of .debug_info. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../../programs/build.ts';

const PACKAGE = 'cupt-dbg';
const ROOT = join(CHECKOUT, '.cache', 'debug', PACKAGE);

/** Unpacked, not installed, and kept for the next time; undefined where apt does not have it. */
export function debianFile(): string | undefined {
  if (!existsSync(ROOT) && !unpack()) return undefined;
  const ids = join(ROOT, 'usr/lib/debug/.build-id');
  const files = readdirSync(ids, { recursive: true, encoding: 'utf8' }).map((name) => join(ids, name));
  return files.filter((path) => path.endsWith('.debug')).reduce((a, b) => (statSync(a).size > statSync(b).size ? a : b));
}

function unpack(): boolean {
  const half = `${ROOT}-${process.pid}`;
  const run = (command: string, ...words: string[]): unknown => execFileSync(command, words, { cwd: half, stdio: 'ignore' });
  mkdirSync(half, { recursive: true });
  try {
    run('apt-get', 'download', '-q', PACKAGE);
    for (const name of readdirSync(half)) run('dpkg', '-x', name, '.');
    renameSync(half, ROOT);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}
