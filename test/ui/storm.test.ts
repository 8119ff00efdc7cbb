/** A panel with all of its tools open, while its object is cut, removed and made anew all the time. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { start, type Running } from '../programs/build.ts';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

const GRID = '[role="grid"][aria-label="Bytes"]';
const TYPE = 'struct life { unsigned long long number; unsigned long long again; unsigned char mark[48]; };';
const MARKS = 250;

/** What one look at the page has: its state, the number as field, and the bytes behind the numbers. */
interface Seen {
  readonly state: string;
  readonly number: string;
  readonly marks: readonly string[];
}

describe('a storm', () => {
  let vs: Workbench;
  let churner: Running | undefined;
  const name = `ui-${process.pid}-churned`;
  const path = `/dev/shm/${name}`;

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench({ folder: 'test/programs' });
    await vs.showView('Shared Memory');
  });
  after(async () => {
    await churner?.dispose();
    rmSync(path, { force: true });
    await vs?.dispose();
  });

  const look = (frame: Frame): Promise<Seen> =>
    frame.evaluate(() => ({
      state: document.querySelector<HTMLElement>('.header .live')?.dataset['state'] ?? '',
      number: document.querySelector('[data-path="number"] [data-value]')?.getAttribute('data-value') ?? '',
      marks: Array.from(
        { length: 48 },
        (_, i) => document.querySelector(`[aria-label="Bytes"] [data-offset="${16 + i}"]`)?.ariaLabel ?? '',
      ),
    }));

  /** Bytes of one object, or none: 00 is what a grown page reads as, ·· holds no memory, nothing lies past the end. */
  function assertOfOneObject({ state, number, marks }: Seen): void {
    const held = new Set(marks.filter((text) => !['00', '··', ''].includes(text.trim())));
    assert.ok(held.size <= 1, `bytes of one object at a time: ${[...held].join()}`);
    const [mark] = held;
    const told = Number(number.replaceAll(/\D/g, ''));
    if (state === 'live' && mark !== undefined && told > 0)
      assert.equal(Number.parseInt(mark, 16), (told % MARKS) + 1, `field ${number}, bytes ${mark}`);
  }

  /** Each of them has an end, and its outcome is said in words. */
  async function searchAndCompare(frame: Frame): Promise<void> {
    await frame.locator(GRID).press('Control+f');
    await frame.getByRole('button', { name: 'Find All' }).click();
    await frame
      .locator('.find .find-message[aria-busy="false"]')
      .filter({ hasText: /hit|found|shrank|ends|gone|read/i })
      .waitFor();
    await frame.getByRole('tab', { name: 'Snapshots' }).click();
    await frame.getByRole('button', { name: 'Take Snapshot' }).click();
    await frame.locator('.kept .find-message[aria-busy="false"]').filter({ hasText: /taken/i }).waitFor();
    await frame.getByRole('listbox', { name: 'Snapshots' }).getByRole('option').first().click();
    await frame
      .locator('.compare .find-message')
      .filter({ hasText: /differ|gone|shrank|ends|read/i })
      .waitFor();
    await frame.getByRole('button', { name: 'Compare again' }).click();
  }

  /** The same in whichever page there is, which may be taken away at any moment. */
  async function keepWorking(until: () => boolean): Promise<void> {
    const timeout = 500;
    while (!until()) {
      const frame = await vs.panelFrame(GRID, timeout).catch(() => undefined);
      const press = (role: 'tab' | 'button', of: string) => frame?.getByRole(role, { name: of, exact: true }).click({ timeout });
      const work = async (): Promise<void> => {
        await press('tab', 'Find');
        await frame?.getByRole('textbox', { name: 'Find' }).fill('nowhere', { timeout });
        await press('button', 'Find All');
        await press('tab', 'Snapshots');
        await press('button', 'Take Snapshot');
      };
      await work().catch(() => undefined);
      await vs.page.waitForTimeout(100);
    }
  }

  /** For `ms` at least, and on until there was enough. */
  async function looks(ms: number, each: (seen: Seen) => void, enough = () => true): Promise<void> {
    const begin = Date.now();
    for (let at = 0; at < ms || (!enough() && at < 6 * ms); at = Date.now() - begin) {
      await vs.page.waitForTimeout(20);
      const frame = await vs.panelFrame(GRID).catch(() => undefined);
      // The page of the object before may go in the middle of a look.
      const seen = await (frame && look(frame).catch(() => undefined));
      if (seen) each(seen);
    }
  }

  it('leaves the extension host, the log and the object as they were, and nothing stale is called live', async function () {
    this.timeout(120_000);
    churner = await start('churner', [`/${name}`, '16']);
    const host = vs.extensionHost();
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.pasteType(TYPE);
    await panel.value('number').waitFor();
    await panel.frame.getByRole('slider', { name: 'Overview of the segment' }).waitFor();
    await panel.byte(0).click();
    await panel.frame.locator(GRID).press('Control+f');
    await panel.frame.locator('.find-form vscode-single-select').first().click();
    await panel.frame.getByRole('option', { name: 'Regular expression', exact: true }).click();
    await panel.frame.getByRole('textbox', { name: 'Find' }).fill('[a-z]{2}[0-9]|nowhere');

    for (let round = 0; round < 4; round++) {
      const working = searchAndCompare(panel.frame);
      await looks(500, assertOfOneObject);
      await working;
    }

    churner.child.kill('SIGUSR1');
    await panel.frame.getByLabel(/Open by itself/).click();
    const numbers: number[] = [];
    const states = new Set<string>();
    const followed = (): Set<number> => new Set(numbers);
    const note = (seen: Seen): void => {
      assertOfOneObject(seen);
      states.add(seen.state);
      const number = Number(seen.number.replaceAll(/\D/g, ''));
      if (seen.state === 'live' && number > 0) numbers.push(number);
    };
    let calm = false;
    const working = keepWorking(() => calm);
    await looks(10_000, note, () => followed().size >= 3).finally(() => (calm = true));
    await working;
    assert.deepEqual(
      [...states].filter((state) => !['live', 'gone', 'unlinked', 'loading', 'unreadable', ''].includes(state)),
      [],
    );
    assert.ok(followed().size >= 3, `it followed: ${[...followed()].join()}`);

    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      'never back to an object that is gone',
    );

    await churner.dispose();
    assert.equal(await churner.exit, 0, 'nobody but the program wrote');
    const now = async (): Promise<Panel> => new Panel(vs, await vs.panelFrame(GRID));
    const state = async (): Promise<string> => (await look((await now()).frame).catch(() => undefined))?.state ?? '';
    await panel.until(state, (text) => text === 'gone', 'it says that the object is gone');
    await (
      await now()
    ).frame
      .getByText(/is gone/)
      .first()
      .waitFor();

    const content = Buffer.from('calm after the storm '.repeat(100));
    writeFileSync(path, content);
    const text = async (): Promise<string> => (await (await now()).bytes(0, 4).catch(() => [])).join('');
    await panel.until(text, (bytes) => bytes === '63616c6d', 'the new bytes');
    await panel.until(state, (seen) => seen === 'live', 'it is live');
    assert.deepEqual(readFileSync(path), content);

    assert.equal(vs.extensionHost(), host);
    assert.equal(await vs.notification(/./).count(), 0, await vs.notification(/./).allInnerTexts().then(String));
    const logs = `${vs.log('Shared Memory')}\n${vs.log('remoteexthost')}`;
    assert.deepEqual(logs.match(/^.*(uncaught|unhandled|rejected promise|TypeError|ReferenceError|was refused).*$/gim) ?? [], []);
  });
});
