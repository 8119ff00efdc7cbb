/** Composes the parts, nothing else. */
import * as vscode from 'vscode';
import type { Segment, ShmScopeApi } from '../api.d.ts';
import { Api } from './api.ts';
import { ProcessCode } from './code/processCode.ts';
import { registerCommands } from './commands/index.ts';
import { LockMarks } from './explorer/locks/marks.ts';
import { LocksView } from './explorer/locks/view.ts';
import { Explorer } from './explorer/view.ts';
import { Searches } from './live/search.ts';
import { Diffs } from './files/diffs.ts';
import { SCHEME } from './files/names.ts';
import { SegmentFiles } from './files/provider.ts';
import { Snapshots } from './keep/snapshots.ts';
import { Sources } from './live/sources.ts';
import { LockMonitor } from './locks/monitor.ts';
import type { Read } from './locks/reading.ts';
import { TypedSegments, type TypeAt, type TypeWays } from './locks/typed.ts';
import { CodeWhereabouts } from './locks/where.ts';
import type { Addon } from './native/addon.ts';
import { shmError, toShmError } from './native/errors.ts';
import { loadAddon } from './native/load.ts';
import { unavailableAddon } from './native/unavailable.ts';
import { FollowMemory } from './panel/followMemory.ts';
import { Overview } from './panel/overview.ts';
import { PageFiles } from './panel/html.ts';
import { PanelManager } from './panel/manager.ts';
import { TypeMemory } from './panel/typeMemory.ts';
import { localFolders, WorkspaceTypes } from './panel/workspaceTypes.ts';
import { Operations } from './segments/operations.ts';
import { unlistedText } from './segments/procfs.ts';
import { SegmentStore } from './segments/store.ts';
import { compileTypes } from './types/compiler/compile.ts';
import { Conflicts } from './types/conflicts.ts';
import { FileTypes } from './types/debuginfo/fileTypes.ts';
import type { TypeChoice } from './types/choice.ts';
import { DwarfReader } from './types/debuginfo/file/reader.ts';
import { DebugTypeFinder } from './types/debuginfo/typeFinder.ts';
import { TypeResolver, type Compile } from './types/resolve.ts';
import { TypeService } from './types/service.ts';
import { Writers } from './writers/writers.ts';

export function activate(context: vscode.ExtensionContext): ShmScopeApi {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const addon = openAddon(context.asAbsolutePath('dist/shmscope.node'));
  const store = own(new SegmentStore(addon));
  const sources = own(new Sources(addon));
  const searches = new Searches(addon, sources, context.asAbsolutePath('dist/regex-worker.cjs'));
  const types = own(new TypeService({ worker: context.asAbsolutePath('dist/types-worker.cjs') }));
  const operations = new Operations(addon, store, (id) => sources.close(id));
  const names = vscode.Uri.joinPath(context.globalStorageUri, 'types').fsPath;
  const reader = new DwarfReader({ program: context.asAbsolutePath('dist/shmscope-dwarf'), cache: names });
  const finder = new DebugTypeFinder(addon, reader);
  const output = own(vscode.window.createOutputChannel('Shared Memory', { log: true }));
  const snapshots = own(new Snapshots({ addon, folder: snapshotFolder(context), limit: mebibytes('snapshots.limit', 4096) }));
  const files = own(new SegmentFiles({ store, sources, snapshots, limit: mebibytes('files.limit', 256, 1024) }));
  own(vscode.workspace.registerFileSystemProvider(SCHEME, files, { isCaseSensitive: true, isReadonly: true }));
  const diffs = own(new Diffs());
  const memory = new TypeMemory(context.workspaceState);
  const workspace = own(new WorkspaceTypes());
  const trusted = () => vscode.workspace.isTrusted;
  const compile: Compile = (source, { header, name, language, abi, dialect }, signal) =>
    compileTypes({ source, header, name, language, abi, dialect, folders: localFolders() }, { reader }, signal);
  const resolver = new TypeResolver({ service: types, trusted, folders: localFolders, finder, reader, compile });
  const conflicts = own(new Conflicts(finder));
  const code = new ProcessCode(addon, reader.helper);
  const read: Read = (segment, offset, length) => sources.read(segment, offset, length);
  const writers = own(new Writers({ calls: addon, code, store, read, unlisted: unlistedText }));
  const shownType = (segment: Segment): TypeChoice | undefined =>
    panels.of(segment.id)[0]?.typing.choice ??
    memory.get(segment) ??
    (memory.isNone(segment) ? undefined : workspace.find(segment));
  const layoutOf = async (segment: Segment, choice = shownType(segment), signal?: AbortSignal): Promise<TypeAt | undefined> =>
    choice && resolver.resolve(segment, choice, signal);
  const log = (line: string): void => output.warn(line);
  const chosen = (segment: Segment): TypeChoice | undefined | null =>
    shownType(segment) ?? (memory.isNone(segment) ? null : undefined);
  const locks = own(lockMonitor({ addon, reader, code, store, read, chosen, resolve: layoutOf, log }));
  const fileTypes = new FileTypes(addon, reader);
  const api = new Api({ store, operations, sources, types, finder, fileTypes, locks, writers, requireTrust });
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
  let pageFiles: PageFiles | undefined;
  const panels = own(
    new PanelManager({
      store,
      sources,
      state: context.workspaceState,
      following: new FollowMemory(context.workspaceState),
      overview: own(new Overview(addon)),
      searches,
      snapshots,
      types: { memory, resolver, workspace, conflicts, finder },
      locks,
      writers,
      log,
      files: () => (pageFiles ??= new PageFiles(dist.fsPath)),
      dist,
    }),
  );
  const marks = own(new LockMarks(locks));
  const explorer = own(new Explorer(store, { conflicts, marks }, context.globalState));
  const locksView = own(new LocksView(locks, marks));
  const kept = { writers, sources, snapshots, diffs, shownType, layoutOf, finder, workspaceTypes: workspace, log };
  registerCommands({
    api,
    store,
    operations,
    searches,
    panels,
    explorer,
    locks,
    locksView,
    resolver,
    requireTrust,
    ...kept,
  }).forEach(own);
  return api;
}

