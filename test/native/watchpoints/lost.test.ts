import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ADDON } from '../support.ts';
import { FIELD, watching } from './support.ts';

describe('native: watchpoints, what the rings cannot carry', () => {
  const { page } = watching();

  it('is counted', async () => {
    const shared = page();
    const stores = 60_000;
    const program = await shared.start('here', stores, 0);
    const code = `
      const addon = { exports: {} };
      process.dlopen(addon, ${JSON.stringify(ADDON)});
      const watchpoints = await addon.exports.openWatchpoints([{ length: 8, reads: false }]);
      await watchpoints.add(${program.pid}, 0, ${FIELD}n);
      console.log('watching');
      process.stdin.once('data', async () => {
        await watchpoints.close();
        const { seen, lost, pending, sites } = watchpoints.take();
        console.log(JSON.stringify([seen + lost, lost > 0, sites.count.reduce((sum, each) => sum + each, 0) === seen, pending]));
        process.exit();
      });`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(host.stdout, 'data');
      // Nobody empties the rings while it stands still.
      host.kill('SIGSTOP');
      shared.go();
      assert.equal(await program.exit, 0);
      assert.equal(shared.stores, stores);
      host.kill('SIGCONT');
      host.stdin.write('report\n');
      const said = await once(host.stdout, 'data').then(([text]: unknown[]) => String(text));
      assert.deepEqual(JSON.parse(said), [stores, true, true, 0]);
    } finally {
      host.kill('SIGKILL');
    }
  });
});
