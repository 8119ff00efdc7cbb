import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { openLine } from '../../src/files/openLine.ts';
import { LockMarks } from '../../src/explorer/locks/marks.ts';
import type { LocksNode } from '../../src/explorer/locks/nodes.ts';
import { LocksTree } from '../../src/explorer/locks/tree.ts';
import { LocksView } from '../../src/explorer/locks/view.ts';
import { SegmentTree } from '../../src/explorer/tree.ts';
import { Listing } from '../../src/explorer/listing.ts';
import { parseFilter } from '../../src/segments/filter.ts';
import { Conflicts } from '../../src/types/conflicts.ts';
import { FakeLocks, finding, held, lock, locksOf, look, NOW, waiter } from '../unit/explorer/locks/fake.ts';
import { scanOf, segment } from '../unit/explorer/segments.ts';
import { activate, cleanup, closeEditors, failsWith, until } from './support.ts';

const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
  vscode.commands.executeCommand(`shmscope.${command}`, ...args);
const object = segment({ id: 'test:1', name: '/object-1' });

describe('the tree of the Locks view', () => {
  let tree: LocksTree;
  let told: (LocksNode[] | undefined)[];
  const share = (looks: number) => ({ looks, held: 1, contended: 0, since: NOW, holders: [] });
  const child = (node: LocksNode | undefined, i = 0): LocksNode => {
    const found = tree.getChildren(node)[i];
    assert.ok(found);
    return found;
  };
  const item = (node: LocksNode): vscode.TreeItem => tree.getTreeItem(node);

  beforeEach(() => {
    tree = new LocksTree();
    told = [];
    tree.onDidChangeTreeData((nodes) => told.push(nodes));
  });
  afterEach(() => tree.dispose());

  it('tells of the one row that changed, by the same object as before', () => {
    tree.show(look([locksOf(object, [lock({ offset: 0 }), held({ offset: 8 })])]));
    const top = child(undefined);
    const [first] = tree.getChildren(top);
    assert.equal(first && item(first).id, '/segment:test:1/lock:8:pthread_mutex_t');
    tree.show(look([locksOf(object, [lock({ offset: 0 }), held({ offset: 8, text: 'locked by other (9)' })])]));
    assert.deepEqual(told, [undefined, [first]]);
    assert.equal(first && item(first).description, '\u200elocked by other (9)');
    const last = told.length;
    tree.show(look([locksOf(object, [lock({ offset: 0 }), held({ offset: 8, text: 'locked by other (9)' })])]));
    assert.equal(told.length, last, 'nothing changed');
  });

  it('tells of the parent where rows come and go, and of all where the top does', () => {
    tree.show(look([locksOf(object, [held()])]));
    const top = child(undefined);
    const row = child(top);
    assert.equal(tree.getChildren(row).length, 1);
    tree.show(look([locksOf(object, [held({ waiters: [waiter(1)] })])]));
    assert.deepEqual(told.at(-1), [row]);
    assert.equal(tree.getChildren(row).length, 2);
    assert.equal(tree.getParent(child(row)), row);
    tree.show(look([locksOf(object, [held()])], { findings: [finding()] }));
    assert.equal(told.at(-1), undefined);
    assert.equal(child(undefined, 1), top);
  });

  it('lets counts that move on with each look through now and then alone', () => {
    let now = 10_000;
    tree.show(look([locksOf(object, [lock({ share: share(1) })])]), now);
    const counted = child(child(child(undefined)));
    const description = (): unknown => item(counted).description;
    assert.equal(description(), '\u200eheld 100 % of 1 look · contended 0 %');
    tree.show(look([locksOf(object, [lock({ share: share(4) })])]), (now += 500));
    assert.deepEqual([told.length, description()], [1, '\u200eheld 100 % of 1 look · contended 0 %']);
    tree.show(look([locksOf(object, [lock({ share: share(5) })])]), now + 5000);
    assert.deepEqual([told.at(-1), description()], [[counted], '\u200eheld 20 % of 5 looks · contended 0 %']);
  });

  it('pages many locks, and makes one row of each id', () => {
    const locks = Array.from({ length: 350 }, (_, i) => lock({ offset: i * 40 }));
    tree.show(look([locksOf(object, [...locks, lock({ offset: 0 })])]));
    const top = child(undefined);
    const more = tree.getChildren(top).at(-1);
    assert.ok(more?.node === 'moreLocks');
    assert.equal(item(more).label, 'Show more (251 left)…');
    const first = tree.showMore(more);
    assert.ok(first?.node === 'locksRow');
    assert.equal(tree.getChildren(top).filter(({ node }) => node === 'locksRow').length, 199, 'two rows have offset 0');
    assert.deepEqual(told.at(-1), [top]);
  });

  it('makes plain text of names, and says states in words', async () => {
    const path = '$(trash) <b>x</b> [y](command:z)';
    tree.show(look([locksOf(object, [lock({ path })])]));
    const row = child(child(undefined));
    const made = item(row);
    assert.equal(made.label, path);
    assert.equal(made.tooltip, undefined, 'made when it is asked for');
    assert.equal(made.accessibilityInformation?.label, `mutex ${path}, free`);
    const { tooltip } = await Promise.resolve(tree.resolveTreeItem(made, row));
    assert.ok(typeof tooltip === 'string' && tooltip.startsWith(`${path} in object-1`));
  });

  it('opens each row where it is about', () => {
    const where = { file: '/src/q.c', line: 8 };
    const known = locksOf(object, [held({ waiters: [waiter(1, { where })] })]);
    tree.show(look([known], { findings: [finding()] }));
    const [found, top] = tree.getChildren();
    assert.ok(found && top);
    const rows = [found, top, child(top), child(child(top)), child(child(top), 1)];
    assert.deepEqual(
      rows.map((row) => [item(row).contextValue, item(row).command?.command]),
      [
        ['finding.at', 'shmscope.openLock'],
        ['segment', 'shmscope.open'],
        ['lock.at', 'shmscope.openLock'],
        ['owner', undefined],
        ['waiter.line', 'shmscope.openLine'],
      ],
    );
    assert.equal(item(found).collapsibleState, vscode.TreeItemCollapsibleState.None);
    assert.equal(item(top).collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
  });
});

describe('the Locks view', () => {
  let model: FakeLocks;
  let view: LocksView;
  let marks: LockMarks;
  let fake: FakeView;
  const visibility = new vscode.EventEmitter<vscode.TreeViewVisibilityChangeEvent>();

  interface FakeView {
    visible: boolean;
    message: string;
    badge: vscode.ViewBadge | undefined;
    revealed: LocksNode[];
    rows: () => string[];
  }

  const make = (): void => {
    marks = new LockMarks(model);
    view = new LocksView(model, marks, ({ treeDataProvider }) => {
      const rows = (): string[] => {
        const all = treeDataProvider.getChildren();
        assert.ok(Array.isArray(all));
        return all.map((node) => (node.node === 'locksRow' ? node.row.label : ''));
      };
      const made = {
        visible: false,
        message: '',
        badge: undefined,
        revealed: new Array<LocksNode>(),
        rows,
        onDidChangeVisibility: visibility.event,
        reveal: async (node: LocksNode) => Promise.resolve(void made.revealed.push(node)),
        dispose: () => undefined,
      };
      fake = made;
      return made;
    });
  };
  const see = (visible: boolean): void => visibility.fire({ visible });

  beforeEach(() => {
    model = new FakeLocks();
    make();
  });
  afterEach(() => {
    view.dispose();
    marks.dispose();
  });
  after(() => visibility.dispose());

  it('follows only while it is visible, and shows what a look found at once', async () => {
    assert.equal(model.followed, false);
    assert.equal(model.looks, 0);
    model.next = look([locksOf(object, [held()])], { findings: [finding(), finding({ key: 'w', severity: 'warning' })] });
    see(true);
    assert.equal(model.followed, true);
    await until(() => fake.rows().length > 0 || undefined, 'rows');
    assert.deepEqual(fake.rows(), ['Owner is dead: queue.lock', 'Owner is dead: queue.lock', 'object-1']);
    assert.deepEqual(fake.badge, { value: 1, tooltip: '1 error in locks' });
    see(false);
    assert.equal(model.followed, false);
    assert.equal(fake.badge, undefined, 'what nobody follows is not known');
    assert.equal(model.looks, 1);
  });

  it('shows what the model tells, and the last of many tellings', async () => {
    see(true);
    await until(() => model.looks === 1 || undefined, 'the first look');
    for (let i = 1; i <= 20; i++) model.tell(look([locksOf(object, [held({ path: `lock ${i}` })])]));
    await until(() => fake.rows().length === 1 || undefined, 'the row');
    assert.equal(marks.known(object)?.lines[0], 'lock 20: locked by strategy (4711)');
  });

  it('says why there is nothing, and forgets it when there is', async () => {
    model.failure = new Error('The locks could not be looked at.');
    see(true);
    await until(() => fake.message || undefined, 'the message');
    assert.match(fake.message, /The locks could not be looked at\./);
    model.failure = undefined;
    await view.refresh();
    assert.equal(fake.message, '');
  });

  it('shows the row of a segment, and says where there is none', async () => {
    model.next = look([locksOf(object, [held()])]);
    assert.equal(await view.show('test:1'), true);
    assert.deepEqual(
      fake.revealed.map((node) => (node.node === 'locksRow' ? node.segment : undefined)),
      [object],
    );
    assert.equal(await view.show('test:2'), false);
  });

  it('has the explorer mark the segment', async () => {
    const tree = new SegmentTree(new Conflicts(undefined), marks);
    const groups = await new Listing().list(scanOf([object]), { filter: parseFilter(''), sortBy: 'name', showReadOnly: false });
    tree.show({ scan: scanOf([object]), groups, note: undefined, filtered: false, showReadOnly: false });
    const [row] = tree.getChildren(tree.getChildren()[0]);
    assert.ok(row);
    const description = (): string => String(tree.getTreeItem(row).description);
    assert.match(description(), /4 KiB · 0 mappers$/);
    see(true);
    await until(() => model.looks === 1 || undefined, 'the first look');
    const told: unknown[] = [];
    marks.onDidChange((ids) => told.push(ids));
    model.tell(look([locksOf(object, [held({ waiters: [waiter(1)] })])], { findings: [finding()] }));
    await until(() => told.length > 0 || undefined, 'the mark');
    assert.match(description(), /· owner dead · 1 lock held · 1 waits$/);
    const { iconPath } = tree.getTreeItem(row);
    assert.ok(iconPath instanceof vscode.ThemeIcon && iconPath.id === 'error');
    const token = new vscode.CancellationTokenSource().token;
    const { tooltip } = await tree.resolveTreeItem(tree.getTreeItem(row), row, token);
    assert.ok(typeof tooltip === 'string');
    assert.match(tooltip, /queue\.lock: locked by strategy \(4711\); waiting: worker \(1\)$/);
    tree.dispose();
  });
});

describe('commands for locks', () => {
  const made = cleanup();
  closeEditors();

  it('showLocks shows the view, and with a segment gives what the API gives', async () => {
    const api = await activate();
    await run('showLocks');
    const { id, name } = await made.posix('locks');
    const asked = async (target: unknown): Promise<unknown> => run('showLocks', target).catch((error: unknown) => String(error));
    const given: unknown = await api.syncObjects(id).catch((error: unknown) => String(error));
    assert.deepEqual(await asked({ id }), given);
    assert.deepEqual(await asked({ kind: 'posix', name }), given);
    await assert.rejects(run('showLocks', { kind: 'posix', name: '/no-such-name' }), failsWith('ENOENT'));
    await assert.rejects(run('showLocks', {}), failsWith('EINVAL'));
  });

  it('of rows refuse what is no row', async () => {
    await activate();
    for (const command of ['openLock', 'openLine', 'copyLock'])
      for (const target of [{}, 5, 'x']) await assert.rejects(run(command, target), failsWith('EINVAL'), command);
  });

  it('openLock opens the panel of the lock, copyLock copies what the row says', async () => {
    await activate();
    const { id, name } = await made.posix('lock-row');
    const row = { label: 'queue.lock', description: 'free', at: { id, offset: 0x40, size: 40 }, tooltip: () => 'more' };
    await run('openLock', { node: 'locksRow', row });
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until(() => tabs().find(({ label }) => label === name), 'the panel');
    await run('copyLock', { node: 'locksRow', row });
    assert.equal(await vscode.env.clipboard.readText(), 'queue.lock · free\nmore');
  });

  it('a line of code is opened, and a device or what is not there is not', async () => {
    const file = made.file('line.c');
    writeFileSync(file, 'int a;\nint b;\nint c;\n');
    await openLine({ file, line: 2 }, { focus: true, beside: false });
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 1);
    for (const other of ['/dev/zero', '/no/such/file.c', '', 'a[b]*.c'])
      await assert.rejects(openLine({ file: other }, { focus: true, beside: false }), failsWith('ENOENT'), other);
  });
});