interface LockParts extends Pick<TypeWays, 'chosen' | 'resolve'> {
  readonly addon: Addon;
  readonly reader: DwarfReader;
  readonly code: ProcessCode;
  readonly store: SegmentStore;
  readonly read: Read;
  readonly log: (line: string) => void;
}

/** All segments are asked about one after the other, and many are mapped by the same processes: so long at most. */
const SAME_LOOK_MS = 10_000;

function lockMonitor({ addon, reader, code, store, read, chosen, resolve, log }: LockParts): LockMonitor {
  // Of its own: it asks about all segments, and what views look at stays known.
  const finder = new DebugTypeFinder(addon, reader, SAME_LOOK_MS);
  return new LockMonitor({
    calls: addon,
    read,
    mayHide: (segment) => store.last?.mayHideMappers(segment) ?? false,
    where: new CodeWhereabouts(addon, code),
    typed: new TypedSegments({
      chosen,
      resolve,
      suggest: (segment, signal) => finder.suggest(segment, signal),
      learned: () => finder.forget(),
    }),
    segments: async () => (store.last ?? (await store.refresh())).segments,
    follow: () => store.follow(),
    limits: () => ({ held: seconds('locks.heldLimit', 10), unsignalled: seconds('locks.waitLimit', 30) }),
    unlisted: unlistedText,
    log,
  });
}

/** Without the addon ShmScope still activates, and says in one sentence why it has nothing to show. */
function openAddon(path: string): Addon {
  if (process.platform !== 'linux') {
    return unavailableAddon(`ShmScope shows the shared memory of Linux, and this extension host runs on ${process.platform}.`);
  }
  try {
    return loadAddon(path);
  } catch (error) {
    const { message, remedy } = toShmError(error);
    return unavailableAddon(message, remedy);
  }
}

/** Snapshots stay with the workspace; without one they are kept for all windows. */
function snapshotFolder({ storageUri, globalStorageUri }: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'snapshots').fsPath;
}

/** Bytes of a setting that is in MiB, as it is each time; settings are files that hold anything. */
function mebibytes(setting: string, usual: number, most = Infinity): () => number {
  return () => {
    const value: unknown = vscode.workspace.getConfiguration('shmscope').get(setting);
    return Math.min(most, typeof value === 'number' && value > 0 ? value : usual) * 1024 * 1024;
  };
}

/** ms of a setting that is in seconds. */
function seconds(setting: string, usual: number): number {
  const value: unknown = vscode.workspace.getConfiguration('shmscope').get(setting);
  return (typeof value === 'number' && value > 0 ? value : usual) * 1000;
}

/** What a workspace that is not trusted may not do. */
function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw shmError('EPERM', 'Shared memory is not changed from a workspace that is not trusted.', {
    remedy: 'Trust the workspace ("Workspaces: Manage Workspace Trust") to write, create, resize and unlink.',
  });
}
