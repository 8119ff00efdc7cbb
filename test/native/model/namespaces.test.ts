/** Objects of other mount, IPC and pid namespaces. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { containerOf } from '../../../src/segments/namespaces.ts';
import { skipBecause } from '../../support/skip.ts';
import { cleanup, freeKey, listSysv, unique } from '../support.ts';
import { actors, IPC, OPEN, PAGE, type Actor } from './actor.ts';
import { assertDistinct, assertSameByText, isOf, only } from './seen.ts';
import { makeModel, until } from './support.ts';

const NEXT_ID = '/proc/sys/kernel/shm_next_id';

describe('names of containers', () => {
  const id = '3f2a9c01d4e7b8a65f0e1d2c3b4a59687766554433221100ffeeddccbbaa9988';
  const other = id.replaceAll('3', '7');
  const texts: readonly [string, string, string | undefined][] = [
    ['Docker, cgroup 2, systemd', `0::/system.slice/docker-${id}.scope\n`, id],
    ['Docker, cgroup 1', `12:pids:/docker/${id}\n11:cpu,cpuacct:/docker/${id}\n1:name=systemd:/docker/${id}\n`, id],
    ['Podman', `0::/machine.slice/libpod-${id}.scope/container\n`, id],
    ['rootless Podman', `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope\n`, id],
    ['containerd', `0::/default/${id}\n`, id],
    [
      'Kubernetes',
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod2c48913c_b29f_11e7.slice/cri-containerd-${id}.scope\n`,
      id,
    ],
    ['CRI-O', `0::/kubepods/burstable/pod0a1b2c3d-1111-2222-3333-444455556666/crio-${id}\n`, id],
    ['Docker in Docker', `0::/docker/${other}/docker/${id}\n`, id],
    ['no container', '0::/user.slice/user-1000.slice/session-1.scope\n', undefined],
    ['the root', '0::/\n', undefined],
    ['nothing', '', undefined],
  ];
  for (const [what, text, expected] of texts) {
    it(`tells the container from a cgroup: ${what}`, () => assert.equal(containerOf(text), expected?.slice(0, 12)));
  }
});

describe('other namespaces', function () {
  this.timeout(120_000);

  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  before(function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'making namespaces is for root');
  });
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());
  const scan = async () => (await model.store.refresh()).segments;
  const read = async (segment: Segment, length: number) => Buffer.from(await model.sources.read(segment, 0, length)).toString();

  /** An actor with an own tmpfs on /dev/shm, IPC and pid namespace, and its pid as it is here. */
  async function inside(prepare = 'mount -t tmpfs none /dev/shm'): Promise<{ one: Actor; pid: number }> {
    const through = ['unshare', '--mount', '--ipc', '--pid', '--fork', 'sh', '-c', `${prepare} && exec "$0"`];
    const one = await actor({ through });
    await one.do('name', 'inside');
    const pid = Number(readFileSync(`/proc/${one.pid}/task/${one.pid}/children`, 'utf8').trim());
    assert.ok(pid > 0);
    return { one, pid };
  }

  it('keeps equal names, keys and ids of two namespaces apart, and reads the right bytes of each', async () => {
    const path = made.path('both');
    const key = freeKey();
    const outside = await actor();
    const { one, pid } = await inside();
    for (const each of [outside, one]) {
      const word = each === one ? 'inside' : 'outside';
      const fd = await each.make(path, PAGE);
      await each.do('write', fd, word);
      await each.map(fd, PAGE);
      await each.do('close', fd);
    }
    const id = await outside.do('shmget', key, PAGE, IPC.create | IPC.exclusive | 0o600);
    made.sysvMade(id);
    if (existsSync(NEXT_ID)) await one.do('write', await one.do('open', NEXT_ID, OPEN.write, 0), String(id));
    const insideId = await one.do('shmget', key, PAGE, IPC.create | IPC.exclusive | 0o600);
    if (existsSync(NEXT_ID)) assert.equal(insideId, id);
    await outside.do('fill', await outside.do('shmat', id, 0), PAGE, 0x6f);
    await one.do('fill', await one.do('shmat', insideId, 0), PAGE, 0x69);

    const segments = await scan();
    assertDistinct(segments);
    const posix = (of: number) => only(segments, (segment) => segment.kind === 'posix' && isOf(of)(segment));
    const sysv = (of: number) => only(segments, (segment) => segment.kind === 'sysv' && isOf(of)(segment));
    for (const [own, foreign] of [
      [posix(outside.pid), posix(pid)],
      [sysv(outside.pid), sysv(pid)],
    ] as const) {
      assert.notEqual(own.id, foreign.id);
      assert.deepEqual([own.name, own.mappings.map((mapping) => mapping.pid)], [foreign.name, [outside.pid]]);
      assert.deepEqual(
        foreign.mappings.map((mapping) => [mapping.pid, mapping.process]),
        [[pid, 'inside']],
      );
      assert.deepEqual([own.namespace, own.size, foreign.size], ['host', PAGE, PAGE]);
      assert.match(foreign.namespace, /^(mnt|ipc):\[\d+\]$|^[\da-f]{12}$/);
    }
    // By the root of one of the processes there: unshare, which waits, is one as well.
    assert.ok(
      [pid, one.pid].some((of) => posix(pid).path === `/proc/${of}/root${path}`),
      posix(pid).path,
    );
    assert.equal(posix(outside.pid).path, path);
    assert.deepEqual([await read(posix(outside.pid), 7), await read(posix(pid), 6)], ['outside', 'inside']);
    assert.deepEqual([await read(sysv(outside.pid), 2), await read(sysv(pid), 2)], ['oo', 'ii']);
    assert.deepEqual([sysv(pid).sysv?.key, sysv(pid).sysv?.attachCount, sysv(pid).sysv?.creatorPid], [key, 1, pid]);
    assert.equal(segments.filter((segment) => segment.sysv?.shmid === id).length, existsSync(NEXT_ID) ? 2 : 1);
    await assertSameByText([pid, outside.pid]);

    const before = listSysv().find((entry) => entry.shmid === id);
    await assert.rejects(model.operations.unlink(sysv(pid).id), { code: 'ENOTSUP' });
    await assert.rejects(model.operations.setPermissions(sysv(pid).id, { mode: 0o666 }), { code: 'ENOTSUP' });
    assert.deepEqual(
      listSysv().find((entry) => entry.shmid === id),
      before,
    );
    assert.equal(sysv(pid).unlinked, only(await scan(), (segment) => segment.id === sysv(pid).id).unlinked);
  });

  it('lists what nobody has in the other namespace, and forgets it with the last process', async () => {
    const { one, pid } = await inside();
    const name = unique('left');
    const fd = await one.make(`/dev/shm/${name}`, PAGE);
    await one.do('write', fd, 'left behind');
    await one.do('close', fd);
    // In a fresh namespace the first id is 0, and -1 is a key.
    assert.equal(await one.do('shmget', -1, PAGE, IPC.create | 0o600), 0);
    const address = await one.do('shmat', 0, 0);
    await one.do('fill', address, 1, 1);
    const attached = only(await scan(), (segment) => segment.kind === 'sysv' && isOf(pid)(segment));
    assert.deepEqual(attached.access, { read: true, write: true });
    assert.deepEqual(
      [attached.name, attached.sysv?.key, attached.inode, attached.orphaned],
      ['0xffffffff', 0xffff_ffff, 0, false],
    );
    await one.do('shmdt', address);
    const segments = await scan();
    const object = only(segments, (segment) => segment.name === `/${name}`);
    const segment = only(segments, (other) => other.id === attached.id);
    assert.deepEqual([object.orphaned, segment.orphaned, segment.sysv?.creatorAlive], [true, true, true]);
    assert.equal(await read(object, 11), 'left behind');
    // Its id means another segment here, and no process is left to read it through.
    assert.deepEqual([segment.access.read, segment.access.write], [false, false]);
    assert.match(segment.access.reason ?? '', /another IPC namespace.*inside/);
    await assert.rejects(read(segment, 1), { code: 'ENOTSUP' });
    await one.do('shmat', 0, IPC.readOnly);
    const readOnly = only(await scan(), (other) => other.id === attached.id);
    assert.deepEqual([readOnly.access.read, readOnly.access.write], [true, false]);
    assert.equal(await read(readOnly, 1), '\x01');
    await assert.rejects(model.sources.write(readOnly, 0, Uint8Array.of(2)), { code: 'ENOTSUP' });
    // No process of it shows anything any more, so nothing of what is mapped tells that it ended.
    await one.end();
    await until(() => !existsSync(`/proc/${pid}`), 'its end');
    await model.store.look(false);
    const left = model.store.last?.segments.filter(({ id }) => id === object.id || id === segment.id);
    assert.deepEqual(left, []);
  });

  it('lists the objects of a namespace in which the first process has another root', async () => {
    const jail = mkdtempSync(join(tmpdir(), 'shmscope-test-'));
    made.remove(jail);
    const name = unique('beside');
    const bound = ['lib', 'lib64', 'usr'].map((each) => `mkdir '${jail}/${each}' && mount --bind /${each} '${jail}/${each}'`);
    // The later process makes the object; the earlier one becomes the actor in the jail.
    const left = `(printf beside > /dev/shm/${name}; exec sleep 60) & PATH=$PATH:/usr/sbin:/sbin`;
    const script = `mount -t tmpfs none /dev/shm && ${bound.join(' && ')} && cp "$0" '${jail}/actor' && { ${left}; exec chroot '${jail}' /actor; }`;
    const one = await actor({ through: ['unshare', '--mount', 'sh', '-c', script] });
    await one.map(-1, PAGE);
    const beside = Number(readFileSync(`/proc/${one.pid}/task/${one.pid}/children`, 'utf8').trim());
    try {
      await until(() => existsSync(`/proc/${beside}/root/dev/shm/${name}`), 'the object');
      const segment = only(await scan(), (each) => each.name === `/${name}`);
      assert.deepEqual([segment.kind, segment.path], ['posix', `/proc/${beside}/root/dev/shm/${name}`]);
      assert.deepEqual([segment.namespace === 'host', await read(segment, 6)], [false, 'beside']);
    } finally {
      process.kill(beside);
    }
  });

  it('sees what is made and attached in a namespace without a whole scan', async () => {
    await scan();
    const { one, pid } = await inside();
    await one.do('fill', await one.do('shmat', await one.do('shmget', 0, PAGE, IPC.create | 0o640), 0), 1, 1);
    await model.store.look(false);
    const segment = only(model.store.last?.segments ?? [], isOf(pid));
    assert.deepEqual([segment.mode, segment.sysv?.attachCount, segment.residentBytes], [0o640, 1, PAGE]);
  });

  it('follows what is made and removed in the other namespace', async () => {
    const { one } = await inside();
    const known = new Set((await scan()).map((segment) => segment.id));
    const name = unique('followed');
    const [added, removed]: [Segment[], Segment[]] = [[], []];
    model.store.onDidChange((change) => {
      added.push(...change.added.filter((segment) => segment.name === `/${name}`));
      removed.push(...change.removed.filter((segment) => segment.name === `/${name}`));
    });
    const fd = await one.make(`/dev/shm/${name}`, PAGE);
    await until(() => added.length > 0, 'the object', 30_000);
    assert.match(added[0]?.path ?? '', /^\/proc\/\d+\/root\/dev\/shm\//);
    assert.ok(!known.has(added[0]?.id ?? ''));
    await one.do('unlink', `/dev/shm/${name}`);
    await one.do('close', fd);
    await until(() => removed.length > 0, 'its end', 30_000);
    assert.deepEqual([added.length, removed.map((segment) => segment.id)], [1, [added[0]?.id]]);
  });

  it('is not led out of the other root by a link', async () => {
    const root = mkdtempSync(join(tmpdir(), 'shmscope-test-'));
    made.remove(root);
    // There /dev/shm is a link to /dev, which here is a tmpfs as well.
    const script = `mount -t tmpfs none '${root}' && mkdir '${root}/dev' && ln -s /dev '${root}/dev/shm' && : > '${root}/dev/inside'`;
    const copy = `cp "$0" '${root}/actor' && mkdir '${root}/lib' '${root}/lib64' '${root}/usr' && mount --bind /lib '${root}/lib' && mount --bind /usr '${root}/usr' && mount --bind /lib64 '${root}/lib64'`;
    const one = await actor({
      through: [
        'unshare',
        '--mount',
        'sh',
        '-c',
        `PATH=$PATH:/usr/sbin:/sbin && ${script} && ${copy} && exec chroot '${root}' /actor`,
      ],
    });
    await one.do('name', 'jailed');
    const device = statSync(`/proc/${one.pid}/root/`).dev;
    const deviceText = `${(device >> 8) & 0xfff}:${(device & 0xff) | ((device >> 12) & 0xfff00)}`;
    const { mounts, segments } = await model.store.refresh();
    const mount = mounts.filter(({ path }) => path.startsWith(`/proc/${one.pid}/`));
    assert.deepEqual(
      mount.map((each) => each.device),
      [deviceText],
    );
    const listed = segments.filter((segment) => segment.device === deviceText);
    assert.deepEqual(listed.map((segment) => segment.name).sort(), ['/inside']);
    // The path leads to our own /dev, where nothing of it is.
    await assert.rejects(model.sources.read(listed[0] ?? assert.fail(), 0, 1));
  });
});
