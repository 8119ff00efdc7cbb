/** Tells when a watched file has other bytes. Nothing in the kernel tells of a store, so they are read and hashed, slowly. */
import * as vscode from 'vscode';
import type { Moment } from '../keep/moment.ts';
import type { Snapshots } from '../keep/snapshots.ts';
import { Disposables, toDisposable } from '../lifecycle.ts';
import type { SegmentChange } from '../segments/changes.ts';
import type { SegmentStore } from '../segments/store.ts';
import { hashOf } from './content.ts';
import { KINDS, segmentFileName, SCHEME, SNAPSHOTS } from './names.ts';

export interface WatchingOptions {
  readonly store: SegmentStore;
  readonly snapshots: Snapshots;
  readonly limit: () => number;
  /** The segment that a file stands for now; not of snapshots, whose bytes stay. */
  readonly find: (uri: vscode.Uri) => Moment | undefined;
}

/** Between two looks at one file, at least; and the share of the time that looking may take. */
const LOOK_MS = 1000;
const SHARE = 0.05;
const READ_MAX = 1000;
/** More changes at once are told as one of each directory. */
const EVENTS_MAX = 1000;

interface Watched {
  readonly uri: vscode.Uri;
  count: number;
  timer: NodeJS.Timeout | undefined;
  readonly ending: AbortController;
  /** ms since the epoch: when its bytes were last seen to differ. */
  changedAt: number;
  /** Undefined until it was looked at; of what is too large, its size alone. */
  hash: string | undefined;
}

export class Watching {
  readonly #options: WatchingOptions;
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #watched = new Map<string, Watched>();
  /** Hashes of what was read last, so that what changed between reading and watching is seen. */
  readonly #read = new Map<string, string>();
  readonly #disposables = new Disposables();
  #following: vscode.Disposable | undefined;
  #users = 0;

  readonly onDidChange = this.#changes.event;

  constructor(options: WatchingOptions) {
    this.#options = options;
    this.#disposables.add(this.#changes);
    this.#disposables.add(options.snapshots.onDidChange(() => this.#tellSnapshots()));
  }

  /** When a watched file was last seen to change; undefined for one that is not watched. */
  changedAt(uri: vscode.Uri): number | undefined {
    return this.#watched.get(uri.toString())?.changedAt;
  }

  wasRead(uri: vscode.Uri, hash: string): void {
    const key = uri.toString();
    this.#read.delete(key);
    this.#read.set(key, hash);
    const [oldest] = this.#read.keys();
    if (this.#read.size > READ_MAX && oldest !== undefined) this.#read.delete(oldest);
    const watched = this.#watched.get(key);
    if (watched) this.#took(watched, hash);
  }

  /** While something is watched, what comes and goes is told too. */
  watch(uri: vscode.Uri): vscode.Disposable {
    this.#users++;
    this.#following ??= this.#options.store.onDidChange((change) => this.#tellSegments(change));
    const [kind, name] = uri.path.split('/').filter((part) => part !== '');
    const isSegment = name !== undefined && kind !== SNAPSHOTS;
    const watched = isSegment ? this.#start(uri) : undefined;
    return toDisposable(() => {
      if (watched) this.#stop(watched);
      if (--this.#users > 0) return;
      this.#following?.dispose();
      this.#following = undefined;
    });
  }

  dispose(): void {
    for (const watched of this.#watched.values()) this.#end(watched);
    this.#watched.clear();
    this.#following?.dispose();
    this.#disposables.dispose();
  }

  #start(uri: vscode.Uri): Watched {
    const key = uri.toString();
    const known = this.#watched.get(key);
    if (known) {
      known.count++;
      return known;
    }
    const hash = this.#read.get(key);
    const watched: Watched = { uri, count: 1, timer: undefined, ending: new AbortController(), changedAt: Date.now(), hash };
    this.#watched.set(key, watched);
    this.#later(watched, LOOK_MS);
    return watched;
  }

  #stop(watched: Watched): void {
    if (--watched.count > 0) return;
    this.#end(watched);
    if (this.#watched.get(watched.uri.toString()) === watched) this.#watched.delete(watched.uri.toString());
  }

  #end(watched: Watched): void {
    clearTimeout(watched.timer);
    watched.ending.abort();
  }

  #later(watched: Watched, ms: number): void {
    if (watched.ending.signal.aborted) return;
    watched.timer = setTimeout(() => void this.#look(watched), ms).unref();
  }

  async #look(watched: Watched): Promise<void> {
    const started = performance.now();
    try {
      const moment = this.#options.find(watched.uri);
      if (moment) {
        const { size } = moment.open().stat();
        const hash = size > this.#options.limit() ? `size ${size}` : await hashOf(moment, size, watched.ending.signal);
        if (this.#took(watched, hash)) this.#changes.fire([{ type: vscode.FileChangeType.Changed, uri: watched.uri }]);
      }
    } catch {
      // Gone, or not to be read any more: the store tells of the one, whoever opens the file is told of the other.
    }
    this.#later(watched, Math.max(LOOK_MS, (performance.now() - started) / SHARE));
  }

  /** Whether it differs from what was known. */
  #took(watched: Watched, hash: string): boolean {
    const differs = watched.hash !== undefined && watched.hash !== hash;
    watched.hash = hash;
    // It moves with every change, also with two in one millisecond.
    if (differs) watched.changedAt = Math.max(Date.now(), watched.changedAt + 1);
    return differs;
  }

  #tellSegments({ added, removed, changed }: SegmentChange): void {
    if (added.length + removed.length > EVENTS_MAX) {
      const type = vscode.FileChangeType.Changed;
      this.#changes.fire(KINDS.map((kind) => ({ type, uri: vscode.Uri.from({ scheme: SCHEME, path: `/${kind}` }) })));
      return;
    }
    const events = [
      ...removed.map((segment) => ({ type: vscode.FileChangeType.Deleted, segment })),
      // The file of its name is gone, though the object lives on.
      ...changed
        .filter(({ unlinked }) => unlinked)
        .map((segment) => ({ type: vscode.FileChangeType.Deleted, segment: { ...segment, unlinked: false } })),
      ...added.map((segment) => ({ type: vscode.FileChangeType.Created, segment })),
    ].map(({ type, segment }) => {
      const path = `/${segment.kind}/${segmentFileName(segment)}`;
      return { type, uri: vscode.Uri.from({ scheme: SCHEME, path }) };
    });
    if (events.length > 0) this.#changes.fire(events);
  }

  #tellSnapshots(): void {
    if (this.#users === 0) return;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${SNAPSHOTS}` });
    this.#changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }
}
