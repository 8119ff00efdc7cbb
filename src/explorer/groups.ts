/** The groups of the tree, and what their descriptions say of the limits. */
import type { SegmentKind } from '../../api.d.ts';
import { sizeText } from '../segments/names.ts';
import type { Scan } from '../segments/scan.ts';
import { inOrder } from '../segments/order.ts';
import { plural } from '../segments/texts.ts';

export interface Group {
  readonly kind: SegmentKind;
  readonly label: string;
  readonly icon: string;
}

export const GROUPS: readonly Group[] = [
  { kind: 'posix', label: 'POSIX', icon: 'symbol-structure' },
  { kind: 'sysv', label: 'System V', icon: 'key' },
  { kind: 'file', label: 'Mapped files', icon: 'files' },
];

/** '/dev/shm · 74.1 MiB of 23.5 GiB', '3 of 4096 · 1.2 MiB', '6'. */
export function describeGroup(kind: SegmentKind, scan: Scan): string {
  if (kind === 'posix')
    return scan.mounts.map((mount) => `${mount.path} · ${mountText(mount)}`).join(', ') || 'no tmpfs on /dev/shm';
  if (kind === 'sysv' && scan.sysvLimits) {
    const { segments, maxSegments, totalBytes } = scan.sysvLimits;
    return `${segments} of ${maxSegments} · ${sizeText(totalBytes)}`;
  }
  return String(inOrder(scan.segments, kind).length);
}

function mountText(mount: Scan['mounts'][number]): string {
  if (mount.error) return `${mount.error.code} (${mount.error.syscall})`;
  const used = sizeText(mount.total - mount.free);
  return mount.total === 0 ? 'no limit' : `${used} of ${sizeText(mount.total)}`;
}

/** What could not be seen, counted, and what helps; undefined when all could be seen. */
export interface HiddenNote {
  /** '14 processes of 3 users are hidden'. */
  readonly text: string;
  readonly remedy: string;
}

export function hiddenNote(hidden: Scan['hidden'], isRoot: boolean): HiddenNote | undefined {
  if (hidden.length === 0) return undefined;
  const users = new Set(hidden.map((process) => process.uid)).size;
  const text = `${plural(hidden.length, 'process', 'processes')} of ${plural(users, 'user')} ${hidden.length === 1 ? 'is' : 'are'} hidden`;
  const remedy = isRoot
    ? 'The system keeps even root from looking into what they map.'
    : "To see what they map, run VS Code's server as root, or give it CAP_SYS_PTRACE.";
  return { text, remedy };
}
