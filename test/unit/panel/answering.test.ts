import assert from 'node:assert/strict';
import { Answering } from '../../../src/panel/answering.ts';
import { MAX_REQUESTS } from '../../../src/protocol/limits.ts';
import type { ToPage } from '../../../src/protocol/messages.ts';

const request = (id: number) => ({ type: 'request', id, name: 'attach', ask: null }) as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Requests are answered when the test says so. */
function make() {
  const posted: ToPage[] = [];
  const open: { readonly signal: AbortSignal | undefined; readonly answer: (ok: unknown) => void }[] = [];
  const answering = new Answering(
    (_request, { signal }) => new Promise((resolve) => open.push({ signal, answer: resolve })),
    (message) => posted.push(message),
  );
  return { posted, open, answering };
}

describe('Answering', () => {
  it('answers each request once, with null for nothing', async () => {
    const { posted, open, answering } = make();
    void answering.take(request(1));
    void answering.take(request(2));
    open[1]?.answer(undefined);
    await turn();
    assert.deepEqual(posted, [{ type: 'reply', id: 2, ok: null }]);
  });

  it('cancels by the id, and gives a page that is built anew no answer of the one before', async () => {
    const { posted, open, answering } = make();
    void answering.take(request(1));
    answering.cancel(1);
    assert.equal(open[0]?.signal?.aborted, true);
    void answering.take(request(2));
    answering.abandon();
    assert.equal(open[1]?.signal?.aborted, true);
    void answering.take(request(2));
    open[1]?.answer(null);
    await turn();
    assert.deepEqual(posted, []);
    open[2]?.answer(null);
    await turn();
    assert.deepEqual(posted, [{ type: 'reply', id: 2, ok: null }]);
  });

  it('refuses more than it can have under way, and an id that is', async () => {
    const { posted, open, answering } = make();
    for (let id = 0; id < MAX_REQUESTS + 1; id++) void answering.take(request(id));
    await turn();
    assert.equal(open.length, MAX_REQUESTS);
    const [refused] = posted;
    assert.ok(refused?.type === 'reply' && refused.id === MAX_REQUESTS && refused.error?.code === 'EAGAIN');
  });
});
