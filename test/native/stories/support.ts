/** The rooms of locks and writers as the extension composes them, on the programs of test/programs/stories. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import { ProcessCode } from '../../../src/code/processCode.ts';
import { LockMonitor } from '../../../src/locks/monitor.ts';
import { TypedSegments } from '../../../src/locks/typed.ts';
import { CodeWhereabouts } from '../../../src/locks/where.ts';
import { Sources } from '../../../src/live/sources.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { Helper } from '../../../src/types/debuginfo/file/helper.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { Writers } from '../../../src/writers/writers.ts';
import type { Addon } from '../../../src/native/addon.ts';
import { addon } from '../support.ts';

export const STORIES = join(import.meta.dirname, '../../programs/stories');

/** The first line of a story's source that has a text: so no test counts lines. */
export function lineOf(source: string, text: string): number {
  return (
    readFileSync(join(STORIES, source), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

/** Call it in a describe block: all of it is disposed of when the suite has ended. `mine` says which segments are looked at. */
export function composed(mine: (segment: Segment) => boolean) {
  const { dispose, ...rooms } = makeRooms(addon, mine);
  after(dispose);
  return rooms;
}

/** For a process that is no test itself. */
export function makeRooms(addon: Addon, mine: (segment: Segment) => boolean) {
  const store = new SegmentStore(addon);
  const sources = new Sources(addon);
  const finder = new DebugTypeFinder(addon, new DwarfReader({ program: dwarfFile }));
  const code = new ProcessCode(addon, new Helper(dwarfFile));
  const read = (segment: Segment, offset: number, length: number) => sources.read(segment, offset, length);
  const typed = new TypedSegments({
    chosen: () => undefined,
    resolve: () => Promise.resolve(undefined),
    suggest: (segment, signal) => finder.suggest(segment, signal),
  });
  const monitor = new LockMonitor({
    calls: addon,
    read,
    mayHide: () => false,
    where: new CodeWhereabouts(addon, code),
    typed,
    segments: async () => (store.last ?? (await store.refresh())).segments.filter(mine),
    follow: () => store.follow(),
    limits: () => ({ held: 1000, unsignalled: 1000 }),
    unlisted: () => undefined,
    log: (line) => console.error(line),
  });
  const writers = new Writers({ calls: addon, code, store, read, unlisted: () => undefined });
  const dispose = () => {
    writers.dispose();
    monitor.dispose();
    store.dispose();
  };
  return { store, sources, monitor, writers, dispose };
}
