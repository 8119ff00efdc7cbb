/** The columns of a look, as the objects that they tell of. Mappings are made when they are asked for: there can be 100,000. */
import type { Holder, Mapping } from '../../api.d.ts';
import { EXEC, KINDS, READ, SHARED, WRITE, type RawMaps } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { statAt, type ObjectStat } from './stat.ts';

const ACCESS = ['read', 'write', 'read-write'] as const;

export type ObjectKind = (typeof KINDS)[number];

/** The texts of a table: each is ended by NUL. */
export function splitNames(names: string): string[] {
  const parts = names.split('\0');
  parts.pop();
  return parts;
}

function protectionText(flags: number): string {
  return `${flags & READ ? 'r' : '-'}${flags & WRITE ? 'w' : '-'}${flags & EXEC ? 'x' : '-'}`;
}

/** One look's tables, with their texts taken apart. */
export class Maps {
  readonly raw: RawMaps;
  readonly names: readonly string[];
  readonly paths: readonly string[];
  readonly devices: readonly string[];
  #comm: readonly string[] | undefined;

  constructor(raw: RawMaps) {
    this.raw = raw;
    this.names = splitNames(raw.objects.names);
    this.paths = splitNames(raw.objects.paths);
    this.devices = splitNames(raw.objects.devices);
  }

  get comm(): readonly string[] {
    return (this.#comm ??= splitNames(this.raw.processes.names).map(displayName));
  }
}

/** What the processes show of one object. */
export class Shown {
  readonly #maps: Maps;
  readonly #index: number;

  constructor(maps: Maps, index: number) {
    this.#maps = maps;
    this.#index = index;
  }

