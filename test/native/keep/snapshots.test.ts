import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { LOOKED_MAX } from '../../../src/keep/snapshots.ts';
import type { ByteSource } from '../../../src/native/addon.ts';
import { addon, cleanup } from '../support.ts';
import { folders, objectAt, saidAs, segmentAt, snapshotsIn } from './support.ts';

const GIB = 2 ** 30;

function readAll(source: ByteSource, offset: number, length: number): string {
  const target = new Uint8Array(length);
  return Buffer.from(target.subarray(0, source.read(target, offset))).toString('latin1');
}

describe('snapshots', () => {
  const made = cleanup();
  const folder = folders();

  it('are copies that stay what they are, listed newest first, found by name and by id', async () => {
    const path = made.path('kept');
    const live = objectAt(path, 10_000, { 5000: 'first' });
    const root = folder();
    const snapshots = snapshotsIn(root);
    let told = 0;
    snapshots.onDidChange(() => void told++);
    const segment = segmentAt(path);
    const choice = { name: 'a', source: 'struct a { int x; };' };
    const first = await snapshots.take(segment, () => live, { name: 'before', choice });
    live.write(Buffer.from('after'), 5000);
    const second = await snapshots.take(segment, () => live, { name: '' });
    const list = await snapshots.list(segment);
    assert.deepEqual(list, [second, first]);
    assert.equal(told, 2);
    assert.deepEqual([first.name, first.size, first.choice, first.segment.name], ['before', 10_000, choice, segment.name]);
    assert.match(second.name, /^\d\d:\d\d:\d\d$/);
    const kept = await snapshots.open(first.id);
    assert.equal(readAll(kept, 5000, 5), 'first');
    assert.equal(readAll(live, 5000, 5), 'after');
    assert.deepEqual([...(await kept.difference(live, 0, 10_000, 10))].length, 2);
    assert.deepEqual([...(await kept.find(Buffer.from('first'), 0, 10_000, 10))], [5000]);
    kept.close();
    // A reload of the window, after which the object was made anew under its name.
    const reloaded = snapshotsIn(root);
    assert.deepEqual(await reloaded.list(segmentAt(path, 'another id')), [second, first]);
    assert.deepEqual(await reloaded.list({ ...segment, name: '/other', id: 'x' }), []);
    assert.deepEqual(await reloaded.list({ ...segment, name: '', kind: 'anonymous' }), [second, first]);
    live.close();
  });

  it('are listed in their order, however quickly they are taken', async () => {
    const path = made.path('quick');
    const live = objectAt(path, 100);
    const snapshots = snapshotsIn(folder());
    const names = Array.from({ length: 20 }, (_, i) => `${i}`);
    await Promise.all(names.map((name) => snapshots.take(segmentAt(path), () => addon.openPath(path, false), { name })));
    const listed = (await snapshots.list(segmentAt(path))).map(({ name }) => name);
    assert.deepEqual(listed, names.toReversed());
    live.close();
  });

  it('lie where nobody else looks, and take what the segment holds', async () => {
    const path = made.path('sparse');
    const live = objectAt(path, 64 * GIB, { 0: 'start', [33 * GIB + 5]: 'middle', [64 * GIB - 3]: 'end' });
    const root = folder();
    mkdirSync(join(root, 'snapshots'));
    chmodSync(join(root, 'snapshots'), 0o777);
    const snapshots = snapshotsIn(root);
    const { id, size, held } = await snapshots.take(segmentAt(path), () => live, { name: 'huge' });
    assert.equal(size, 64 * GIB);
    assert.ok(held <= 64 * 1024, `${held}`);
    const bytes = join(root, 'snapshots', `${id}.bin`);
    assert.equal(statSync(join(root, 'snapshots')).mode & 0o777, 0o700);
    assert.equal(statSync(bytes).mode & 0o777, 0o600);
    assert.equal(statSync(join(root, 'snapshots', `${id}.json`)).mode & 0o777, 0o600);
    assert.equal(statSync(bytes).size, 64 * GIB);
    assert.equal(statSync(bytes).blocks * 512, held);
    const kept = await snapshots.open(id);
    assert.equal(readAll(kept, 33 * GIB, 11), '\0\0\0\0\0middle');
    assert.equal(readAll(kept, 64 * GIB - 3, 100), 'end');
    assert.deepEqual([...(await kept.difference(live, 0, 64 * GIB, 10))], []);
    assert.ok(kept.extents(0, 64 * GIB, 100).length >= 6);
    assert.ok(addon.statPath(path, false).residentBytes <= 3 * 4096);
    kept.close();
    live.close();
  });

  it('are renamed and removed, and an error says so when they are gone', async () => {
    const path = made.path('renamed');
    const live = objectAt(path, 100, { 0: 'x' });
    const root = folder();
    const snapshots = snapshotsIn(root);
    const segment = segmentAt(path);
    const { id } = await snapshots.take(segment, () => live, { name: 'one' });
    await snapshots.rename(id, ` two\n${'x'.repeat(1000)}`);
    const [renamed] = await snapshots.list(segment);
    assert.match(renamed?.name ?? '', /^two x{96}$/);
    unlinkSync(join(root, 'snapshots', `${id}.bin`));
    assert.deepEqual(await snapshots.list(), []);
    for (const use of [snapshots.open(id), snapshots.rename(id, 'x'), snapshots.remove(id), snapshots.get(id)])
      await assert.rejects(use, saidAs('ENOENT', /^The snapshot is gone: it was removed, or its file was deleted\.$/));
    for (const hostile of ['', '.', '../../etc/passwd', `${id}/../${id}`, 'live'])
      await assert.rejects(snapshots.open(hostile), saidAs('ENOENT', /gone/));
    const { id: other } = await snapshots.take(segment, () => live, { name: 'three' });
    await snapshots.remove(other);
    assert.deepEqual(
      readdirSync(join(root, 'snapshots')).filter((name) => name.startsWith(other)),
      [],
    );
    live.close();
  });

  it('pass over what is broken or foreign in their folder, and finish what a crash left', async () => {
    const path = made.path('foreign');
    const live = objectAt(path, 100, { 0: 'x' });
    const root = folder();
    const at = (name: string) => join(root, 'snapshots', name);
    const { id } = await snapshotsIn(root).take(segmentAt(path), () => live, { name: 'good' });
    const text = readFileSync(at(`${id}.json`), 'utf8');
    const broken: Record<string, string> = {
      'aaaaaaaa-00000001': '',
      'aaaaaaaa-00000002': '{',
      'aaaaaaaa-00000003': 'null',
      'aaaaaaaa-00000004': text.replace('"version":1', '"version":2'),
      'aaaaaaaa-00000005': text.replace('"size":100', '"size":-1'),
      'aaaaaaaa-00000006': text.replace('"size":100', '"size":101'),
      'aaaaaaaa-00000007': text.replace('"kind":"posix"', '"kind":"__proto__"'),
      'aaaaaaaa-00000008': text.replace('"name":"good"', '"name":5'),
    };
    for (const [name, content] of Object.entries(broken)) {
      writeFileSync(at(`${name}.json`), content);
      writeFileSync(at(`${name}.bin`), new Uint8Array(100));
    }
    writeFileSync(at('aaaaaaaa-00000009.json'), text);
    symlinkSync('/etc/passwd', at('aaaaaaaa-0000000a.bin'));
    writeFileSync(at('aaaaaaaa-0000000a.json'), text.replace('"size":100', `"size":${statSync('/etc/passwd').size}`));
    mkdirSync(at('aaaaaaaa-0000000b.json'));
    writeFileSync(at('notes.txt'), 'mine');
    writeFileSync(at('aaaaaaaa-0000000c.999999999.part'), 'half made');
    writeFileSync(at(`aaaaaaaa-0000000d.${process.pid}.part`), 'being made');
    writeFileSync(at(`aaaaaaaa-0000000e.${process.ppid}.part`), 'of long ago');
    utimesSync(at(`aaaaaaaa-0000000e.${process.ppid}.part`), 1, 1);
    const snapshots = snapshotsIn(root);
    assert.deepEqual(
      (await snapshots.list()).map((one) => one.id),
      [id],
    );
    await snapshots.take(segmentAt(path), () => live, { name: 'another' });
    assert.equal((await snapshots.list()).length, 2);
    const left = readdirSync(join(root, 'snapshots')).filter((name) => name.endsWith('.part'));
    assert.deepEqual(left, [`aaaaaaaa-0000000d.${process.pid}.part`]);
    assert.ok(existsSync(at('notes.txt')));
    live.close();
  });

  it('keep to their limit, and say what to do', async () => {
    const path = made.path('limit');
    const live = objectAt(path, 8 << 20, { 0: new Uint8Array(3 << 20).fill(1) });
    const root = folder();
    const snapshots = snapshotsIn(root, 5 << 20);
    await snapshots.take(segmentAt(path), () => live, { name: 'fits' });
    const over = snapshots.take(segmentAt(path), () => live, { name: 'does not' });
    await assert.rejects(over, saidAs('ENOSPC', /takes 3 MiB: .* over the limit of 5 MiB\.$/));
    await assert.rejects(snapshots.look(() => live), saidAs('ENOSPC', /limit/)); // prettier-ignore
    assert.equal((await snapshots.list()).length, 1);
    assert.equal(readdirSync(join(root, 'snapshots')).length, 2);
    live.close();
  });

  it('that are cancelled leave nothing, whenever it is', async () => {
    const path = made.path('cancel');
    const live = objectAt(path, 64 << 20, { 0: new Uint8Array(64 << 20).fill(7) });
    const root = folder();
    const snapshots = snapshotsIn(root);
    for (const ms of [-1, 0, 1, 5, 20]) {
      const cancel = new AbortController();
      if (ms < 0) cancel.abort();
      const taking = snapshots.take(segmentAt(path), () => live, { name: 'x', signal: cancel.signal });
      setTimeout(() => cancel.abort(), Math.max(0, ms));
      await taking.catch(saidAs('ECANCELED', /^It was cancelled\.$/));
    }
    const done = await snapshots.list();
    for (const { id } of done) await snapshots.remove(id);
    assert.deepEqual(readdirSync(join(root, 'snapshots')), []);
    const steps: number[] = [];
    await snapshots.take(segmentAt(path), () => live, { name: 'whole', onProgress: (part) => steps.push(part) });
    assert.ok(steps.every((step, i) => step >= 0 && step <= 1 && step >= (steps[i - 1] ?? 0)));
    live.close();
  });

  it('of what is cut and grows a thousand times a second hold nothing that never was there', async () => {
    const path = made.path('storm');
    await made.start('truncator', path.replace('/dev/shm', ''));
    const live = addon.openPath(path, false);
    const snapshots = snapshotsIn(folder());
    const segment = segmentAt(path);
    for (let round = 0; round < 20; round++) {
      const { id, size } = await snapshots.take(segment, () => live, { name: `round ${round}` });
      const kept = await snapshots.open(id);
      assert.equal(kept.stat().size, size);
      assert.ok(size <= 1 << 20);
      const bytes = new Uint8Array(size);
      assert.equal(kept.read(bytes.subarray(0, 1 << 18), 0) <= size, true);
      assert.equal(await kept.readAsync(bytes, 0), size);
      assert.ok(bytes.every((byte) => byte === 0 || byte === 0xa5));
      kept.close();
    }
    live.close();
  });

  it('that nobody named are in no list and leave no file, and hold no more than a limit', async () => {
    const path = made.path('looked');
    const live = objectAt(path, LOOKED_MAX * 4, { 4096: 'seen' });
    const root = folder();
    const snapshots = snapshotsIn(root);
    const looked = await snapshots.look(() => live);
    live.write(Buffer.from('then'), 4096);
    assert.equal(readAll(looked, 4096, 4), 'seen');
    assert.equal(looked.stat().size, LOOKED_MAX * 4);
    assert.deepEqual(await snapshots.list(), []);
    assert.deepEqual(readdirSync(join(root, 'snapshots')), []);
    looked.close();
    const large: ByteSource = { ...live, extents: () => Float64Array.of(0, LOOKED_MAX + 1) };
    await assert.rejects(snapshots.look(() => large), saidAs('EOVERFLOW', /holds 256.0 MiB|more than the 256 MiB/)); // prettier-ignore
    live.close();
  });

  it('of an empty segment are empty', async () => {
    const path = made.path('empty');
    const live = objectAt(path, 0);
    const snapshots = snapshotsIn(folder());
    const { id, size, held } = await snapshots.take(segmentAt(path), () => live, { name: 'none' });
    assert.deepEqual([size, held], [0, 0]);
    const kept = await snapshots.open(id);
    assert.equal(readAll(kept, 0, 10), '');
    kept.close();
    live.close();
  });
});
