/** Everything that is known of a segment, a mapping or a holder, a line each. Plain text: names come from other programs. */
import type { Holder, LayoutConflict, Mapping, Segment } from '../../api.d.ts';
import { modeText, permissionText } from '../segments/access.ts';
import { sizeText } from '../segments/names.ts';
import { ageText, bornAt, countText, marks, namespaceText, plural, semaphoreName } from '../segments/texts.ts';
import { groupName, ownerName } from '../segments/users.ts';
import { mapperCount } from '../segments/views.ts';

const HOLDERS_SHOWN = 20;
const DIFFERENCES_SHOWN = 10;

const KIND = {
  posix: 'POSIX object',
  sysv: 'System V segment',
  file: 'Mapped file',
  memfd: 'Memory file (memfd_create)',
  anonymous: 'Anonymous shared memory (MAP_SHARED | MAP_ANONYMOUS)',
} as const;

const BACKING = {
  tmpfs: 'on a tmpfs: it is memory alone, and no disk holds it',
  hugetlbfs: 'of huge pages (hugetlbfs)',
  disk: 'on a disk: the memory is the page cache of a file',
  device: 'of a device: its driver decides what the memory is',
} as const;

const EXPLAINED: Readonly<Record<string, string>> = {
  'marked for removal': 'Marked for removal (IPC_RMID): it goes when the last process detaches it.',
  unlinked: 'Unlinked: it has no name any more and lives while a process holds it.',
  orphaned: 'Orphaned: nothing maps it or holds it open, and it still takes memory.',
  'no access': 'You may not read it.',
  'locked in memory': 'Locked in memory (SHM_LOCK): it is never swapped.',
  'mapped past its end': 'A process maps it past its end: touching that part kills that process with SIGBUS.',
};

export function segmentTooltip(segment: Segment, mayHide: boolean, conflicts: readonly LayoutConflict[] = []): string {
  const backing = segment.backing;
  const semaphore = semaphoreName(segment);
  const born = bornAt(segment);
  const lines = [
    segment.name || '(no name)',
    semaphore === undefined ? undefined : `Named semaphore: sem_open("${semaphore}")`,
    `${KIND[segment.kind]}, ${countText(segment.size)} bytes (${sizeText(segment.size)})`,
    backing === undefined ? undefined : BACKING[backing],
    segment.residentBytes === undefined ? undefined : `holds ${sizeText(segment.residentBytes)} of memory`,
    `${permissionText(segment.mode)} (${modeText(segment.mode)}), ${owners(segment)}`,
    segment.namespace === 'host' ? undefined : `in ${namespaceText(segment.namespace)}, where its name means it`,
    segment.sysv ? undefined : `device ${segment.device}, inode ${segment.inode}`,
    segment.createdAt === undefined ? undefined : `created ${time(segment.createdAt)}`,
    ...sysvLines(segment),
    ...mapperLines(segment, mayHide),
    ...marks(segment).map((mark) => EXPLAINED[mark] ?? mark),
    segment.orphaned && born !== undefined ? `It is ${ageText(Date.now() - born)} old.` : undefined,
    segment.access.reason,
    ...conflicts.flatMap(conflictLines),
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}

function conflictLines({ name, differences }: LayoutConflict): string[] {
  const left = differences.length - DIFFERENCES_SHOWN;
  return [
    `Its mappers lay out ${name} differently:`,
    ...differences.slice(0, DIFFERENCES_SHOWN).map((line) => `  ${line}`),
    ...(left > 0 ? [`  and ${plural(left, 'more difference')}`] : []),
  ];
}

function owners({ uid, gid }: Segment): string {
  const [user, group] = [ownerName(uid), groupName(gid)];
  return `${user === `uid ${uid}` ? user : `${user} (uid ${uid})`}, ${group === `gid ${gid}` ? group : `${group} (gid ${gid})`}`;
}

function mapperLines(segment: Segment, mayHide: boolean): string[] {
  const mappers = mapperCount(segment);
  const { holders } = segment;
  const more = holders.length > HOLDERS_SHOWN ? [`  and ${plural(holders.length - HOLDERS_SHOWN, 'more descriptor')}`] : [];
  return [
    `${mappers === 1 ? '1 process maps' : `${countText(mappers)} processes map`} it${holders.length > 0 ? `, ${countText(holders.length)} more hold it open` : ''}`,
    ...(mayHide ? ['Processes that you may not look into may map it as well.'] : []),
    ...holders.slice(0, HOLDERS_SHOWN).map((holder) => `  ${holder.process} (${holder.pid}) fd ${holder.fd}, ${holder.access}`),
    ...more,
  ];
}

function sysvLines(segment: Segment): string[] {
  const { sysv } = segment;
  if (!sysv) return [];
  const alive = segment.sysv?.creatorAlive;
  return [
    `shmid ${sysv.shmid}, key ${sysv.key} (0x${(sysv.key >>> 0).toString(16).padStart(8, '0')})`,
    `created by pid ${sysv.creatorPid}${alive === undefined ? '' : alive ? ', which still lives' : ', which has ended'}`,
    `last used by pid ${sysv.lastPid}, attached ${plural(sysv.attachCount, 'time')}`,
    `last attach ${time(sysv.attachedAt)}, detach ${time(sysv.detachedAt)}, change ${time(sysv.changedAt)}`,
  ];
}

/** '123 · rw- · 0x7f3a1c400000 · from 0x1000'. */
export function mappingDescription(mapping: Mapping): string {
  const parts = [`${mapping.pid}`, mapping.protection, `0x${mapping.address.toString(16)}`];
  if (mapping.offset > 0) parts.push(`from 0x${mapping.offset.toString(16)}`);
  if (!mapping.shared) parts.push('private');
  if (mapping.pastEnd) parts.push('past the end');
  return parts.join(' · ');
}

export function mappingTooltip(mapping: Mapping): string {
  const end = mapping.address + BigInt(mapping.length);
  return [
    `${mapping.process} (pid ${mapping.pid}), started ${time(mapping.startedAt)}`,
    `0x${mapping.address.toString(16)} to 0x${end.toString(16)} (${sizeText(mapping.length)})`,
    `shows the segment from offset 0x${mapping.offset.toString(16)}, ${mapping.protection} ${mapping.shared ? 'MAP_SHARED' : 'MAP_PRIVATE'}`,
    ...(mapping.pastEnd ? [EXPLAINED['mapped past its end'] ?? ''] : []),
  ].join('\n');
}

/** '123 · open as fd 3, read-write'. */
export function holderDescription(holder: Holder): string {
  return `${holder.pid} · open as fd ${holder.fd}, ${holder.access}`;
}

function time(ms: number): string {
  return ms === 0 ? 'never' : new Date(ms).toLocaleString();
}
