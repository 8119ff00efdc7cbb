/** The rooms of writers as the extension composes them. */
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { root } from '../../../scripts/lib/paths.mjs';
import { ProcessCode } from '../../../src/code/processCode.ts';
import { Sources } from '../../../src/live/sources.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { Helper } from '../../../src/types/debuginfo/file/helper.ts';
import { Writers } from '../../../src/writers/writers.ts';
import type { Session } from '../../../src/writers/session.ts';
import { addon } from '../scan/ours.ts';
import { FIELD } from './programs.ts';

export interface Rooms extends Disposable {
  readonly writers: Writers;
  /** The segment of an object in /dev/shm, with its mappers as they are now. */
  segmentOf(path: string): Promise<Segment>;
}

export function rooms(): Rooms {
  const native = addon();
  const store = new SegmentStore(native);
  const sources = new Sources(native);
  const code = new ProcessCode(native, new Helper(join(root, 'dist/shmscope-dwarf')));
  const read = (segment: Segment, offset: number, length: number) => sources.read(segment, offset, length);
  const writers = new Writers({ calls: native, code, store, read, unlisted: () => undefined });
  return {
    writers,
    segmentOf: async (path) => {
      const segment = (await store.refresh()).segments.find((one) => one.path === path);
      if (!segment) throw new Error(`${path} is not listed`);
      return segment;
    },
    [Symbol.dispose]: () => {
      writers.dispose();
      sources.dispose();
      store.dispose();
    },
  };
}

/** Watches FIELD until it is stopped, or `ms` have passed; resolves once all threads that are there are watched. */
export async function watching(writers: Writers, segment: Segment, ms: number): Promise<Session> {
  const session = writers.start(segment, [FIELD], { ms, reads: false });
  while (session.view.state === 'starting') await new Promise((resolve) => setTimeout(resolve, 10));
  const { failure, missed } = session.view;
  if (!failure && missed.length === 0) return session;
  session.stop();
  await session.done;
  throw new Error(failure?.message ?? missed[0]?.reason);
}
