import assert from 'node:assert/strict';
import type { Segment } from '../../../api.d.ts';
import { orphansOf, removeOrphans, whyNoOrphan } from '../../../src/segments/orphans.ts';
import { mapping, scanOf, segment, sysv } from './segments.ts';

/** Where all is seen the kernel is not asked. */
const never = (): boolean => false;
const orphan = (change: Partial<Segment> = {}): Segment => segment({ orphaned: true, ...change });

describe('orphans', () => {
  it('are what nothing maps or holds, the oldest first', async () => {
    const segments = [
      orphan({ name: '/young', createdAt: 300 }),
      segment({ name: '/used', createdAt: 1, mappings: [mapping(1, 'p')] }),
      orphan({ name: '/old', createdAt: 100 }),
      orphan({ kind: 'sysv', name: '0x1', sysv: sysv({ changedAt: 200 }) }),
    ];
    assert.deepEqual(
      (await orphansOf(scanOf(segments), never)).map(({ name }) => name),
      ['/old', '0x1', '/young'],
    );
  });

  it('are none that a process which may not be looked into could map, unless the kernel says that nobody does', async () => {
    const [one, empty] = [segment({ residentBytes: 4096 }), segment({ residentBytes: 0 })];
    const scan = scanOf([one, empty], { mayHideMappers: () => true });
    assert.deepEqual(await orphansOf(scan, never), []);
    assert.match(whyNoOrphan(one, scan, never) ?? '', /may not look into/);
    assert.deepEqual(await orphansOf(scan, () => true), [one]);
    const seen = segment({ residentBytes: 4096, mappings: [mapping(1, 'p')] });
    assert.match(whyNoOrphan(seen, scan, () => assert.fail('asked for what is seen')) ?? '', /1 process maps it/);
  });

  it('are judged by all that a scan tells, whatever the mark says', () => {
    const scan = scanOf([]);
    assert.match(
      whyNoOrphan(orphan({ mappings: [1, 2].map((pid) => mapping(pid, 'p')) }), scan, never) ?? '',
      /2 processes map it/,
    );
    const held = orphan({ holders: [{ pid: 9, process: 'tail', fd: 3, access: 'read' }] });
    assert.match(whyNoOrphan(held, scan, never) ?? '', /tail holds it open/);
    assert.match(whyNoOrphan(orphan({ kind: 'sysv', sysv: sysv({ attachCount: 3 }) }), scan, never) ?? '', /attached 3 times/);
    assert.match(whyNoOrphan(segment(), scan, never) ?? '', /no memory/);
    assert.equal(whyNoOrphan(orphan(), scan, never), undefined);
  });

  /** A machine on which something happens at the n-th scan. */
  const machine = (segments: Segment[], happens: (scans: number) => void = () => undefined) => {
    let scans = 0;
    const unlinked: string[] = [];
    const scan = () => {
      happens(++scans);
      return scanOf([...segments]);
    };
    return {
      unlinked,
      scans: () => scans,
      refresh: async () => scan(),
      isUnused: never,
      unlink: async (id: string) => {
        unlinked.push(id);
        segments.splice(
          segments.findIndex((one) => one.id === id),
          1,
        );
        return scan();
      },
    };
  };

  it('go one by one, each after a scan of its own', async () => {
    const segments = [orphan(), orphan(), orphan()];
    const ids = segments.map(({ id }) => id);
    const at = machine([...segments]);
    assert.deepEqual(await removeOrphans({ segments, ...at }), { removed: ids, kept: [] });
    assert.deepEqual([at.unlinked, at.scans()], [ids, 4]);
  });

  it('stay when somebody comes back for them, or they are gone, meanwhile', async () => {
    const segments = [orphan({ name: '/a' }), orphan({ name: '/b' }), orphan({ name: '/c' }), orphan({ name: '/d' })];
    const [a, b, c, d] = segments;
    assert.ok(a && b && c && d);
    const now = [...segments];
    const at = machine(now, (scans) => {
      if (scans !== 2) return;
      now[now.indexOf(b)] = { ...b, orphaned: false, mappings: [mapping(7, 'late')] };
      now.splice(now.indexOf(c), 1);
    });
    const { removed, kept } = await removeOrphans({ segments, ...at });
    assert.deepEqual(removed, [a.id, d.id]);
    assert.deepEqual(kept, [
      { id: b.id, name: '/b', reason: '1 process maps it now.' },
      { id: c.id, name: '/c', reason: 'It is gone already.' },
    ]);
    assert.deepEqual(at.unlinked, [a.id, d.id]);
  });

  it('stay when the kernel refuses, with its reason, and the others go', async () => {
    const segments = [orphan({ name: '/a' }), orphan({ name: '/b' })];
    const at = machine([...segments]);
    const unlink = async (id: string) => {
      if (id === segments[0]?.id) throw new Error('operation not permitted');
      return at.unlink(id);
    };
    const { removed, kept } = await removeOrphans({ segments, ...at, unlink });
    assert.deepEqual([removed, kept.map(({ reason }) => reason)], [[segments[1]?.id], ['operation not permitted']]);
  });

  it('with another name stay when somebody takes that one meanwhile, or when names come without end', async () => {
    const [one, endless] = [orphan({ name: '/a' }), orphan({ name: '/b' })];
    const now = [one, endless];
    const at = machine(now);
    const unlink = async (id: string) => {
      if (id === one.id) now[0] = { ...one, orphaned: false, mappings: [mapping(7, 'late')] };
      return scanOf([...now]);
    };
    const { removed, kept } = await removeOrphans({ segments: [one, endless], ...at, unlink });
    assert.deepEqual(
      [removed, kept.map(({ reason }) => reason)],
      [[], ['1 process maps it now.', 'It is given new names without end.']],
    );
  });

  it('that are left when it is cancelled stay', async () => {
    const segments = [orphan({ name: '/a' }), orphan({ name: '/b' })];
    const at = machine([...segments]);
    const { removed, kept } = await removeOrphans({ segments, ...at, cancelled: () => at.unlinked.length > 0 });
    assert.deepEqual([removed.length, kept.length, at.unlinked.length], [1, 1, 1]);
    assert.match(kept[0]?.reason ?? '', /cancelled/);
  });
});
