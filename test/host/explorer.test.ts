import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { cancelFilter, clearFilter, filter as filterCommand, type Filtered } from '../../src/commands/filter.ts';
import { Listing } from '../../src/explorer/listing.ts';
import type { Node } from '../../src/explorer/nodes.ts';
import { SegmentTree } from '../../src/explorer/tree.ts';
import { parseFilter } from '../../src/segments/filter.ts';
import type { Scan } from '../../src/segments/scan.ts';
import { Conflicts } from '../../src/types/conflicts.ts';
import { FakeFinder } from '../unit/types/fakeFinder.ts';
import { activate, bytes, cleanup, failsWith, unique, until } from './support.ts';

const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
  vscode.commands.executeCommand(`shmscope.${command}`, ...args);
const filter = (text: string): Promise<unknown> => run('filter', undefined, { text });

const MANY = 600;

describe('the explorer by commands', () => {
  const made = cleanup();
  const prefix = unique('explorer');
  const paths: string[] = [];

  before(async () => {
    await activate();
    for (let i = 0; i < MANY; i++) {
      const path = `/dev/shm/${prefix}-${i}`;
      paths.push(path);
      // Every third one holds memory, and nothing maps it.
      // Who may not see all processes cannot tell of what others may open that nothing maps it.
      writeFileSync(path, i % 3 === 0 ? 'x' : '', { mode: 0o600 });
    }
    await run('refresh');
  });
  after(() => {
    for (const path of paths) rmSync(path, { force: true });
  });
  afterEach(() => run('clearFilter'));

  it('filters, counts what matches, and forgets no segment', async () => {
    const { shown, total } = counts(await filter(prefix));
    assert.equal(shown, MANY);
    assert.ok(total >= MANY);
    assert.equal(counts(await filter(`${prefix} is:leak`)).shown, MANY / 3);
    assert.equal(counts(await filter(`${prefix.toUpperCase()}-1 kind:posix`)).shown, 111);
    assert.equal(counts(await filter(`${prefix} kind:sysv`)).shown, 0);
    assert.equal(counts(await filter('')).total, total);
    assert.deepEqual(await run('clearFilter'), { shown: counts(await filter('')).shown, total });
  });

  it('refuses what is no filter, and keeps the one before', async () => {
    await filter(`${prefix}-7`);
    for (const text of ['colour:red', 'kind:what', 'is:']) await assert.rejects(filter(text), failsWith('EINVAL'), text);
    for (const options of [{}, { text: 5 }, { text: null }])
      await assert.rejects(run('filter', undefined, options), failsWith('EINVAL'));
    const path = `/dev/shm/${prefix}-7-new`;
    paths.push(path);
    writeFileSync(path, '');
    await run('refresh');
    assert.equal(counts(await filter(`${prefix}-7`)).shown, 12);
    rmSync(path);
    await run('refresh');
  });

  it('sorts, shows read-only files, and says what is wrong with the arguments', async () => {
    for (const by of ['size', 'memory', 'mappers', 'age', 'name']) await run('sort', undefined, { by });
    for (const options of [{}, { by: 'colour' }, { by: 5 }])
      await assert.rejects(run('sort', undefined, options), failsWith('EINVAL'));
    await run('showReadOnlyFiles', undefined, { show: true });
    const all = counts(await filter('kind:file')).shown;
    await run('showReadOnlyFiles', undefined, { show: false });
    assert.ok(counts(await filter('kind:file')).shown <= all);
    await assert.rejects(run('showReadOnlyFiles', undefined, { show: 'yes' }), failsWith('EINVAL'));
    await assert.rejects(run('showMore', {}), failsWith('EINVAL'));
  });

  it('hides a file that is only read until it is asked for', async () => {
    const path = made.file('read-only.bin');
    writeFileSync(path, Buffer.alloc(65_536));
    await made.start('file_reader', path);
    await run('refresh');
    assert.equal(counts(await filter(path)).shown, 0);
    await run('showReadOnlyFiles', undefined, { show: true });
    assert.equal(counts(await filter(path)).shown, 1);
    await run('showReadOnlyFiles', undefined, { show: false });
  });
});

