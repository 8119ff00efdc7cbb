import assert from 'node:assert/strict';
import { Scanner } from '../../../src/segments/scan.ts';
import { addon, cleanup, unique } from '../support.ts';

describe('a scan', () => {
  const made = cleanup();

  it('lists each segment once, those of this namespace among them', async () => {
    const shmid = made.sysv(0, 4096);
    const path = made.path(unique('once'));
    addon.createPath(path, 4096, 0o600, true, false);
    const scanner = new Scanner(addon);
    try {
      const { segments } = await scanner.scan();
      const own = segments.filter((segment) => segment.path === path || (segment.kind === 'sysv' && segment.inode === shmid));
      assert.deepEqual(own.map(({ namespace }) => namespace).sort(), ['host', 'host']);
      const ids = segments.map(({ id }) => id);
      assert.deepEqual(
        ids.filter((id, i) => ids.indexOf(id) !== i),
        [],
      );
    } finally {
      scanner.dispose();
    }
  });
});
