/** One scan: what the kernel lists, what the processes show, put together as Segments. */
import type { Segment } from '../../api.d.ts';
import type { Addon, RawMaps, RawMount, RawScanner, RawSysv, SysvLimits } from '../native/addon.ts';
import { keptFile, fileSegment } from './files.ts';
import { Machine } from './machine.ts';
import { Maps, Shown, splitNames } from './maps.ts';
import { memorySegment } from './nameless.ts';
import { mountOf, PosixList, type Mount } from './posix.ts';
import { forEachPaced, Pace, range } from './pace.ts';
import { sysvKey, sysvSegments } from './sysv.ts';

/** One tmpfs on /dev/shm, and how full it is. Bytes; `total` 0: no limit. */
export interface ScanMount {
  readonly path: string;
  readonly device: string;
  /** Directories in it, relative. */
  readonly directories: readonly string[];
  readonly total: number;
  readonly free: number;
  readonly namespace: string;
  readonly error?: RawMount['error'];
}

/** What one scan found. */
export interface Scan {
  readonly segments: readonly Segment[];
  readonly mounts: readonly ScanMount[];
  readonly sysvLimits: SysvLimits | undefined;
  /** Processes whose mappings this user may not see. */
  readonly hidden: RawMaps['hidden'];
  /** Whether one of these may have the segment mapped or open, so that none seen does not mean that there is none. */
  readonly mayHideMappers: (segment: Segment) => boolean;
}

export interface ScannerOptions {
  /** Take the text of /proc/PID/maps even where the kernel answers PROCMAP_QUERY. */
  readonly text?: boolean;
}

export class Scanner {
  readonly #addon: Addon;
  readonly #machine = new Machine();
  readonly #scanner: RawScanner;
  /** Files that stay listed though nothing maps them (now): they were made here, or a panel shows them. */
  readonly #kept = new Set<string>();
  #differs = false;
  readonly #posix = new Map<string, PosixList>();
  #last: Scan | undefined;
  #maps: RawMaps | undefined;
  #shm: readonly RawMount[] = [];
  #sysv: RawSysv | undefined;

  constructor(addon: Addon, { text = false }: ScannerOptions = {}) {
    this.#addon = addon;
    this.#scanner = addon.openScanner(text);
  }

  dispose(): void {
    this.#scanner.close();
  }

  keepFile(path: string): void {
    this.#kept.add(path);
    this.#differs = true;
  }

  /** Whether a refresh would likely find something: the cheapest of looks. */
  moved(): boolean {
    return this.#scanner.moved();
  }

  /**
   * Looks at every process and every object. The same Scan as the last time where nothing differs. `thorough`: at all private mappings
   * too, which else are looked at where a process changed its size, and in turn.
   */
  async scan({ thorough = false } = {}): Promise<Scan> {
    const differs = await this.#look(true, true, thorough);
    return differs || !this.#last ? this.#build() : this.#last;
  }

  /**
   * Looks at what differs since the last look: the cheap signs of all processes, and System V. `list` asks for names, sizes and memory as
   * well, `told` looks at those that have objects open. Undefined where nothing differs.
   */
  async refresh(list: boolean, told = false): Promise<Scan | undefined> {
    return (await this.#look(false, list, told)) ? this.#build() : undefined;
  }

  async #look(deep: boolean, list: boolean, thorough: boolean): Promise<boolean> {
    const look = await this.#scanner.scan(deep, list, thorough);
    if (look.maps) this.#maps = look.maps;
    if (look.shm) this.#shm = look.shm;
    if (look.sysv) this.#sysv = look.sysv;
    // Nobody else tells whether a kept file is still there.
    const kept = this.#differs || (list && this.#kept.size > 0);
    return look.maps !== undefined || look.shm !== undefined || look.sysv !== undefined || kept;
  }

