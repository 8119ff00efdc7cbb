import assert from 'node:assert/strict';
import type { Segment } from '../../../api.d.ts';
import { describeGroup, GROUPS, groupTooltip } from '../../../src/explorer/groups.ts';
import { hiddenNote } from '../../../src/explorer/hidden.ts';
import { segmentTooltip } from '../../../src/explorer/tooltips.ts';
import { hidesOthers, parseProcMount, unlistedText } from '../../../src/segments/procfs.ts';
import type { Scan } from '../../../src/segments/scan.ts';
import { ageText, segmentDescription, segmentLabel, semaphoreName } from '../../../src/segments/texts.ts';
import { groupName, ownerName, parseNames, uidOf } from '../../../src/segments/users.ts';
import { mapping, scanOf, segment, sysv } from './segments.ts';

const DAY = 86_400_000;
const GiB = 1024 ** 3;

describe('description of a segment', () => {
  const says = (change: Partial<Segment>, mayHide = false): string => segmentDescription(segment(change), mayHide, 10 * DAY);
  const cases: readonly [string, Partial<Segment>][] = [
    ['4 KiB · 0 mappers', {}],
    ['4 KiB · 2 mappers', { mappings: [mapping(1, 'a'), mapping(1, 'a', { address: 1n }), mapping(2, 'b')] }],
    ['1 GiB · holds 4 KiB · 0 mappers', { size: GiB }],
    ['4 KiB · holds 0 B · 0 mappers', { residentBytes: 0 }],
    ['8 KiB · 0 mappers', { size: 8192 }],
    ['4 KiB · orphaned · 3 days · root', { orphaned: true, createdAt: 7 * DAY - 1 }],
    ['4 KiB · orphaned · 1 hour · uid 4000000', { orphaned: true, createdAt: 10 * DAY - 3_600_000, uid: 4_000_000 }],
    ['named semaphore · 32 B · 0 mappers', { name: '/sem.ready', size: 32, residentBytes: 32 }],
    ['shmid 7 · 4 KiB · 3 attached', { kind: 'sysv', sysv: sysv({ attachCount: 3 }) }],
    ['container 0123456789ab · 4 KiB · 0 mappers', { namespace: '0123456789ab' }],
    ['mnt:[4026532445] · 4 KiB · 0 mappers', { namespace: 'mnt:[4026532445]' }],
    ['memfd · 4 KiB · 0 mappers', { kind: 'memfd', unlinked: true }],
    ['4 KiB · 0 mappers · unlinked', { unlinked: true }],
  ];
  for (const [text, change] of cases) it(text, () => assert.equal(says(change), text));

  it('marks huge pages and devices, where a scan tells of them', () => {
    const backed = (backing: string): Segment => Object.assign(segment({ kind: 'file' }), { backing });
    assert.match(segmentDescription(backed('hugetlbfs'), false), /^huge pages · /);
    assert.match(segmentDescription(backed('device'), false), /^device · /);
    assert.equal(segmentDescription(backed('disk'), false), '4 KiB · 0 mappers');
  });

  it('takes for a semaphore only what sem_open makes', () => {
    assert.equal(semaphoreName(segment({ name: '/sem.ready', size: 32 })), '/ready');
    for (const change of [{ size: 33 }, { name: '/sem.' }, { name: '/semaphore' }, { kind: 'file' as const }])
      assert.equal(semaphoreName(segment({ name: '/sem.ready', size: 32, ...change })), undefined);
  });

  it('labels what has no name by its inode', () => {
    assert.equal(segmentLabel(segment({ kind: 'anonymous', name: '', inode: 12 })), 'anonymous #12');
    assert.equal(segmentLabel(segment({ kind: 'memfd', name: '', inode: 13 })), 'memfd #13');
    assert.equal(segmentLabel(segment({ kind: 'file', name: '/a/b.bin' })), 'b.bin');
  });

  it('gives ages in one unit', () => {
    assert.deepEqual([-5, 59_999, 60_000, 7_200_000, DAY, 4000 * DAY].map(ageText), [
      'under a minute',
      'under a minute',
      '1 minute',
      '2 hours',
      '1 day',
      '4,000 days',
    ]);
  });
});

