import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choiceSource, HEADER_MAX } from '../../../src/types/choice.ts';

describe('choiceSource', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-choice-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads a header of a trusted workspace, and a pasted text anywhere', async () => {
    const header = join(folder, 'a.h');
    writeFileSync(header, 'struct a { int x; };');
    assert.equal(await choiceSource({ name: 'a', header }, true), 'struct a { int x; };');
    await assert.rejects(choiceSource({ name: 'a', header }, false), { code: 'EPERM' });
    assert.equal(await choiceSource({ name: 'a', source: 'text' }, false), 'text');
  });

  it('refuses what has no end: a device, a FIFO that nobody writes to, a file of over 4 MiB', async () => {
    const fifo = join(folder, 'fifo.h');
    execFileSync('mkfifo', [fifo]);
    await assert.rejects(choiceSource({ name: 'a', header: fifo }, true), { code: 'EINVAL' });
    await assert.rejects(choiceSource({ name: 'a', header: '/dev/zero' }, true), { code: 'EINVAL' });
    const large = join(folder, 'large.h');
    writeFileSync(large, Buffer.alloc(HEADER_MAX + 1, ' '));
    await assert.rejects(choiceSource({ name: 'a', header: large }, true), { code: 'EFBIG' });
  });
});
