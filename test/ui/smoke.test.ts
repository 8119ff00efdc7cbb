import assert from 'node:assert/strict';
import { openWorkbench } from './vscode.ts';
import type { Workbench } from './vscode.ts';

describe('workbench', () => {
  let vs: Workbench;

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench();
  });
  after(() => vs?.dispose());

  it('shows the icon of Shared Memory in the activity bar', async () => {
    await vs.activityIcon('Shared Memory').waitFor();
    await vs.showView('Shared Memory');
    assert.equal(await vs.activityIcon('Shared Memory').count(), 1);
    await vs.screenshot('smoke');
  });

  it('is served to nobody without the secret in its address', async () => {
    assert.equal((await fetch(new URL('/', vs.page.url()))).status, 403);
  });
});
