/** What lists say of a segment, in a few words; explorer/tooltips.ts says everything. */
import type { Segment } from '../../api.d.ts';
import { sizeText } from './names.ts';
import { ownerName } from './users.ts';
import { mapperCount } from './views.ts';

/** sizeof(sem_t) of glibc and musl where words have 64 bits. */
const SEMAPHORE_BYTES = 32;
const SEMAPHORE_PREFIX = '/sem.';

/** '/name' as sem_open(3) takes it, where the object is a named semaphore: glibc keeps it in /dev/shm/sem.NAME. */
export function semaphoreName(segment: Segment): string | undefined {
  if (segment.kind !== 'posix' || segment.size !== SEMAPHORE_BYTES) return undefined;
  const { name } = segment;
  return name.startsWith(SEMAPHORE_PREFIX) && name.length > SEMAPHORE_PREFIX.length
    ? `/${name.slice(SEMAPHORE_PREFIX.length)}`
    : undefined;
}

/** When it was made, ms since the epoch, as well as the kernel tells: shm_ctime of System V also moves with IPC_SET. */
export function bornAt(segment: Segment): number | undefined {
  return segment.createdAt ?? segment.sysv?.changedAt ?? segment.modifiedAt;
}

/** 'unlinked', 'orphaned', … in the order of their weight. */
export function marks(segment: Segment): string[] {
  const found: string[] = [];
  if (segment.kind === 'sysv' && segment.unlinked) found.push('marked for removal');
  // memfds and anonymous memory never had a name that could be taken from them.
  else if (segment.unlinked && (segment.kind === 'posix' || segment.kind === 'file')) found.push('unlinked');
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

/** '64 KiB · 3 mappers · orphaned · 3 days · alice'. */
export function segmentDescription(segment: Segment, mayHide: boolean, now = Date.now()): string {
  const shown = marks(segment).map((mark) => (mark === 'orphaned' ? orphanText(segment, now) : mark));
  // That nobody maps it is what orphaned says.
  const mappers = segment.orphaned ? [] : [mappersText(segment, mayHide)];
  return [...identityParts(segment), ...sizeParts(segment), ...mappers, ...shown].join(' · ');
}

/** As `segmentDescription`, without what the mappings tell: it is made for thousands at once. */
export function briefDescription(segment: Segment, now = Date.now()): string {
  const mark = segment.orphaned ? [orphanText(segment, now)] : [ownerName(segment.uid)];
  return [...identityParts(segment), ...sizeParts(segment), ...mark].join(' · ');
}

function identityParts(segment: Segment): string[] {
  const backing = segment.backing;
  return [
    ...(segment.sysv ? [`shmid ${segment.sysv.shmid}`] : []),
    ...(segment.namespace === 'host' ? [] : [namespaceText(segment.namespace)]),
    ...(semaphoreName(segment) === undefined ? [] : ['named semaphore']),
    ...(segment.kind === 'memfd' ? ['memfd'] : []),
    ...(backing === 'hugetlbfs' ? ['huge pages'] : []),
    ...(backing === 'device' ? ['device'] : []),
  ];
}

/** A sparse object says how much memory it holds, when that is less than half of its size. */
function sizeParts({ size, residentBytes }: Segment): string[] {
  if (residentBytes === undefined || residentBytes >= size / 2) return [sizeText(size)];
  return [sizeText(size), `holds ${sizeText(residentBytes)}`];
}

function orphanText(segment: Segment, now: number): string {
  const born = bornAt(segment);
  return ['orphaned', ...(born === undefined ? [] : [ageText(now - born)]), ownerName(segment.uid)].join(' · ');
}

/** 'container 0123456789ab', or a namespace as /proc/PID/ns has it: 'mnt:[4026532445]'. */
export function namespaceText(namespace: string): string {
  return /^[0-9a-f]{12}$/.test(namespace) ? `container ${namespace}` : namespace;
}

/** 'name' as lists show it: POSIX names without their slash, files by their last part, what has no name by its inode. */
export function segmentLabel(segment: Segment): string {
  const { kind, name, inode } = segment;
  if (kind === 'posix') return name.replace(/^\//, '');
  if (kind === 'file') return name.slice(name.lastIndexOf('/') + 1);
  return name || `${kind === 'sysv' ? 'shmid' : kind} #${inode}`;
}

const AGES: readonly (readonly [unit: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** '3 days', '1 hour', 'under a minute', from ms. */
export function ageText(ms: number): string {
  for (const [unit, length] of AGES) if (ms >= length) return plural(Math.floor(ms / length), unit);
  return 'under a minute';
}

const thousands = new Intl.NumberFormat('en');

/** '5,000'. */
export function countText(count: number): string {
  return thousands.format(count);
}

/** '1 mapper', '5,000 segments'. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
