/** gcc as the judge of layouts: a program that prints sizes, alignments, offsets and the places of bit-fields. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GeneratedStruct } from './generator.ts';

export interface JudgedMember {
  readonly offset?: number;
  readonly bitOffset?: number;
  readonly bitWidth?: number;
}
export interface Judged {
  readonly size: number;
  readonly alignment: number;
  readonly members: ReadonlyMap<string, JudgedMember>;
}

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

const FIND_BITS = `static void bits(const char *name, const unsigned char *p, size_t n) {
  long first = -1, count = 0;
  for (size_t i = 0; i < n * 8; i++) if (p[i / 8] >> (i % 8) & 1) { if (first < 0) first = i; count++; }
  printf("b %s %ld %ld\\n", name, first, count);
}
`;

export function judge(prelude: string, structs: readonly GeneratedStruct[]): Judged[] {
  const bodies = structs.map(({ name, members }, i) => {
    const lines = members.map((member) =>
      member.bitField
        ? `  memset(&v, 0, sizeof v); v.${member.name} = -1; bits("${member.name}", (void *)&v, sizeof v);`
        : `  printf("o ${member.name} %zu\\n", offsetof(${name}, ${member.name}));`,
    );
    return `static void f${i}(void) {\n  static ${name} v;\n  printf("t %zu %zu\\n", sizeof(${name}), _Alignof(${name}));\n${lines.join('\n')}\n}\n`;
  });
  const calls = structs.map((_, i) => `f${i}();`).join(' ');
  const source = `${HEADERS}${prelude}${structs.map((one) => one.source).join('')}${FIND_BITS}${bodies.join('')}int main(void) { ${calls} return 0; }\n`;
  return read(runC(source));
}

function read(output: string): Judged[] {
  const all: { size: number; alignment: number; members: Map<string, JudgedMember> }[] = [];
  for (const line of output.trim().split('\n')) {
    const [what, first = '', second, third] = line.split(' ');
    if (what === 't') all.push({ size: Number(first), alignment: Number(second), members: new Map() });
    else if (what === 'o') all.at(-1)?.members.set(first, { offset: Number(second) });
    else all.at(-1)?.members.set(first, { bitOffset: Number(second), bitWidth: Number(third) });
  }
  return all;
}
