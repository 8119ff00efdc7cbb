/** Who writes to a segment: starts the watching of fields, for views and for the API. */
import type { Segment, WriteReport } from '../../api.d.ts';
import type { ProcessCode } from '../code/processCode.ts';
import { shmError } from '../native/errors.ts';
import type { WatchpointCalls } from '../native/watchpoints.ts';
import type { SegmentStore } from '../segments/store.ts';
import type { WatchedField, WriterWatch } from './face.ts';
import { notListed, notLookedInto } from './reasons.ts';
import { Session, type Wanted } from './session.ts';
import { watchToEnd, writeReport } from './waiting.ts';

export interface WritersParts {
  readonly calls: WatchpointCalls;
  readonly code: ProcessCode;
  readonly store: Pick<SegmentStore, 'last' | 'follow' | 'look' | 'get'>;
  readonly read: (segment: Segment, offset: number, length: number) => Promise<Uint8Array>;
  /** Why there may be processes that are not listed (segments/procfs.ts). */
  readonly unlisted: () => string | undefined;
}

/** A CPU has four breakpoint registers (Intel SDM 3, 17.2; Arm has two or more). */
const MOST_FIELDS = 4;
const LONGEST_MS = 3_600_000;
const LENGTHS: readonly number[] = [1, 2, 4, 8];

export class Writers implements WriterWatch {
  readonly #parts: WritersParts;
  readonly #running = new Set<Session>();

  constructor(parts: WritersParts) {
    this.#parts = parts;
  }

  /** EINVAL: 0 or more than 4 fields, another length than 1, 2, 4 or 8, not aligned, no time; ERANGE: past the segment's end. */
  start(segment: Segment, fields: readonly WatchedField[], { ms, reads }: Omit<Wanted, 'fields'>): Session {
    check(segment, fields, ms);
    const { store, calls, code, read, unlisted } = this.#parts;
    const following = store.follow();
    const now = async (): Promise<Segment | undefined> => {
      await store.look(false);
      return store.get(segment.id);
    };
    // As with `isPrivate` of segments/machine.ts, who may open the object is told by its mode.
    const hidden = ({ uid, mode }: Segment) => {
      const { last } = store;
      if (!last?.mayHideMappers(segment)) return [];
      const found = last.hidden.filter((one) => one.uid === uid || (mode & (reads ? 0o066 : 0o022)) !== 0);
      const text = unlisted();
      return [...found.map(({ pid, code }) => notLookedInto(pid, code)), ...(text === undefined ? [] : [notListed(text)])];
    };
    const session = new Session({ calls, code, now, hidden, read }, segment, { fields, ms, reads });
    this.#running.add(session);
    void session.done.then(() => {
      this.#running.delete(session);
      following.dispose();
    });
    return session;
  }

  /** Watches to the end. Rejects as `start`, and at once with ENOTSUP where breakpoints cannot be had at all. */
  async find(segment: Segment, field: WatchedField, ms: number): Promise<WriteReport> {
    const view = await watchToEnd(this, segment, [field], { ms, reads: false });
    const { failure } = view;
    if (failure) throw shmError('ENOTSUP', failure.message, { remedy: failure.remedy });
    return writeReport(view, 0);
  }

  dispose(): void {
    for (const session of this.#running) session.dispose();
  }
}

function check({ size }: Segment, fields: readonly WatchedField[], ms: number): void {
  if (fields.length === 0 || fields.length > MOST_FIELDS)
    throw shmError('EINVAL', `1 to ${MOST_FIELDS} fields are watched at once: a processor has no more breakpoints.`);
  if (!(ms >= 1 && ms <= LONGEST_MS)) throw shmError('EINVAL', 'The time is from 1 ms to an hour.');
  for (const { offset, length } of fields) {
    if (!LENGTHS.includes(length)) throw shmError('EINVAL', 'Breakpoints watch 1, 2, 4 or 8 bytes.');
    if (!Number.isSafeInteger(offset) || offset < 0 || offset % length !== 0)
      throw shmError('EINVAL', `${length} bytes at ${offset} are not aligned: breakpoints watch what is.`);
    if (offset + length > size) throw shmError('ERANGE', `${length} bytes at ${offset} end past the segment's ${size} bytes.`);
  }
}
