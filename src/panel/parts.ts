/** What a panel is made with. */
import type * as vscode from 'vscode';
import type { Searches } from '../live/search.ts';
import type { Snapshots } from '../keep/snapshots.ts';
import type { Sources } from '../live/sources.ts';
import type { LocksModel } from '../locks/face.ts';
import type { SegmentStore } from '../segments/store.ts';
import type { Conflicts } from '../types/conflicts.ts';
import type { TypeFinder } from '../types/debuginfo/finder.ts';
import type { TypeResolver } from '../types/resolve.ts';
import type { WriterWatch } from '../writers/face.ts';
import type { PageFiles } from './html.ts';
import type { FollowMemory } from './followMemory.ts';
import type { Overview } from './overview.ts';
import type { TypeMemory } from './typeMemory.ts';
import type { WorkspaceTypes } from './workspaceTypes.ts';

/** Where types come from, and what is remembered of them. */
export interface TypeParts {
  readonly memory: TypeMemory;
  readonly resolver: TypeResolver;
  readonly workspace: WorkspaceTypes;
  readonly conflicts: Conflicts;
  /** Absent where debug info cannot be read. */
  readonly finder?: TypeFinder | undefined;
}

export interface PanelParts {
  readonly store: SegmentStore;
  readonly sources: Sources;
  readonly following: FollowMemory;
  readonly searches: Searches;
  readonly snapshots: Snapshots;
  readonly types: TypeParts;
  readonly locks: LocksModel;
  /** Shows a lock in a panel of its segment; ESTALE for a segment that is gone. */
  readonly showLock: (id: string, offset: number) => Promise<void>;
  readonly writers: WriterWatch;
  /** Of the workspace. */
  readonly state: vscode.Memento;
  readonly overview: Overview;
  /** Into the output channel. */
  readonly log: (line: string) => void;
  /** The page's script and style. */
  readonly files: () => PageFiles;
  /** Where the page's bundle lies. */
  readonly dist: vscode.Uri;
}
