/** Declarations through the real TypeService, its worker included, beside gcc on the same text. */
import { execFileSync } from 'node:child_process';
import { TypeService } from '../../../src/types/service.ts';
import type { Result } from '../bench.ts';

const SAMPLES = 9;
const STRUCT = 'struct order { unsigned long id; double price; unsigned quantity[8]; char symbol[16]; };';

/** The figures of the issue: a struct pasted, a header of 5,000 lines for the first time, and after an edit. */
export async function declarations(): Promise<Result[]> {
  const header = headerOf(5000);
  const pasted = await cold(STRUCT);
  const first = await cold(header);
  const { times, longest } = await edited(header);
  const gcc = Array.from({ length: SAMPLES }, () => compile(header));
  return [
    { what: 'a struct pasted, the worker not started', unit: 'ms', ours: pasted, bar: { atMost: 50, of: 'ours' } },
    {
      what: 'a header of 5,000 lines, the worker not started',
      unit: 'ms',
      ours: first,
      peer: gcc,
      peerName: 'gcc -g -c',
      bar: { atMost: 300, of: 'ours' },
    },
    {
      what: 'the same after an edit',
      unit: 'ms',
      ours: times,
      peer: gcc,
      peerName: 'gcc -g -c',
      bar: { atMost: 150, of: 'ours' },
    },
    { what: 'the event loop meanwhile, longest wait', unit: 'ms', ours: longest, bar: { atMost: 10, of: 'ours' } },
  ];
}

function makeService(): TypeService {
  return new TypeService({ worker: new URL('../../../dist/types-worker.cjs', import.meta.url) });
}

async function cold(source: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const service = makeService();
    const began = performance.now();
    await service.parse({ source });
    times.push(performance.now() - began);
    service.dispose();
  }
  return times;
}

async function edited(header: string): Promise<{ times: number[]; longest: number[] }> {
  const service = makeService();
  const times: number[] = [];
  const longest: number[] = [];
  try {
    await service.parse({ source: header });
    for (let i = 0; i < SAMPLES; i++) {
      const waits = watchLoop();
      const began = performance.now();
      await service.parse({ source: header.replace('quantity', `quantity${i}`) });
      times.push(performance.now() - began);
      longest.push(waits());
    }
  } finally {
    service.dispose();
  }
  return { times, longest };
}

/** Ends with the longest time in ms between two turns of the event loop. */
function watchLoop(): () => number {
  let last = performance.now();
  let longest = 0;
  let watching = true;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    watching = false;
    return longest;
  };
}

function compile(source: string): number {
  const began = performance.now();
  execFileSync('gcc', ['-g', '-c', '-fno-eliminate-unused-debug-types', '-x', 'c', '-', '-o', '/dev/null'], { input: source });
  return performance.now() - began;
}

/** Structs that lead to each other, typedefs, functions, enums and comments, as headers have them: 18 lines each. */
function headerOf(lines: number): string {
  const parts = ['#include <stdint.h>', '#define LEVELS 8'];
  for (let i = 0; i * 18 < lines - 2; i++) parts.push(part(i));
  return `${parts.join('\n')}\n`;
}

function part(i: number): string {
  return `/* order ${i} of the book */
struct order_${i} {
  uint64_t id; /* unique in a day */
  double price;
  uint32_t quantity[LEVELS];
  char symbol[16];
  struct { int32_t x, y; } at;
  unsigned flags : 3, kind : 5;
  ${i > 0 ? `struct order_${i - 1} *previous;` : 'void *previous;'}
};
typedef struct order_${i} order_${i}_t;
int order_${i}_send(const struct order_${i} *order, int fd);
static inline int twice_${i}(int a) {
  if (a > 3) { return a * 2; }
  return a;
}
enum state_${i} { NEW_${i}, OPEN_${i} = 4, DONE_${i} };
`;
}
