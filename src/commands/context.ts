/** What every command works with. */
import type { Segment, ShmScopeApi, TypeLayout } from '../../api.d.ts';
import type { LocksView } from '../explorer/locks/view.ts';
import type { Explorer } from '../explorer/view.ts';
import type { Searches } from '../live/search.ts';
import type { Diffs } from '../files/diffs.ts';
import type { Snapshots } from '../keep/snapshots.ts';
import type { Sources } from '../live/sources.ts';
import type { LocksModel } from '../locks/face.ts';
import type { PanelManager } from '../panel/manager.ts';
import type { WorkspaceTypes } from '../panel/workspaceTypes.ts';
import type { Operations } from '../segments/operations.ts';
import type { SegmentStore } from '../segments/store.ts';
import type { TypeChoice } from '../types/choice.ts';
import type { WriterWatch } from '../writers/face.ts';
import type { TypeFinder } from '../types/debuginfo/finder.ts';
import type { TypeResolver } from '../types/resolve.ts';

/** A type, and where it stands in the segment. */
export interface TypeAt {
  readonly type: TypeLayout;
  readonly offset: number;
}

export interface CommandContext {
  readonly api: ShmScopeApi;
  readonly store: SegmentStore;
  readonly operations: Operations;
  readonly searches: Searches;
  readonly panels: PanelManager;
  readonly explorer: Explorer;
  readonly locks: LocksModel;
  readonly locksView: LocksView;
  readonly resolver: TypeResolver;
  /** Absent where debug info cannot be read. */
  readonly finder: TypeFinder | undefined;
  readonly workspaceTypes: WorkspaceTypes;
  readonly sources: Sources;
  readonly snapshots: Snapshots;
  readonly diffs: Diffs;
  readonly writers: WriterWatch;
  /** The type that a segment is shown as, or would be when it is opened, as far as that needs no look at programs. */
  readonly shownType: (segment: Segment) => TypeChoice | undefined;
  /** The layout of `choice`, or of the shown type; undefined where there is none. Rejects with ETYPE, EPERM, ENOENT. */
  readonly layoutOf: (segment: Segment, choice?: TypeChoice) => Promise<TypeAt | undefined>;
  /** Into the output channel. */
  readonly log: (line: string) => void;
  /** Throws where changing things is not allowed. */
  readonly requireTrust: () => void;
}

/** How a command was called. */
export interface Invocation {
  /** By `executeCommand` with arguments: nothing is asked but confirmation, and errors go to the caller. */
  readonly programmatic: boolean;
  readonly target: unknown;
  readonly options: Readonly<Record<string, unknown>>;
}