describe('tooltip of a segment', () => {
  it('names the semaphore, the owner and the namespace', () => {
    const text = segmentTooltip(segment({ name: '/sem.ready', size: 32, namespace: '0123456789ab' }), false);
    assert.match(text, /sem_open\("\/ready"\)/);
    assert.match(text, /root \(uid 0\), root \(gid 0\)/);
    assert.match(text, /in container 0123456789ab/);
  });

  it('says whether the creator of a System V segment still lives, where a scan tells', () => {
    const made = (alive?: boolean): string =>
      segmentTooltip(
        segment({ kind: 'sysv', sysv: Object.assign(sysv(), alive === undefined ? {} : { creatorAlive: alive }) }),
        false,
      );
    assert.match(made(true), /created by pid 10, which still lives\n/);
    assert.match(made(false), /created by pid 10, which has ended\n/);
    assert.match(made(), /created by pid 10\n/);
  });

  it('names some holders of many, and says that others may be hidden', () => {
    const holders = Array.from({ length: 50 }, (_, pid) => ({ pid, process: 'p', fd: 3, access: 'read' as const }));
    const lines = segmentTooltip(segment({ holders }), true).split('\n');
    assert.ok(lines.length < 40 && lines.includes('  and 30 more descriptors'));
    assert.ok(lines.includes('Processes that you may not look into may map it as well.'));
  });
});

describe('description of a group', () => {
  const mount = (path: string, total: number, free: number, namespace?: string): Scan['mounts'][number] => ({
    path,
    device: '0:1',
    directories: [],
    total,
    free,
    namespace: namespace ?? 'host',
  });
  const limits = { segments: 3, maxSegments: 4096, totalBytes: 1.5 * 1024 ** 2, maxSegmentSize: 2 ** 64, maxTotalBytes: 2 ** 76 };
  const says = (id: string, scan: Scan, all = scan.segments.length, filtered = false, rows = scan.segments): string => {
    const group = GROUPS.find((one) => one.id === id);
    assert.ok(group);
    return describeGroup({ group, rows, all, readOnly: 0 }, scan, filtered);
  };

  it('has used of size for each tmpfs, and its place where that is not the usual one', () => {
    const one = mount('/dev/shm', 64 * GiB, 63 * GiB);
    assert.equal(says('posix', scanOf([], { mounts: [one] }), 5000), '5,000 · 1 GiB of 64 GiB');
    assert.equal(says('posix', scanOf([], { mounts: [one] }), 5000, true, [segment()]), '1 of 5,000 · 1 GiB of 64 GiB');
    const two = mount('/dev/shm', GiB, 0, '0123456789ab');
    assert.equal(
      says('posix', scanOf([], { mounts: [one, two] })),
      '0 · 1 GiB of 64 GiB · container 0123456789ab 1 GiB of 1 GiB',
    );
    assert.equal(says('posix', scanOf([], { mounts: [mount('/dev/shm', 0, 0, 'host')] })), '0 · no limit');
    const failed = { ...mount('/dev/shm/x', 0, 0), error: { code: 'EACCES', syscall: 'open', path: '/dev/shm/x' } };
    assert.equal(says('posix', scanOf([], { mounts: [failed] })), '0 · /dev/shm/x EACCES (open)');
    assert.match(says('posix', scanOf([], { mounts: [one, two, two, two] })), / · 2 more tmpfs$/);
  });

  it('has shmmni, shmall and shmmax, and says where there is no limit', () => {
    const with_ = (change: Partial<typeof limits>): Scan => scanOf([], { sysvLimits: { ...limits, ...change } });
    assert.equal(says('sysv', with_({}), 3), '3 of 4,096 segments · 1.5 MiB · no limit');
    assert.equal(says('sysv', with_({ maxTotalBytes: 8 * GiB }), 3), '3 of 4,096 segments · 1.5 MiB of 8 GiB · no limit each');
    assert.equal(
      says('sysv', with_({ maxSegmentSize: 32 * 1024 ** 2 }), 3),
      '3 of 4,096 segments · 1.5 MiB · no limit · 32 MiB at most each',
    );
    assert.equal(says('sysv', with_({}), 5), '3 of 4,096 segments · 2 in other namespaces · 1.5 MiB · no limit');
    const [, group] = GROUPS;
    assert.ok(group);
    const tooltip = groupTooltip({ group, rows: [], all: 3, readOnly: 0 }, with_({}));
    for (const name of ['shmmni', 'shmall', 'shmmax']) assert.match(tooltip, new RegExp(`kernel\\.${name}`));
  });
});