describe('the filter box', () => {
  it('brings the old filter back at once, so that a command right after Escape has the last word', async () => {
    const set: string[] = [];
    const explorer: Filtered = {
      filter: 'before',
      setFilter: async (text) => {
        set.push(text);
        return Promise.resolve({ shown: 0, total: 0 });
      },
      processes: async () => Promise.resolve([]),
      focus: async () => Promise.resolve(),
    };
    const invocation = { programmatic: false, target: undefined, options: {} };
    const asked = filterCommand({ explorer }, invocation);
    await until(() => set.length > 0 || undefined, 'the box');
    await Promise.all([cancelFilter(), clearFilter({ explorer }, invocation)]);
    await asked;
    assert.deepEqual(set, ['before', 'before', '']);
    const again = filterCommand({ explorer }, invocation);
    await cancelFilter();
    await again;
    assert.deepEqual(set.slice(3), ['before'], 'cancelled before it was shown');
  });
});

describe('the tree of the explorer', () => {
  const object = (i: number, change: Partial<Segment> = {}): Segment => ({
    id: `posix:0:1:${i}`,
    kind: 'posix',
    name: `/object-${i}`,
    device: '0:1',
    inode: i,
    size: 4096,
    uid: 0,
    gid: 0,
    mode: 0o600,
    unlinked: false,
    orphaned: false,
    mappings: [],
    holders: [],
    access: { read: true, write: true },
    namespace: 'host',
    ...change,
  });
  const scanOf = (segments: readonly Segment[]): Scan => ({
    segments,
    mounts: [],
    sysvLimits: undefined,
    hidden: [],
    mayHideMappers: () => false,
  });
  const listing = new Listing();
  let tree: SegmentTree;
  let finder: FakeFinder;
  const resolve = (item: vscode.TreeItem, node: Node) =>
    tree.resolveTreeItem(item, node, new vscode.CancellationTokenSource().token);
  const tooltipOf = async (node: Node): Promise<string> => {
    const { tooltip } = await resolve(tree.getTreeItem(node), node);
    assert.ok(typeof tooltip === 'string');
    return tooltip;
  };
  let told: (Node[] | undefined)[];
  const show = async (segments: readonly Segment[], text = '', changed?: readonly string[]): Promise<void> => {
    const scan = scanOf(segments);
    const groups = await listing.list(scan, { filter: parseFilter(text), sortBy: 'name', showReadOnly: false });
    tree.show({ scan, groups, note: undefined, filtered: text !== '', showReadOnly: false }, changed && new Set(changed));
  };
  const posix = (): Node => {
    const group = tree.getChildren().find((node) => node.node === 'group' && node.group.id === 'posix');
    assert.ok(group);
    return group;
  };
  const below = (node: Node): readonly unknown[] => tree.getChildren(node).map((child) => tree.getTreeItem(child).label);
  const many = Array.from({ length: 5000 }, (_, i) => object(i));

  beforeEach(() => {
    finder = new FakeFinder();
    tree = new SegmentTree(new Conflicts(finder));
    told = [];
    tree.onDidChangeTreeData((nodes) => told.push(nodes));
  });
  afterEach(() => tree.dispose());

  it('hands out 200 of 5,000 rows, and 500 more on each request', async () => {
    await show(many);
    assert.deepEqual(below(posix()).slice(0, 3), ['object-0', 'object-1', 'object-2']);
    assert.deepEqual(below(posix()).slice(-1), ['Show more (4,800 left)…']);
    const more = tree.getChildren(posix()).at(-1);
    assert.ok(more?.node === 'more');
    const first = tree.showMore(more);
    assert.deepEqual([first && tree.getTreeItem(first).label, below(posix()).length], ['object-200', 701]);
    assert.deepEqual(told.at(-1), [posix()]);
    assert.equal(tree.getTreeItem(posix()).description, '5,000 · no tmpfs on /dev/shm');
  });

  it('tells of the rows that changed alone, by the same objects as before', async () => {
    await show(many);
    const [, row] = tree.getChildren(posix());
    await show(many.with(1, object(1, { size: 8192 })), '', ['posix:0:1:1']);
    assert.deepEqual(told.at(-1), [row]);
    assert.ok(row);
    assert.match(String(tree.getTreeItem(row).description), /8 KiB/);
    const before = told.length;
    await show(many.with(4000, object(4000, { size: 8192 })), '', ['posix:0:1:4000']);
    assert.equal(told.length, before, 'a row that is not shown');
  });

  it('tells of the group when rows come, go or move, and of all when groups do', async () => {
    await show([object(1), object(2)]);
    const group = posix();
    await show([object(1), object(2), object(3)], '', []);
    assert.deepEqual(told.at(-1), [group]);
    await show([object(1), object(3)], '', []);
    assert.deepEqual(told.at(-1), [group]);
    await show([object(1), object(3)], '3', []);
    assert.equal(told.at(-1), undefined);
    assert.deepEqual(tree.getChildren().length, 1);
    await show([object(1), object(3)], 'no such', []);
    assert.deepEqual(tree.getChildren(), []);
  });

  it('makes plain text of names, descriptions and tooltips, and escapes what breaks lines', async () => {
    const name = '/$(trash) <b>x</b> [y](command:z)';
    await show([object(1, { name })]);
    const [row] = tree.getChildren(posix());
    assert.ok(row);
    const item = tree.getTreeItem(row);
    assert.equal(item.label, name.slice(1));
    assert.equal(item.tooltip, undefined, 'made when it is asked for');
    const { tooltip } = await resolve(item, row);
    assert.ok(typeof tooltip === 'string');
    assert.equal(tooltip.split('\n')[0], name);
  });

  it('marks a segment whose mappers do not agree on a type, once its tooltip was asked for', async () => {
    const mappings = [1, 2].map((pid) => ({
      pid, process: `p${pid}`, address: 4096n, length: 4096, offset: 0, protection: 'rw-', shared: true, startedAt: 0, pastEnd: false,
    })); // prettier-ignore
    finder.found = [{ name: 'struct sample', variants: [], differences: ['x: at 0 in p1, at 4 in p2'] }];
    await show([object(1, { mappings }), object(2)]);
    const [row, other] = tree.getChildren(posix());
    assert.ok(row && other);
    assert.doesNotMatch(String(tree.getTreeItem(row).description), /conflict/);
    assert.match(await tooltipOf(row), /Its mappers lay out struct sample differently:\n {2}x: at 0 in p1, at 4 in p2/);
    assert.match(String(tree.getTreeItem(row).description), /· layout conflict$/);
    assert.doesNotMatch(await tooltipOf(other), /differently/);
    await show([object(1, { mappings: mappings.map((one) => ({ ...one, startedAt: 5 })) }), object(2)]);
    const [again] = tree.getChildren(posix());
    assert.ok(again);
    assert.doesNotMatch(String(tree.getTreeItem(again).description), /conflict/, 'they have begun anew');
  });

  it('pages the mappers of one segment, too', async () => {
    const mappings = Array.from({ length: 600 }, (_, pid) => ({
      pid,
      process: 'p',
      address: 4096n,
      length: 4096,
      offset: 0,
      protection: 'rw-',
      shared: true,
      startedAt: 0,
      pastEnd: false,
    }));
    await show([object(1, { mappings })]);
    const [row] = tree.getChildren(posix());
    assert.ok(row);
    assert.equal(below(row).length, 201);
    assert.equal(below(row).at(-1), 'Show more (400 left)…');
  });
});