  async #build(): Promise<Scan> {
    // Until the end: what is taken and not put together is put together the next time.
    this.#differs = true;
    const [maps, machine] = [this.#maps, this.#machine];
    const pace = new Pace();
    // The tables came in this turn of the event loop, which has had its share.
    await pace.pause();
    const hidden = maps?.hidden ?? [];
    machine.beginScan(hidden);
    const seesAll = machine.seesAll(hidden);
    const mounts = this.#shm.map((raw) => mountOf(machine, raw));
    const shown = new ShownTables(mounts);
    if (maps) await shown.take(new Maps(maps), pace);
    const segments: Segment[] = [];
    for (const mount of mounts)
      for (const segment of await this.#posixList(mount).segments(machine, mount, shown.inMount(mount), seesAll, pace))
        segments.push(segment);
    if (this.#sysv) for (const segment of await sysvSegments(machine, this.#sysv, shown.sysv, pace)) segments.push(segment);
    await forEachPaced(shown.others, pace, (object) => {
      const segment = this.#otherSegment(object);
      if (segment) segments.push(segment);
    });
    this.#addKept(segments);
    for (const device of this.#posix.keys()) if (!mounts.some(({ raw }) => raw.device === device)) this.#posix.delete(device);
    this.#differs = false;
    return (this.#last = {
      segments,
      mounts: mounts.map(({ raw: { path, device, total, free, error, ...raw }, namespace }) => {
        const directories = splitNames(raw.directories);
        return { path, device, directories, total, free, namespace, ...(error === undefined ? {} : { error }) };
      }),
      sysvLimits: this.#limits(),
      hidden,
      mayHideMappers: (segment) => !seesAll && !segment.sysv && !machine.isPrivate(segment),
    });
  }

  /** Undefined where the kernel has no System V memory, or a filter of system calls refuses it. */
  #limits(): SysvLimits | undefined {
    try {
      return this.#addon.sysvLimits();
    } catch {
      return undefined;
    }
  }

  #posixList({ raw: { device } }: Mount): PosixList {
    const known = this.#posix.get(device);
    if (known) return known;
    const list = new PosixList();
    this.#posix.set(device, list);
    return list;
  }

  #otherSegment(object: Shown): Segment | undefined {
    const { kind } = object;
    if (kind !== 'memfd' && kind !== 'anonymous') return fileSegment(this.#machine, object);
    // What only ever was private is nobody else's.
    if (!object.hasShared && !object.hasHolders) return undefined;
    const { pid, mount } = object.process;
    return memorySegment(this.#machine, kind, object, this.#machine.namespaces.name('mnt', mount, pid));
  }

  #addKept(segments: Segment[]): void {
    if (this.#kept.size === 0) return;
    const ids = new Set(segments.map((segment) => segment.id));
    for (const path of this.#kept) {
      const segment = keptFile(this.#machine, this.#addon, path);
      if (!segment) this.#kept.delete(path);
      else if (!ids.has(segment.id)) segments.push(segment);
    }
  }
}

/** The objects of a look, by where they are looked for. */
class ShownTables {
  readonly sysv = new Map<string, Shown>();
  readonly others: Shown[] = [];
  readonly #mounts = new Map<string, Map<number, Shown>>();
  /** What is listed in a directory that is no file system of its own. */
  readonly #parts = new Map<string, Set<number>>();

  constructor(mounts: readonly Mount[]) {
    for (const { raw } of mounts) {
      this.#mounts.set(raw.device, new Map());
      if (!raw.whole) this.#parts.set(raw.device, new Set(raw.inode));
    }
  }

  inMount({ raw }: Mount): ReadonlyMap<number, Shown> {
    return this.#mounts.get(raw.device) ?? new Map<number, Shown>();
  }

  async take(maps: Maps, pace: Pace): Promise<void> {
    await forEachPaced(range(maps.names.length), pace, (i) => {
      const object = new Shown(maps, i);
      const elsewhere = this.#parts.get(object.device)?.has(object.inode) === false;
      const mount = object.kind === 'named' && !elsewhere ? this.#mounts.get(object.device) : undefined;
      if (mount) mount.set(object.inode, object);
      else if (object.kind === 'sysv') this.sysv.set(sysvKey(object.ipc, object.inode), object);
      else this.others.push(object);
    });
  }
}
