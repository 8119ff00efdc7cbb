/** The rooms of locks as the extension composes them, for the segments that a benchmark made. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { root } from '../../../scripts/lib/paths.mjs';
import { ProcessCode } from '../../../src/code/processCode.ts';
import { Sources } from '../../../src/live/sources.ts';
import { Looker } from '../../../src/locks/looker.ts';
import { LockMonitor } from '../../../src/locks/monitor.ts';
import { TypedSegments } from '../../../src/locks/typed.ts';
import { CodeWhereabouts } from '../../../src/locks/where.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { addon } from '../scan/ours.ts';

export interface Rooms extends Disposable {
  readonly store: SegmentStore;
  readonly typed: TypedSegments;
  /** What the monitor looks with: for one look of a known kind. */
  readonly looker: Looker;
  readonly monitor: LockMonitor;
  /** The segments that are looked at, as the last scan has them. */
  readonly mine: () => Segment[];
}

/** Types come from debug info. `prefix`: how the names of the segments begin. */
export function rooms(prefix: string): Rooms {
  const native = addon();
  const names = mkdtempSync(join(tmpdir(), 'shmscope-bench-'));
  const store = new SegmentStore(native);
  const sources = new Sources(native);
  const reader = new DwarfReader({ program: join(root, 'dist/shmscope-dwarf'), cache: names });
  const finder = new DebugTypeFinder(native, reader, 10_000);
  const typed = new TypedSegments({
    chosen: () => undefined,
    resolve: () => Promise.resolve(undefined),
    suggest: (segment, signal) => finder.suggest(segment, signal),
    learned: () => finder.forget(),
  });
  const mine = (): Segment[] => store.last?.segments.filter(({ name }) => name.startsWith(prefix)) ?? [];
  const parts = {
    calls: native,
    read: (segment: Segment, offset: number, length: number) => sources.read(segment, offset, length),
    mayHide: (segment: Segment) => store.last?.mayHideMappers(segment) ?? false,
    where: new CodeWhereabouts(native, new ProcessCode(native, reader.helper)),
  };
  const monitor = new LockMonitor({
    ...parts,
    typed,
    segments: () => Promise.resolve(mine()),
    follow: () => store.follow(),
    limits: () => ({ held: 1e6, unsignalled: 1e6 }),
    unlisted: () => undefined,
    log: (line) => console.error(line),
  });
  return {
    store,
    typed,
    looker: new Looker(parts),
    monitor,
    mine,
    [Symbol.dispose]: () => {
      monitor.dispose();
      sources.dispose();
      store.dispose();
      rmSync(names, { recursive: true, force: true });
    },
  };
}