  get kind(): ObjectKind {
    return KINDS[this.#maps.raw.objects.kind[this.#index] ?? 0] ?? 'named';
  }
  /** 'major:minor'. */
  get device(): string {
    return this.#maps.devices[this.#index] ?? '';
  }
  get inode(): number {
    return this.#maps.raw.objects.inode[this.#index] ?? 0;
  }
  /** As the kernel tells it for one mapping; never used to match. */
  get name(): string {
    return this.#maps.names[this.#index] ?? '';
  }
  /** Where its name leads to it; '' where it does not. */
  get path(): string {
    return this.#maps.paths[this.#index] ?? '';
  }
  /** SEEN_NOT, SEEN_BY_NAME, SEEN_THROUGH_PROCESS. */
  get seen(): number {
    return this.#maps.raw.objects.seen[this.#index] ?? 0;
  }
  get stat(): ObjectStat {
    return statAt(this.#maps.raw.objects.stat, this.#index, this.device, this.inode);
  }
  get access(): number {
    return this.#maps.raw.objects.access[this.#index] ?? 0;
  }
  get filesystem(): number {
    return this.#maps.raw.objects.filesystem[this.#index] ?? 0;
  }
  get huge(): boolean {
    return this.#maps.raw.objects.huge[this.#index] === 1;
  }
  get sealed(): boolean {
    return this.#maps.raw.objects.sealed[this.#index] === 1;
  }
  get ipc(): number {
    return this.#maps.raw.objects.ipc[this.#index] ?? 0;
  }
  get hash(): bigint {
    return this.#maps.raw.objects.hash[this.#index] ?? 0n;
  }
  get mappers(): number {
    return this.#maps.raw.objects.mappers[this.#index] ?? 0;
  }
  /** A shared mapping may write. */
  get writable(): boolean {
    return this.#maps.raw.objects.writable[this.#index] === 1;
  }

  get hasShared(): boolean {
    return this.#some((i) => ((this.#maps.raw.mappings.flags[i] ?? 0) & SHARED) !== 0);
  }
  get hasHolders(): boolean {
    const [from, to] = this.#range(this.#maps.raw.objects.holders);
    return to > from;
  }
  /** A process has it open for writing. */
  get hasWriter(): boolean {
    const [from, to] = this.#range(this.#maps.raw.objects.holders);
    return this.#maps.raw.holders.access.subarray(from, to).some((access) => access > 0);
  }
  /** process_vm_readv(2) is allowed on one that maps it shared. */
  get readable(): boolean {
    const { mappings, processes } = this.#maps.raw;
    return this.#some((i) => ((mappings.flags[i] ?? 0) & SHARED) !== 0 && processes.readable[mappings.process[i] ?? 0] === 1);
  }
  /** The farthest that a mapping reaches: the size, for want of a better. */
  get reach(): number {
    const { offset, length } = this.#maps.raw.mappings;
    let reach = 0;
    this.#some((i) => void (reach = Math.max(reach, (offset[i] ?? 0) + (length[i] ?? 0))));
    return reach;
  }
  /** A process that maps it or has it open, with its mount and IPC namespaces. */
  get process(): { pid: number; mount: number; ipc: number } {
    const { mappings, holders, processes } = this.#maps.raw;
    const [mapped, end] = this.#range(this.#maps.raw.objects.mappings);
    const [held] = this.#range(this.#maps.raw.objects.holders);
    const at = (mapped < end ? mappings.process[mapped] : holders.process[held]) ?? 0;
    return { pid: processes.pid[at] ?? 0, mount: processes.mount[at] ?? 0, ipc: processes.ipc[at] ?? 0 };
  }

  /** In the order of pids. `end`: what lies past it raises SIGBUS; Infinity where that is not known. */
  mappings(end: number): Mapping[] {
    const { mappings, processes } = this.#maps.raw;
    const { comm } = this.#maps;
    const made: Mapping[] = [];
    const [from, to] = this.#range(this.#maps.raw.objects.mappings);
    for (let i = from; i < to; i++) {
      const process = mappings.process[i] ?? 0;
      const flags = mappings.flags[i] ?? 0;
      const length = mappings.length[i] ?? 0;
      const offset = mappings.offset[i] ?? 0;
      made.push({
        pid: processes.pid[process] ?? 0,
        process: comm[process] ?? '',
        address: mappings.address[i] ?? 0n,
        length,
        offset,
        protection: protectionText(flags),
        shared: (flags & SHARED) !== 0,
        startedAt: processes.startedAt[process] ?? 0,
        pastEnd: offset + length > end,
      });
    }
    return made;
  }

  /** Those that map it or have it open, some more than once. */
  processes(): { pid: number; process: string }[] {
    const { processes } = this.#maps.raw;
    return Array.from(this.#rows(), (row) => ({ pid: processes.pid[row] ?? 0, process: this.#maps.comm[row] ?? '' }));
  }
  /** Of the same. */
  pids(): Int32Array {
    const { processes } = this.#maps.raw;
    return Int32Array.from(this.#rows(), (row) => processes.pid[row] ?? 0);
  }

  /** The processes that only hold it open: one that maps it as well is a mapper. */
  holders(): Holder[] {
    const { holders, mappings, processes } = this.#maps.raw;
    const [from, to] = this.#range(this.#maps.raw.objects.holders);
    if (from === to) return [];
    const mappers = new Set<number>();
    this.#some((i) => void mappers.add(mappings.process[i] ?? 0));
    const made: Holder[] = [];
    for (let i = from; i < to; i++) {
      const process = holders.process[i] ?? 0;
      if (mappers.has(process)) continue;
      made.push({
        pid: processes.pid[process] ?? 0,
        process: this.#maps.comm[process] ?? '',
        fd: holders.fd[i] ?? -1,
        access: ACCESS[holders.access[i] ?? 0] ?? 'read',
      });
    }
    return made;
  }

  /** Of processes: its mappings' and then its holders'. */
  #rows(): Uint32Array {
    const { mappings, holders, objects } = this.#maps.raw;
    const mapping = mappings.process.subarray(...this.#range(objects.mappings));
    const holding = holders.process.subarray(...this.#range(objects.holders));
    if (holding.length === 0) return mapping;
    const rows = new Uint32Array(mapping.length + holding.length);
    rows.set(mapping);
    rows.set(holding, mapping.length);
    return rows;
  }

  #range(starts: Uint32Array): [from: number, to: number] {
    return [starts[this.#index] ?? 0, starts[this.#index + 1] ?? 0];
  }

  #some(test: (mapping: number) => boolean | void): boolean {
    const [from, to] = this.#range(this.#maps.raw.objects.mappings);
    for (let i = from; i < to; i++) if (test(i) === true) return true;
    return false;
  }
}
