import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { openPanel, type Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

const MIB = 2 ** 20;

describe('the overview strip of a real segment', () => {
  let vs: Workbench;
  const name = `ui-${process.pid}-strip`;
  const path = `/dev/shm/${name}`;
  const store = (offset: number, text: string): void => {
    const fd = openSync(path, 'r+');
    writeSync(fd, text, offset);
    closeSync(fd);
  };
  const said = (panel: Panel) => () =>
    panel.frame.getByRole('slider', { name: 'Overview of the segment' }).getAttribute('aria-valuetext');

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench({ folder: 'test/programs' });
    await vs.showView('Shared Memory');
  });
  afterEach(() => rmSync(path, { force: true }));
  after(() => vs?.dispose());

  it('shows stores far from the view, cools down, and holds no memory that the segment does not', async () => {
    closeSync(openSync(path, 'wx'));
    truncateSync(path, 1024 * MIB);
    store(512 * MIB, 'x');
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.until(said(panel), (text) => text === 'view at 0x0 of 1 GiB, nothing changing', 'a first look');
    const { blocks } = statSync(path);
    store(512 * MIB + 9, 'y');
    await panel.until(said(panel), (text) => text === 'view at 0x0 of 1 GiB, 1 part changing', 'a store');
    await panel.until(said(panel), (text) => text === 'view at 0x0 of 1 GiB, nothing changing', 'the end of its heat', 20_000);
    assert.equal(statSync(path).blocks, blocks);
    rmSync(path);
    await panel.frame
      .getByText(/is gone/)
      .first()
      .waitFor();
    assert.match((await said(panel)()) ?? '', /nothing changing$/);
  });
});
