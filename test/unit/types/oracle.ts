/** C programs of this machine's gcc that tell what it made of their types. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why the oracle cannot be asked, or undefined. */
export function noCompiler(): string | undefined {
  if (process.arch !== 'x64') return `the layouts are those of x86-64, and this machine is ${process.arch}`;
  const gcc = spawnSync('gcc', ['-dumpversion'], { encoding: 'utf8' });
  return gcc.status === 0 ? undefined : 'there is no gcc on PATH';
}

/** Compiles C text and runs it; what it prints. */
export function runC(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), `shmscope-oracle-${process.pid}-`));
  try {
    const program = join(folder, 'program');
    writeFileSync(`${program}.c`, source);
    execFileSync('gcc', ['-w', '-O0', '-std=gnu17', '-o', program, `${program}.c`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 2 ** 26,
    });
    return execFileSync(program, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const HEADERS = `#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <stdint.h>
#include <stdbool.h>
#include <time.h>
#include <wchar.h>
#include <uchar.h>
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <sys/time.h>
`;
