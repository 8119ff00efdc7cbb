/** What the tree says of a segment and of its mappers, in words. */
import type { Mapping, Segment } from '../../api.d.ts';
import { modeText, permissionText } from './access.ts';
import { sizeText } from './names.ts';

export function mapperCount(segment: Segment): number {
  return new Set(segment.mappings.map((mapping) => mapping.pid)).size;
}

/** 'unlinked', 'orphaned', … in the order of their weight. */
export function marks(segment: Segment): string[] {
  const found: string[] = [];
  if (segment.kind === 'sysv' && segment.unlinked) found.push('marked for removal');
  else if (segment.unlinked) found.push('unlinked');
  if (segment.orphaned) found.push('orphaned');
  if (!segment.access.read) found.push('no access');
  if (segment.sysv?.locked) found.push('locked in memory');
  if (segment.mappings.some((mapping) => mapping.pastEnd)) found.push('mapped past its end');
  return found;
}

/** '3 mappers'; 'no mappers seen' where a process that may not be looked into could be one. */
export function mappersText(segment: Segment, mayHide: boolean): string {
  const mappers = mapperCount(segment);
  if (mappers === 0 && segment.sysv && segment.sysv.attachCount > 0) return `${segment.sysv.attachCount} attached`;
  return mappers === 0 && mayHide ? 'no mappers seen' : plural(mappers, 'mapper');
}

/** '64 KiB · 3 mappers · orphaned'. */
export function segmentDescription(segment: Segment, mayHide: boolean): string {
  const identity = segment.sysv ? [`shmid ${segment.sysv.shmid}`] : [];
  return [...identity, sizeText(segment.size), mappersText(segment, mayHide), ...marks(segment)].join(' · ');
}

/** 'name' as the tree shows it: POSIX names without their slash, files by their last part. */
export function segmentLabel(segment: Segment): string {
  if (segment.kind === 'posix') return segment.name.replace(/^\//, '');
  if (segment.kind === 'file') return segment.name.slice(segment.name.lastIndexOf('/') + 1);
  return segment.name || `inode ${segment.inode}`;
}

/** Everything that is known, a line each. Plain text: names come from other programs. */
export function segmentTooltip(segment: Segment): string {
  const lines = [
    segment.name || '(no name)',
    `${KIND[segment.kind]}, ${segment.size.toLocaleString('en')} bytes (${sizeText(segment.size)})`,
    segment.residentBytes === undefined ? undefined : `holds ${sizeText(segment.residentBytes)} of memory`,
    `${permissionText(segment.mode)} (${modeText(segment.mode)}), uid ${segment.uid}, gid ${segment.gid}`,
    segment.sysv ? undefined : `device ${segment.device}, inode ${segment.inode}`,
    segment.createdAt === undefined ? undefined : `created ${time(segment.createdAt)}`,
    ...(segment.sysv ? sysvLines(segment.sysv) : []),
    `${mapperCount(segment) === 1 ? '1 process maps' : `${mapperCount(segment)} processes map`} it${segment.holders.length > 0 ? `, ${segment.holders.length} more hold it open` : ''}`,
    ...segment.holders.map((holder) => `  ${holder.process} (${holder.pid}) fd ${holder.fd}, ${holder.access}`),
    ...marks(segment).map((mark) => EXPLAINED[mark] ?? mark),
    segment.access.reason,
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}

const KIND = {
  posix: 'POSIX object',
  sysv: 'System V segment',
  file: 'Mapped file',
  memfd: 'memfd',
  anonymous: 'Anonymous shared memory',
};

const EXPLAINED: Readonly<Record<string, string>> = {
  'marked for removal': 'Marked for removal (IPC_RMID): it goes when the last process detaches it.',
  unlinked: 'Unlinked: it has no name any more and lives while a process holds it.',
  orphaned: 'Orphaned: nothing maps it or holds it open, and it still takes memory.',
  'no access': 'You may not read it.',
  'locked in memory': 'Locked in memory (SHM_LOCK): it is never swapped.',
  'mapped past its end': 'A process maps it past its end: touching that part kills that process with SIGBUS.',
};

function sysvLines(sysv: NonNullable<Segment['sysv']>): string[] {
  return [
    `shmid ${sysv.shmid}, key ${sysv.key} (0x${(sysv.key >>> 0).toString(16).padStart(8, '0')})`,
    `created by pid ${sysv.creatorPid}, last used by pid ${sysv.lastPid}, attached ${plural(sysv.attachCount, 'time')}`,
    `last attach ${time(sysv.attachedAt)}, detach ${time(sysv.detachedAt)}, change ${time(sysv.changedAt)}`,
  ];
}

/** 'rw- · 0x7f3a1c400000 · 64 KiB at 0x0'. */
export function mappingDescription(mapping: Mapping): string {
  const address = `0x${mapping.address.toString(16)}`;
  const parts = [`${mapping.pid}`, mapping.protection, address];
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

function time(ms: number): string {
  return ms === 0 ? 'never' : new Date(ms).toLocaleString();
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
