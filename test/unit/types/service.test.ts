import assert from 'node:assert/strict';
import { makeService } from './support.ts';

const GOOD = 'struct a { int x; };';
/** Takes the grammar some seconds. */
const SLOW = Array.from(
  { length: 60_000 },
  (_, i) => `struct s${i} { int a, b; struct { double x, y; } at; unsigned f : 3; };`,
).join('\n');

function hasCode(code: string, message?: RegExp): (error: Error & { code?: string }) => boolean {
  return (error) => {
    assert.equal(error.code, code, error.message);
    if (message) assert.match(error.message, message);
    return true;
  };
}

describe('TypeService', function () {
  this.timeout(30_000);

  it('answers several at once, each with its own', async () => {
    const service = makeService();
    try {
      const answers = await Promise.allSettled([
        service.parse({ source: GOOD, abi: 'x86_64' }),
        service.parse({ source: 'struct', abi: 'x86_64' }),
        service.parse({ source: 'struct b { long y; };', abi: 'x86_64' }),
      ]);
      assert.deepEqual(
        answers.map((answer) => (answer.status === 'fulfilled' ? answer.value[0]?.name : 'refused')),
        ['struct a', 'refused', 'struct b'],
      );
    } finally {
      service.dispose();
    }
  });

  it('gives up on a text that takes too long, and goes on with the next', async () => {
    const service = makeService({ timeLimit: 1000 });
    try {
      const slow = assert.rejects(service.parse({ source: SLOW, abi: 'x86_64' }), hasCode('ETYPE', /too long/));
      const next = service.parse({ source: GOOD, abi: 'x86_64' });
      await slow;
      assert.equal((await next)[0]?.size, 4);
    } finally {
      service.dispose();
    }
  });

  it('stops when asked, and goes on with the next', async () => {
    const service = makeService();
    try {
      const abort = new AbortController();
      const slow = assert.rejects(service.parse({ source: SLOW, abi: 'x86_64' }, abort.signal), { name: 'AbortError' });
      const queued = new AbortController();
      const never = assert.rejects(service.parse({ source: GOOD, abi: 'x86_64' }, queued.signal), { name: 'AbortError' });
      const next = service.parse({ source: GOOD, abi: 'x86_64' });
      queued.abort();
      await never;
      abort.abort();
      await slow;
      assert.equal((await next)[0]?.size, 4);
      await assert.rejects(service.parse({ source: GOOD, abi: 'x86_64' }, AbortSignal.abort()), { name: 'AbortError' });
    } finally {
      service.dispose();
    }
  });

  it('starts again after its worker ended for want of work', async () => {
    const service = makeService({ idleTime: 1 });
    try {
      await service.parse({ source: GOOD, abi: 'x86_64' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal((await service.parse({ source: GOOD, abi: 'x86_64' }))[0]?.size, 4);
    } finally {
      service.dispose();
    }
  });

  it('says which languages, machines and compilers it does not know', async () => {
    const service = makeService();
    try {
      const odd = (more: Record<string, string>): Promise<unknown> =>
        Reflect.apply(service.parse.bind(service), undefined, [{ source: GOOD, ...more }]);
      await assert.rejects(odd({ language: 'pascal' }), hasCode('ENOTSUP', /'c' or 'c\+\+'/));
      await assert.rejects(odd({ abi: 'vax' }), hasCode('ENOTSUP', /vax by gcc/));
      await assert.rejects(odd({ abi: 'arm', dialect: 'msvc' }), hasCode('ENOTSUP', /arm by msvc/));
    } finally {
      service.dispose();
    }
  });

  it('says that its files are not there', async () => {
    const service = makeService({ worker: '/nonexistent.cjs' });
    try {
      await assert.rejects(service.parse({ source: GOOD, abi: 'x86_64' }), hasCode('EIO'));
    } finally {
      service.dispose();
    }
  });

  it('refuses everything once it is disposed of', async () => {
    const service = makeService();
    const pending = assert.rejects(service.parse({ source: GOOD, abi: 'x86_64' }), hasCode('ECANCELED'));
    service.dispose();
    await pending;
    await assert.rejects(service.parse({ source: GOOD, abi: 'x86_64' }), hasCode('ECANCELED'));
  });
});
