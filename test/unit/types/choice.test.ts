import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choiceSource, HEADER_MAX, isChoice } from '../../../src/types/choice.ts';

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

describe('isChoice', () => {
  it('takes what was stored before and what is stored now', () => {
    for (const choice of [
      { name: 'a', source: 'struct a { int x; };' },
      { name: 'a', header: '/project/a.h', offset: 64, abi: 'aarch64', language: 'c++', dialect: 'clang', compiled: true },
      { name: 'a', debug: {} },
      { name: 'a', debug: { file: '/usr/bin/app' }, offset: 0 },
    ])
      assert.ok(isChoice(choice), JSON.stringify(choice));
  });

  it('refuses all else', () => {
    const source = 'text';
    for (const other of [
      undefined,
      'none',
      [],
      {},
      { name: 'a' },
      { name: 1, source },
      { name: 'a', source: 1 },
      { name: 'a', source, offset: -1 },
      { name: 'a', source, offset: 0.5 },
      { name: 'a', source, abi: 'vax' },
      { name: 'a', source, language: 'rust' },
      { name: 'a', debug: 'file' },
      { name: 'a', debug: { file: 1 } },
      { name: 'a', source, compiled: 1 },
    ])
      // prettier-ignore
      assert.ok(!isChoice(other), JSON.stringify(other));
  });
});