describe('cleanOrphans', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  const orphan = async (what: string): Promise<Segment> => {
    const segment = await made.create(api, { kind: 'posix', name: made.name(what), size: 4096 });
    await api.write(segment.id, 0, bytes('left'));
    return until(async () => (await api.listSegments()).find((one) => one.id === segment.id && one.orphaned), 'the orphan');
  };
  const clean = (target: unknown): Promise<unknown> => run('cleanOrphans', target, { confirm: false });

  it('removes what is named, by id and by kind and name, and tells the ids', async () => {
    const [one, two, other] = [await orphan('one'), await orphan('two'), await orphan('other')];
    assert.deepEqual(await clean({ id: one.id }), { removed: [one.id], kept: [] });
    assert.deepEqual(await clean([{ kind: 'posix', name: two.name }]), { removed: [two.id], kept: [] });
    assert.deepEqual(
      [one, two, other].map(({ path }) => existsSync(path ?? '')),
      [false, false, true],
    );
  });

  it('removes what others may open, too: the kernel tells that nobody has', async () => {
    const segment = await made.create(api, { kind: 'posix', name: made.name('open-to-all'), size: 4096, mode: 0o666 });
    await api.write(segment.id, 0, bytes('left'));
    // A read keeps it open for a moment, here and in a panel.
    await api.read(segment.id, 0, 4);
    assert.deepEqual(cleaned(await clean([{ id: segment.id }])), { removed: [segment.id], kept: [] });
  });

  it('removes a System V segment that nothing attaches', async () => {
    const segment = await made.create(api, { kind: 'sysv', size: 4096 });
    await api.write(segment.id, 0, bytes('left'));
    await until(
      async () => (await api.listSegments()).find((one) => one.id === segment.id && one.orphaned),
      'the orphan',
      10_000,
    );
    assert.deepEqual(await clean([{ id: segment.id }]), { removed: [segment.id], kept: [] });
    assert.ok(!execFileSync('ipcs', ['-m']).toString().includes(` ${segment.sysv?.shmid} `));
  });

  it('leaves what is mapped, open, empty or gone, and says why', async () => {
    const mapped = made.name('mapped');
    await made.start('posix_writer', mapped);
    const held = await orphan('held');
    const empty = await made.create(api, { kind: 'posix', name: made.name('empty'), size: 4096 });
    const gone = await orphan('gone');
    rmSync(gone.path ?? '');
    const fd = openSync(held.path ?? '', 'r');
    const holder = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] });
    await once(holder, 'spawn');
    closeSync(fd);
    made.dispose({ dispose: () => holder.kill() });
    const targets = [{ kind: 'posix', name: mapped }, { id: held.id }, { id: empty.id }, { id: gone.id }];
    const { removed, kept } = cleaned(await clean(targets));
    assert.deepEqual(removed, []);
    assert.deepEqual(Object.fromEntries(kept.map(({ id, name, reason }) => [name || id, reason])), {
      [held.name]: 'sleep holds it open.',
      [mapped]: '1 process maps it now.',
      [held.name]: 'sleep holds it open.',
      [empty.name]: 'It holds no memory, and was perhaps just made.',
      [gone.id]: 'It is gone already.',
    });
    for (const path of [`/dev/shm${mapped}`, held.path, empty.path]) assert.ok(existsSync(path ?? ''), path);
  });

  it('means the object of an id, not the one that has its name now', async () => {
    const old = await orphan('again');
    rmSync(old.path ?? '');
    writeFileSync(old.path ?? '', 'new');
    await assert.rejects(clean({ id: old.id }), failsWith('ESTALE'));
    const { kept } = cleaned(await clean([{ id: old.id, kind: 'posix', name: old.name }]));
    assert.deepEqual(
      kept.map(({ reason }) => reason),
      ['It is gone already.'],
    );
    assert.ok(existsSync(old.path ?? ''));
  });

  it('answers bad arguments with an error', async () => {
    for (const target of [null, 5, 'x', {}, [null], [{ kind: 'posix' }], { kind: 'strange', name: 'x' }])
      await assert.rejects(clean(target), failsWith('EINVAL'), JSON.stringify(target));
    await assert.rejects(clean({ kind: 'posix', name: '/no-such-name' }), failsWith('ENOENT'));
    assert.deepEqual(await clean([]), { removed: [], kept: [] });
  });
});

function counts(value: unknown): { shown: number; total: number } {
  assert.ok(typeof value === 'object' && value !== null && 'shown' in value && 'total' in value);
  assert.ok(typeof value.shown === 'number' && typeof value.total === 'number');
  return { shown: value.shown, total: value.total };
}

function cleaned(value: unknown): { removed: unknown[]; kept: { id: string; name: string; reason: string }[] } {
  assert.ok(typeof value === 'object' && value !== null && 'removed' in value && 'kept' in value);
  assert.ok(Array.isArray(value.removed) && Array.isArray(value.kept));
  return {
    removed: value.removed,
    kept: value.kept.map((one: unknown) => {
      assert.ok(typeof one === 'object' && one !== null && 'id' in one && 'name' in one && 'reason' in one);
      return { id: String(one.id), name: String(one.name), reason: String(one.reason) };
    }),
  };
}
