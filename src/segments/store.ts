/** The model of the machine's segments: the last scan, and an event with exactly what changed. */
import type { Segment } from '../../api.d.ts';
import type { Addon } from '../native/addon.ts';
import { shmError } from '../native/errors.ts';
import { Disposables, Emitter, toDisposable } from '../lifecycle.ts';
import type { Disposable } from 'vscode';
import { compareScans, type SegmentChange } from './changes.ts';
import { follow } from './follow.ts';
import { Scanner, type Scan } from './scan.ts';

export class SegmentStore {
  readonly #scanner: Scanner;
  readonly #disposables = new Disposables();
  readonly #changes = new Emitter<SegmentChange>((used) => this.#use(used));
  #byId = new Map<string, Segment>();
  #last: Scan | undefined;
  #scanning: Promise<Scan> | undefined;
  #following: Disposable | undefined;
  #users = 0;

  /** Told after each change; while it has listeners, the store follows the machine. */
  readonly onDidChange = this.#changes.event;

  constructor(addon: Addon) {
    this.#scanner = new Scanner(addon);
    this.#disposables.add(this.#changes);
    this.#disposables.add(toDisposable(() => this.#stop()));
  }

  /** The last scan; undefined before the first. */
  get last(): Scan | undefined {
    return this.#last;
  }

  get(id: string): Segment | undefined {
    return this.#byId.get(id);
  }

  /** A scan that begins now, or after the one under way, so that its result holds everything done before the call. */
  async refresh(): Promise<Scan> {
    await this.#scanning?.catch(() => undefined);
    this.#scanning ??= this.#scan().finally(() => (this.#scanning = undefined));
    return this.#scanning;
  }

  /** The segment of an id, after one more scan when it is not known; ESTALE when there is none. */
  async require(id: string): Promise<Segment> {
    if (!this.#byId.has(id)) await this.refresh();
    const segment = this.#byId.get(id);
    if (!segment) throw shmError('ESTALE', 'The segment is gone, or another object has taken its place.');
    return segment;
  }

  /** Does `work` on the segment of an id. ESTALE when it turns out that the object is gone, whatever way the work failed. */
  async using<T>(id: string, work: (segment: Segment) => T | Promise<T>): Promise<T> {
    const segment = await this.require(id);
    try {
      return await work(segment);
    } catch (error) {
      await this.refresh();
      if (this.#byId.has(id)) throw error;
      throw shmError('ESTALE', 'The segment is gone, or another object has taken its place.');
    }
  }

  /** Keeps a file listed while nothing maps it. */
  keepFile(path: string): void {
    this.#scanner.keepFile(path);
  }

  /** Keeps the list up to date by itself until disposed. */
  follow(): Disposable {
    this.#use(true);
    return toDisposable(() => this.#use(false));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #use(used: boolean): void {
    this.#users += used ? 1 : -1;
    if (this.#users > 0) this.#following ??= this.#start();
    else this.#stop();
  }

  #stop(): void {
    this.#following?.dispose();
    this.#following = undefined;
  }

  #start(): Disposable {
    if (!this.#last) void this.refresh().catch((error: unknown) => console.error('ShmScope: the first scan failed', error));
    return follow({
      directories: this.#last?.mounts.map((mount) => mount.path) ?? ['/dev/shm'],
      look: () => this.#scanner.lookAtSysv(),
      refresh: async () => void (await this.refresh()),
    });
  }

  async #scan(): Promise<Scan> {
    const scan = await this.#scanner.scan();
    const change = compareScans(this.#byId, scan.segments);
    const first = this.#last === undefined;
    this.#last = scan;
    this.#byId = new Map(scan.segments.map((segment) => [segment.id, segment]));
    if (change && !first) this.#changes.fire(change);
    return scan;
  }
}
