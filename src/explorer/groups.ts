/** The groups of the tree, and what their descriptions and tooltips say of the limits. */
import type { SegmentKind } from '../../api.d.ts';
import { sizeText } from '../segments/names.ts';
import type { Scan } from '../segments/scan.ts';
import { countText, namespaceText, plural } from '../segments/texts.ts';
import type { Listed } from './listing.ts';

export type GroupId = 'posix' | 'sysv' | 'memory' | 'file';

export interface Group {
  readonly id: GroupId;
  readonly kinds: readonly SegmentKind[];
  readonly label: string;
  /** Open at first: mapped files and the memfds of a browser are many, and seldom what is looked for. */
  readonly open: boolean;
}

export const GROUPS: readonly Group[] = [
  { id: 'posix', kinds: ['posix'], label: 'POSIX', open: true },
  { id: 'sysv', kinds: ['sysv'], label: 'System V', open: true },
  { id: 'memory', kinds: ['memfd', 'anonymous'], label: 'Memory files', open: false },
  { id: 'file', kinds: ['file'], label: 'Mapped files', open: false },
];

/** shmmax and shmall are near 2^64 where nobody has set them (include/uapi/linux/shm.h). */
const UNLIMITED = 2 ** 62;
const MOUNTS_SHOWN = 2;

type Mount = Scan['mounts'][number] & { readonly namespace?: string };
type SysvLimits = NonNullable<Scan['sysvLimits']>;

/** '5,000 · 74.1 MiB of 23.5 GiB', '3 of 4,096 segments · 1.2 MiB · no limit', '6'; with a filter '12 of 5,000 · …'. */
export function describeGroup({ group, rows, all }: Listed, scan: Scan, filtered: boolean): string {
  const count = filtered ? `${countText(rows.length)} of ${countText(all)}` : countText(all);
  if (group.id === 'posix') return [count, ...mountTexts(scan.mounts)].join(' · ');
  if (group.id === 'sysv' && scan.sysvLimits) return sysvText(scan.sysvLimits, filtered ? count : undefined, all);
  return count;
}

function mountTexts(mounts: readonly Mount[]): string[] {
  if (mounts.length === 0) return ['no tmpfs on /dev/shm'];
  const shown = mounts.slice(0, MOUNTS_SHOWN).map(mountText);
  return mounts.length > MOUNTS_SHOWN ? [...shown, `${mounts.length - MOUNTS_SHOWN} more tmpfs`] : shown;
}

/** '74.1 MiB of 23.5 GiB'; the path and the namespace only where they are not the usual ones. */
function mountText(mount: Mount): string {
  const place = [
    ...(isForeign(mount) ? [namespaceText(mount.namespace ?? '')] : []),
    ...(mount.path === '/dev/shm' ? [] : [mount.path]),
  ];
  const { code, syscall } = mount.error ?? {};
  const used = code === undefined ? usedText(mount) : `${code} (${syscall})`;
  return [...place, used].join(' ');
}

function isForeign({ namespace }: Mount): boolean {
  return namespace !== undefined && namespace !== 'host';
}

function usedText({ total, free }: Mount): string {
  return total === 0 ? 'no limit' : `${sizeText(total - free)} of ${sizeText(total)}`;
}

/** shmmni, shmall and shmmax: '3 of 4,096 segments · 1.2 MiB of 8 GiB · 32 MiB each'. `all` counts those of other namespaces, too. */
function sysvText(limits: SysvLimits, count: string | undefined, all: number): string {
  const { segments, maxSegments, maxSegmentSize, totalBytes, maxTotalBytes } = limits;
  const unlimited = maxTotalBytes >= UNLIMITED;
  return [
    ...(count === undefined ? [] : [count]),
    `${countText(segments)} of ${plural(maxSegments, 'segment')}`,
    ...(all > segments ? [`${countText(all - segments)} in other namespaces`] : []),
    unlimited ? `${sizeText(totalBytes)} · no limit` : `${sizeText(totalBytes)} of ${sizeText(maxTotalBytes)}`,
    ...(maxSegmentSize >= UNLIMITED ? (unlimited ? [] : ['no limit each']) : [`${sizeText(maxSegmentSize)} at most each`]),
  ].join(' · ');
}

/** The full truth, a line each. */
export function groupTooltip(listed: Listed, scan: Scan): string {
  const { group, all, readOnly } = listed;
  const lines = [ABOUT[group.id], plural(all, 'segment')];
  if (group.id === 'posix') lines.push(...scan.mounts.map(mountLine));
  if (group.id === 'sysv' && scan.sysvLimits) lines.push(...sysvLines(scan.sysvLimits));
  if (readOnly > 0)
    lines.push(
      `${plural(readOnly, 'file')} of these ${readOnly === 1 ? 'is' : 'are'} only read: every shared mapping is without 'w'`,
    );
  return lines.join('\n');
}

const ABOUT: Readonly<Record<GroupId, string>> = {
  posix: 'POSIX objects: shm_open(3), and files on the tmpfs at /dev/shm',
  sysv: 'System V segments: shmget(2)',
  memory: 'Shared memory without a name in the file system: memfd_create(2), and MAP_SHARED | MAP_ANONYMOUS',
  file: 'Files that processes map MAP_SHARED',
};

function mountLine(mount: Mount): string {
  const where = `${mount.path}${isForeign(mount) ? ` in ${namespaceText(mount.namespace ?? '')}` : ''}`;
  if (mount.error) return `${where}: could not be listed, ${mount.error.code} (${mount.error.syscall})`;
  if (mount.total === 0) return `${where}: the mount has no limit of its own`;
  return `${where}: ${sizeText(mount.total - mount.free)} used of ${sizeText(mount.total)}, ${sizeText(mount.free)} free`;
}

function sysvLines({ segments, maxSegments, maxSegmentSize, totalBytes, maxTotalBytes }: SysvLimits): string[] {
  const limit = (bytes: number): string => (bytes >= UNLIMITED ? 'no limit' : sizeText(bytes));
  return [
    `${countText(segments)} segments in this namespace, ${countText(maxSegments)} at most (kernel.shmmni)`,
    `${sizeText(totalBytes)} in all, at most: ${limit(maxTotalBytes)} (kernel.shmall)`,
    `one segment at most: ${limit(maxSegmentSize)} (kernel.shmmax)`,
  ];
}
