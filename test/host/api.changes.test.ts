import assert from 'node:assert/strict';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, pause, until } from './support.ts';

type Change = Parameters<Parameters<ShmScopeApi['onDidChangeSegments']>[0]>[0];

describe('onDidChangeSegments', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  /** What the events told of one name, in order. Other segments of this machine come and go meanwhile. */
  function told(name: string): string[] {
    const found: string[] = [];
    const of = (segments: readonly Segment[]) => segments.filter((segment) => segment.name === name);
    made.dispose(
      api.onDidChangeSegments(({ added, removed, changed }: Change) => {
        for (const segment of of(added)) found.push(`added ${segment.size}`);
        for (const segment of of(changed)) found.push(`changed ${segment.size}`);
        for (const segment of of(removed)) found.push(`removed ${segment.size}`);
      }),
    );
    return found;
  }

  it('tells each thing that the API does once, and is told before the promise resolves', async () => {
    const name = made.name('changes');
    const found = told(name);
    const segment = await api.create({ kind: 'posix', name, size: 100 });
    assert.deepEqual(found, ['added 100']);
    await api.resize(segment.id, 300);
    await api.setPermissions(segment.id, { mode: 0o640 });
    await api.unlink(segment.id);
    assert.deepEqual(found, ['added 100', 'changed 300', 'changed 300', 'removed 300']);
    await pause(1000);
    assert.equal(found.length, 4, 'nothing more is told of what does not change');
  });

  it('tells what others do, without being asked', async () => {
    const name = made.name('others');
    const found = told(name);
    await api.listSegments();
    writeFileSync(`/dev/shm${name}`, 'x');
    await until(() => found.includes('added 1') || undefined, 'the creation');
    truncateSync(`/dev/shm${name}`, 77);
    await until(() => found.includes('changed 77') || undefined, 'the new size');
    rmSync(`/dev/shm${name}`);
    await until(() => found.includes('removed 77') || undefined, 'the removal');
  });

  it('tells of new mappers, and of what others do while a program truncates its object in a loop', async () => {
    const storm = made.name('storm');
    await made.start('truncator', storm);
    const name = made.name('beside');
    const found = told(name);
    await pause(300);
    writeFileSync(`/dev/shm${name}`, 'x');
    await until(() => found.includes('added 1') || undefined, 'the creation beside the storm');
  });

  it('is quiet after its listener is disposed', async () => {
    const name = made.name('quiet');
    let calls = 0;
    const listening = api.onDidChangeSegments(() => calls++);
    listening.dispose();
    await made.create(api, { kind: 'posix', name, size: 1 });
    assert.equal(calls, 0);
  });

  it('goes on for the others when a listener throws', async () => {
    const name = made.name('throws');
    made.dispose(
      api.onDidChangeSegments(() => {
        throw new Error('this listener is meant to fail');
      }),
    );
    const found = told(name);
    const segment = await made.create(api, { kind: 'posix', name, size: 4 });
    await api.write(segment.id, 0, bytes('abcd'));
    assert.equal(found[0], 'added 4');
  });
});