describe('what is hidden', () => {
  const user = { uid: 1000, gids: [1000] };
  const open = { hidePid: 'off', gid: 0, ptraceScope: 0, mayTrace: false, sharesWithUnseen: false } as const;
  const of = (...uids: number[]): Scan['hidden'] => uids.map((uid, pid) => ({ pid, uid, code: 'EACCES' }));

  it('is counted, own processes apart, with the remedies', () => {
    assert.equal(hiddenNote([], user, open), undefined);
    assert.equal(hiddenNote(of(0, 0, 5), user, open)?.text, '3 processes of 2 other users are hidden');
    assert.equal(hiddenNote(of(0), user, open)?.text, '1 process of 1 other user is hidden');
    const own = hiddenNote(of(0, 1000), user, { ...open, ptraceScope: 1 });
    assert.equal(own?.text, '1 process of 1 other user is hidden, 1 process of yours is hidden');
    assert.match(own?.remedies.join('\n') ?? '', /sudo.*CAP_SYS_PTRACE[^]*ptrace_scope is 1/);
    const tracing = { ...open, mayTrace: true };
    assert.match(hiddenNote(of(0), { uid: 0, gids: [0] }, tracing)?.remedies.join() ?? '', /even root/);
    // Root of a container, without CAP_SYS_PTRACE.
    assert.match(hiddenNote(of(5), { uid: 0, gids: [0] }, open)?.remedies.join() ?? '', /CAP_SYS_PTRACE/);
    assert.match(hiddenNote([], user, { ...open, sharesWithUnseen: true })?.text ?? '', /outside this container/);
  });

  it('is said plainly where /proc lets nobody count', () => {
    const note = hiddenNote([], user, { ...open, hidePid: 'invisible', gid: 0 });
    assert.equal(note?.text, '/proc hides the processes of other users (hidepid)');
    assert.match(note?.remedies[0] ?? '', /remount it with gid=/);
    assert.match(hiddenNote([], user, { ...open, hidePid: 'invisible', gid: 999_999 })?.remedies[0] ?? '', /group "gid 999999"/);
    assert.equal(hiddenNote([], { uid: 1000, gids: [999_999] }, { ...open, hidePid: 'invisible', gid: 999_999 }), undefined);
    assert.equal(hiddenNote([], { uid: 0, gids: [0] }, { ...open, hidePid: 'invisible', mayTrace: true }), undefined);
  });

  it('may be more than is listed: said for whoever concludes that nobody else did something', () => {
    const of = (facts: object) => unlistedText(user, { ...open, ...facts });
    assert.equal(of({}), undefined);
    assert.equal(of({ hidePid: 'noaccess' }), undefined);
    assert.match(of({ hidePid: 'invisible' }) ?? '', /hidepid/);
    assert.equal(of({ hidePid: 'invisible', mayTrace: true }), undefined);
    assert.match(of({ sharesWithUnseen: true, mayTrace: true }) ?? '', /outside this container/);
  });

  it('is read from the mount options of /proc, new and old', () => {
    const line = (options: string, at = '/proc'): string => `22 28 0:20 / ${at} rw,nosuid shared:5 - proc proc ${options}`;
    assert.deepEqual(parseProcMount(line('rw')), { hidePid: 'off', gid: 0 });
    assert.deepEqual(parseProcMount(line('rw,gid=10,hidepid=2')), { hidePid: 'invisible', gid: 10 });
    assert.deepEqual(parseProcMount(line('rw,hidepid=noaccess')), { hidePid: 'noaccess', gid: 0 });
    assert.deepEqual(parseProcMount(`${line('rw,hidepid=2')}\n${line('rw,hidepid=ptraceable')}\n${line('rw', '/x/proc')}\n`), {
      hidePid: 'ptraceable',
      gid: 0,
    });
    assert.deepEqual(parseProcMount(''), { hidePid: 'off', gid: 0 });
    assert.ok(hidesOthers({ ...open, hidePid: 'ptraceable', gid: 1000 }, user));
    assert.ok(!hidesOthers({ ...open, hidePid: 'noaccess', gid: 1000 }, user));
  });
});

describe('users', () => {
  it('have the first name of their id, and lines that are none do no harm', () => {
    const { byId, byName } = parseNames('root:x:0:0::/root:/bin/sh\ntoor:x:0:0\n\nbroken\nx:y:z\nalice:x:1000:1000');
    assert.deepEqual([byId.get(0), byId.get(1000), byName.get('toor'), byId.size], ['root', 'alice', 0, 2]);
    assert.equal(ownerName(0), 'root');
    assert.equal(ownerName(4_000_000), 'uid 4000000');
    assert.equal(groupName(4_000_000), 'gid 4000000');
    assert.deepEqual([uidOf('root'), uidOf('12'), uidOf('no such user')], [0, 12, undefined]);
  });
});
