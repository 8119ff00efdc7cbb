/** The programs of test/programs/finder, compiled in one way or another for one suite. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../programs/finder');

/** Call it in a describe block: the folder goes when the suite has ended. */
export function compiling() {
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-finder-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  /** Compiles `source`, a file of test/programs/finder or an absolute path, to `name`, and gives its path. */
  function compile(name: string, source: string, flags: readonly string[] = [], compiler?: string): string {
    const out = join(folder, name);
    const program = compiler ?? (source.endsWith('.cc') ? 'c++' : 'cc');
    execFileSync(program, ['-g', '-O0', resolve(SOURCES, source), '-o', out, ...flags], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return out;
  }
  return { folder, compile };
}
