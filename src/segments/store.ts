/** The model of the machine's segments: the last scan, and an event with exactly what changed. */
import type { Segment } from '../../api.d.ts';
import type { Addon, RawWatch } from '../native/addon.ts';
import { shmError } from '../native/errors.ts';
import { Disposables, Emitter, toDisposable } from '../lifecycle.ts';
import type { Disposable } from 'vscode';
import { compareScans, type SegmentChange } from './changes.ts';
import { CLOSE, follow, LOOSE, type Rate } from './follow.ts';
import { Scanner, type Scan } from './scan.ts';

export class SegmentStore {
  readonly #addon: Addon;
  readonly #scanner: Scanner;
  readonly #disposables = new Disposables();
  readonly #changes = new Emitter<SegmentChange>((used) => this.#use(CLOSE, used));
  readonly #looseChanges = new Emitter<SegmentChange>((used) => this.#use(LOOSE, used));
  #byId: ReadonlyMap<string, Segment> = new Map();
  /** As the scanner gave it; in `#last` an unchanged segment is the object that it was before. */
  #found: Scan | undefined;
  #last: Scan | undefined;
  #looking: Promise<unknown> | undefined;
  #next: Promise<Scan> | undefined;
  #following: { readonly rate: Rate; readonly stop: Disposable } | undefined;
  readonly #users = new Map<Rate, number>();

  /** Told after each change; while it has listeners, the store follows the machine closely. */
  readonly onDidChange = this.#changes.event;
  /** Told of the same; while only it has listeners, the store follows the machine loosely, which costs a tenth. */
  readonly onDidChangeLoosely = this.#looseChanges.event;

  constructor(addon: Addon) {
    this.#addon = addon;
    this.#scanner = new Scanner(addon);
    this.#disposables.add(this.#scanner);
    this.#disposables.add(this.#changes);
    this.#disposables.add(this.#looseChanges);
    this.#disposables.add(toDisposable(() => this.#stop()));
  }

  /** The last scan; undefined before the first. */
  get last(): Scan | undefined {
    return this.#last;
  }

  get(id: string): Segment | undefined {
    return this.#byId.get(id);
  }

  /**
   * A whole scan that begins now, or after the look under way, so that its result holds everything done before the call. `thorough`: with all
   * private mappings, before something is removed because nobody maps it.
   */
  async refresh({ thorough = false } = {}): Promise<Scan> {
    if (thorough) return this.#afterLook(async () => this.#take(await this.#scanner.scan({ thorough })));
    this.#next ??= this.#afterLook(async () => {
      this.#next = undefined;
      return this.#take(await this.#scanner.scan());
    });
    return this.#next;
  }

  /** A look at what differs since the last one; `list`: names and sizes too. It may miss a remap of the same size for a while. */
  async look(list: boolean, told = false): Promise<void> {
    await this.#afterLook(async () => {
      const scan = await this.#scanner.refresh(list, told);
      if (scan) await this.#take(scan);
    });
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
    this.#use(CLOSE, true);
    return toDisposable(() => this.#use(CLOSE, false));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #use(rate: Rate, used: boolean): void {
    this.#users.set(rate, (this.#users.get(rate) ?? 0) + (used ? 1 : -1));
    const wanted = [CLOSE, LOOSE].find((one) => (this.#users.get(one) ?? 0) > 0);
    if (this.#following?.rate === wanted) return;
    this.#stop();
    if (wanted) this.#following = { rate: wanted, stop: this.#start(wanted) };
  }

  #stop(): void {
    this.#following?.stop.dispose();
    this.#following = undefined;
  }

  #start(rate: Rate): Disposable {
    if (!this.#last) void this.refresh().catch((error: unknown) => console.error('ShmScope: the first scan failed', error));
    const watches = new Watches(this.#addon);
    const followed = {
      watch: () => watches.on(this.#last?.mounts),
      moved: () => this.#scanner.moved(),
      refresh: (list: boolean, told: boolean) => this.look(list, told),
    };
    const following = follow(followed, rate);
    return toDisposable(() => {
      following.dispose();
      watches.dispose();
    });
  }

  async #afterLook<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#looking;
    const looking = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    this.#looking = looking;
    return looking;
  }

  async #take(found: Scan): Promise<Scan> {
    if (found === this.#found && this.#last) return this.#last;
    const { byId, change } = await compareScans(this.#byId, found.segments);
    const first = this.#last === undefined;
    const scan = { ...found, segments: [...byId.values()] };
    this.#found = found;
    this.#last = scan;
    this.#byId = byId;
    if (!change || first) return scan;
    this.#changes.fire(change);
    this.#looseChanges.fire(change);
    return scan;
  }
}

const WATCHED_MAX = 100;

/** The watch on the directories of the last scan. */
class Watches {
  readonly #addon: Addon;
  #mounts: Scan['mounts'] | undefined;
  #key = '';
  #watch: RawWatch | undefined;

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  on(mounts: Scan['mounts'] | undefined): RawWatch {
    if (this.#watch && mounts === this.#mounts) return this.#watch;
    this.#mounts = mounts;
    const paths = (mounts ?? []).flatMap(({ path, directories }) => [path, ...directories.map((name) => `${path}/${name}`)]);
    // What is mounted anew on a path has another device, and the watch went with the old one.
    const key = [...paths, ...(mounts ?? []).map(({ device }) => device)].join('\0');
    if (this.#watch && key === this.#key) return this.#watch;
    this.#watch?.close();
    this.#key = key;
    return (this.#watch = this.#addon.openWatch(paths.slice(0, WATCHED_MAX)));
  }

  dispose(): void {
    this.#watch?.close();
  }
}
