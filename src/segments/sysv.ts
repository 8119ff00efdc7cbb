/** System V segments. */
import type { Segment } from '../../api.d.ts';
import type { SysvEntry } from '../native/addon.ts';
import { sysvAccess } from './access.ts';
import { withEnds, type Shown } from './attribution.ts';
import { keyName, sysvId } from './identity.ts';
import type { Machine } from './machine.ts';

export function sysvSegment(machine: Machine, entry: SysvEntry, shown: Shown | undefined): Segment {
  const mappings = withEnds(shown?.mappings ?? [], entry.size, machine.pageSize);
  return {
    id: sysvId(String(machine.ipcNamespace), entry.shmid),
    kind: 'sysv',
    name: keyName(entry.key),
    device: shown?.device ?? '0:1',
    inode: entry.shmid,
    size: entry.size,
    residentBytes: entry.residentBytes,
    uid: entry.uid,
    gid: entry.gid,
    mode: entry.mode & 0o777,
    unlinked: entry.removed,
    orphaned: entry.attachCount === 0 && entry.residentBytes > 0,
    mappings,
    holders: [],
    sysv: {
      key: entry.key,
      shmid: entry.shmid,
      creatorPid: entry.creatorPid,
      lastPid: entry.lastPid,
      attachCount: entry.attachCount,
      attachedAt: entry.attachedAt,
      detachedAt: entry.detachedAt,
      changedAt: entry.changedAt,
      locked: entry.locked,
    },
    access: sysvAccess(machine.user, entry),
    namespace: 'host',
  };
}
