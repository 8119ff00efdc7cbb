import assert from 'node:assert/strict';
import { MAX_SOURCE } from '../../../src/protocol/limits.ts';
import type { FromPage } from '../../../src/protocol/messages.ts';
import { Requester } from '../../../src/protocol/requester.ts';

function make(): { requester: Requester; sent: Extract<FromPage, { type: 'request' }>[] } {
  const sent: Extract<FromPage, { type: 'request' }>[] = [];
  const requester = new Requester((message) => {
    if (message.type === 'request') sent.push(message);
  });
  return { requester, sent };
}

describe('Requester', () => {
  it('gives each answer to its own question, in any order', async () => {
    const { requester, sent } = make();
    const first = requester.ask('parseTypes', { source: 'a' });
    const second = requester.ask('parseTypes', { source: 'b' });
    requester.accept({ type: 'reply', id: sent[1]?.id ?? 0, ok: { types: [{ name: 'b', size: 2 }], problems: [] } });
    requester.accept({ type: 'reply', id: sent[0]?.id ?? 0, ok: { types: [{ name: 'a', size: 1 }], problems: [] } });
    assert.deepEqual(await Promise.all([first, second]), [
      { types: [{ name: 'a', size: 1 }], problems: [] },
      { types: [{ name: 'b', size: 2 }], problems: [] },
    ]);
  });

  it('rejects with code and remedy', async () => {
    const { requester, sent } = make();
    const answer = requester.ask('follow', null);
    requester.accept({ type: 'reply', id: sent[0]?.id ?? 0, error: { code: 'ESTALE', message: 'gone', remedy: 'Refresh.' } });
    await assert.rejects(answer, { code: 'ESTALE', message: 'gone', remedy: 'Refresh.' });
  });

  it('rejects at once what the other side would drop, instead of waiting for ever', async () => {
    const { requester, sent } = make();
    await assert.rejects(requester.ask('parseTypes', { source: 'x'.repeat(MAX_SOURCE + 1) }), { code: 'E2BIG' });
    assert.equal(sent.length, 0);
  });

  it('rejects an answer that is none', async () => {
    const { requester, sent } = make();
    const answer = requester.ask('parseTypes', { source: '' });
    requester.accept({ type: 'reply', id: sent[0]?.id ?? 0, ok: { types: [{ name: 'a', size: -1 }], problems: [] } });
    await assert.rejects(answer, { code: 'EPROTO' });
  });

  it('rejects what is open and what comes after when it is disposed, and ignores late answers', async () => {
    const { requester, sent } = make();
    const answer = requester.ask('attach', null);
    requester.dispose();
    await assert.rejects(answer, { code: 'ECANCELED' });
    await assert.rejects(requester.ask('attach', null), { code: 'ECANCELED' });
    requester.accept({ type: 'reply', id: sent[0]?.id ?? 0, ok: null });
    assert.equal(sent.length, 1);
  });
});
