import '../../support/vscode.ts';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Edits } from '../../../src/live/edits.ts';
import { makeModel } from '../model/support.ts';
import { saidAs } from '../keep/support.ts';
import { cleanup } from '../support.ts';

// Not before the hook above is there.
const { editing } = await import('../../../src/panel/answers/edit.ts');
const { window } = await import('vscode');

/** What can be taken back ends at 1 MiB. */
const LARGE = 1024 * 1024 + 1;

describe('what a page asks to be stored', () => {
  const made = cleanup();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  async function fill(
    answer: string | undefined,
  ): Promise<{ readonly asked: unknown[]; readonly done: Promise<unknown>; readonly path: string }> {
    const path = made.path('fill');
    writeFileSync(path, Buffer.alloc(LARGE, 0x11));
    await model.store.refresh();
    const segment = model.store.last?.segments.find((one) => one.path === path);
    const asked: unknown[] = [];
    Object.assign(window, {
      showWarningMessage: (question: unknown, { detail }: { detail: unknown }) => {
        asked.push(question, detail);
        return Promise.resolve(answer);
      },
    });
    const panel = { segment, writing: true, edits: new Edits(model.sources) };
    const what = { offset: 0, length: LARGE, pattern: Uint8Array.of(0x22) };
    const done = Promise.resolve(Reflect.apply(editing.fill, undefined, [panel, model, what, {}]));
    return { asked, done, path };
  }

  it('a fill that cannot be taken back is not done, and not called done, when the user does not want it', async () => {
    const { asked, done, path } = await fill(undefined);
    await assert.rejects(done, saidAs('ECANCELED', /cancelled/));
    assert.match(String(asked[0]), /^Overwrite .* of \/.*\?$/);
    assert.match(String(asked[1]), /too much to be undone/);
    assert.deepEqual(new Set(readFileSync(path)), new Set([0x11]));
  });

  it('and is done when the user does', async () => {
    const { done, path } = await fill('Overwrite');
    await done;
    assert.deepEqual(new Set(readFileSync(path)), new Set([0x22]));
  });
});
