/** One scan: what the kernel lists, what the processes show, put together as Segments. */
import type { Segment } from '../../api.d.ts';
import type { Addon, RawScan, ShmMount, SysvLimits } from '../native/addon.ts';
import { isPrivate } from './access.ts';
import { attribute } from './attribution.ts';
import { fileSegments } from './files.ts';
import { Machine } from './machine.ts';
import { posixSegments } from './posix.ts';
import { sysvSegment } from './sysv.ts';

/** What one scan found. */
export interface Scan {
  readonly segments: readonly Segment[];
  readonly mounts: readonly ShmMount[];
  readonly sysvLimits: SysvLimits | undefined;
  /** Processes whose mappings this user may not see. */
  readonly hidden: RawScan['hidden'];
  /** Whether one of these may have the segment mapped or open, so that none seen does not mean that there is none. */
  readonly mayHideMappers: (segment: Segment) => boolean;
}

export class Scanner {
  readonly #addon: Addon;
  readonly #machine: Machine;
  /** Files that stay listed though nothing maps them (now): they were made here, or a panel shows them. */
  readonly #kept = new Set<string>();

  constructor(addon: Addon) {
    this.#addon = addon;
    this.#machine = new Machine(addon);
  }

  keepFile(path: string): void {
    this.#kept.add(path);
  }

  /** Differs when a System V segment was made, removed, attached, detached or changed: no event tells of these. */
  lookAtSysv(): string {
    return this.#addon
      .listSysv()
      .map((entry) => [entry.shmid, entry.attachCount, entry.attachedAt, entry.detachedAt, entry.changedAt, entry.removed].join())
      .join(' ');
  }

  /** What is hidden even from root is of the system itself (a sandbox's supervisor), and not counted as a possible mapper. */
  #seesAll(raw: RawScan): boolean {
    return raw.hidden.length === 0 || this.#machine.user.uid === 0;
  }

  async scan(): Promise<Scan> {
    const machine = this.#machine;
    machine.beginScan();
    const mounts = this.#addon.listShm();
    const sysv = this.#addon.listSysv();
    const shmDevices = mounts.map((mount) => mount.device);
    const raw = await this.#addon.scan({ devices: shmDevices });
    const shown = attribute(raw, machine.ipcNamespace);
    return {
      segments: [
        ...mounts.flatMap((mount) => posixSegments(machine, mount, shown, this.#seesAll(raw))),
        ...sysv.map((entry) => sysvSegment(machine, entry, shown.sysv.get(entry.shmid))),
        ...fileSegments(machine, new Set(shmDevices), shown, this.#kept),
      ],
      mounts,
      sysvLimits: this.#addon.sysvLimits(),
      hidden: raw.hidden,
      mayHideMappers: (segment) => !this.#seesAll(raw) && !segment.sysv && !isPrivate(segment, machine.user),
    };
  }
}
