/** What every command works with. */
import type { ShmScopeApi } from '../../api.d.ts';
import type { Explorer } from '../explorer/view.ts';
import type { Searches } from '../live/search.ts';
import type { PanelManager } from '../panel/manager.ts';
import type { Operations } from '../segments/operations.ts';
import type { SegmentStore } from '../segments/store.ts';
import type { TypeService } from '../types/service.ts';

export interface CommandContext {
  readonly api: ShmScopeApi;
  readonly store: SegmentStore;
  readonly operations: Operations;
  readonly searches: Searches;
  readonly panels: PanelManager;
  readonly explorer: Explorer;
  readonly types: TypeService;
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
