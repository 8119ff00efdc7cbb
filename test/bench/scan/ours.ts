/** What is measured: the scanner as the extension uses it, and what a caller reads of its result. */
import { join } from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import type { Segment } from '../../../api.d.ts';
import type { Addon } from '../../../src/native/addon.ts';
import { loadAddon } from '../../../src/native/load.ts';
import { Scanner, type Scan } from '../../../src/segments/scan.ts';

export function addon(): Addon {
  return loadAddon(join(root, 'dist/shmscope.node'));
}

export interface Ours extends Disposable {
  /** All of /proc. */
  scan(): Promise<Scan>;
  /** What has changed since; undefined when nothing has. `list`: names, sizes and memory are asked for as well. */
  refresh(list: boolean): Promise<Scan | undefined>;
}

/** `text`: from the text of /proc/PID/maps even where the kernel has PROCMAP_QUERY. */
export function ours(native: Addon, { text = false } = {}): Ours {
  const scanner = new Scanner(native, { text });
  return { scan: () => scanner.scan(), refresh: (list) => scanner.refresh(list), [Symbol.dispose]: () => scanner.dispose() };
}

/** Reads every member of every mapping, as a caller who shows all of them would; returns something that depends on all of it. */
export function touch(segments: readonly Segment[]): number {
  let sum = 0;
  for (const segment of segments) {
    for (const mapping of segment.mappings) {
      sum += mapping.pid + mapping.length + mapping.offset + mapping.startedAt + Number(mapping.address);
      sum += mapping.process.length + mapping.protection.length + (mapping.shared ? 1 : 0) + (mapping.pastEnd ? 1 : 0);
    }
  }
  return sum;
}

/** The shared mappings of these processes, one text each: pid, start, end and offset in hexadecimal, rights. */
export function recordsOf(segments: readonly Segment[], pids: ReadonlySet<number>): string[] {
  return segments.flatMap(({ mappings }) =>
    mappings
      .filter((mapping) => mapping.shared && pids.has(mapping.pid))
      .map(({ pid, address, length, offset, protection }) =>
        [pid, address.toString(16), (address + BigInt(length)).toString(16), offset.toString(16), `${protection}s`].join(' '),
      ),
  );
}
