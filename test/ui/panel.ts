/** What a user sees and does in a segment's panel. */
import assert from 'node:assert/strict';
import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from './vscode.ts';

export async function openPanel(vs: Workbench, item: Locator): Promise<Panel> {
  await vs.revealTreeItem(item);
  await item.click();
  return new Panel(vs, await vs.panelFrame('[role="grid"][aria-label="Bytes"]'));
}

export class Panel {
  readonly frame: Frame;
  readonly #vs: Workbench;

  constructor(vs: Workbench, frame: Frame) {
    this.#vs = vs;
    this.frame = frame;
  }

  /** The value at an offset, or there once it is what `name` says. */
  byte(offset: number, name?: string): Locator {
    const named = name === undefined ? '' : `[aria-label="${name}"]`;
    return this.frame.locator(`[aria-label="Bytes"] [role="gridcell"][data-offset="${offset}"]${named}`);
  }

  field(path: string): Locator {
    return this.frame.locator(`[aria-label="Fields"] [role="row"][data-path="${path}"]`);
  }

  value(path: string): Locator {
    return this.field(path).locator('[data-value]');
  }

  async valueText(path: string): Promise<string> {
    return (await this.value(path).getAttribute('data-value')) ?? '';
  }

  /** The bytes that are drawn now from `offset` on, as one look at the page. */
  bytes(offset: number, length: number): Promise<string[]> {
    return this.frame.evaluate(
      ([from, count]) =>
        Array.from(
          { length: count },
          (_, i) => document.querySelector(`[aria-label="Bytes"] [data-offset="${from + i}"]`)?.ariaLabel ?? '',
        ),
      [offset, length] as const,
    );
  }

  /** Pastes declarations into the type editor and applies them. */
  async pasteType(source: string): Promise<void> {
    const area = this.frame.locator('textarea').first();
    await area.fill(source);
    const apply = this.frame
      .getByRole('button', { name: 'Apply' })
      .or(this.frame.locator('vscode-button', { hasText: 'Apply' }))
      .first();
    await apply.click();
  }

  async enableWriting(): Promise<void> {
    await this.frame.getByRole('switch', { name: 'Writing' }).click();
    await this.frame.locator('[role="switch"][aria-label="Writing"][aria-checked="true"]').waitFor();
  }

  async editField(path: string, text: string): Promise<void> {
    await this.value(path).dblclick();
    const input = this.frame.getByLabel(`Value of ${path}`);
    await input.fill(text);
    await input.press('Enter');
  }

  async goTo(offset: number): Promise<void> {
    await this.#vs.runCommand('Shared Memory: Go to Offset…');
    await this.#vs.quickInput(String(offset), { prompt: 'Offset' });
    await this.byte(offset).waitFor();
  }

  /** Waits until `test` holds of what `look` gives. */
  async until<T>(look: () => Promise<T>, test: (seen: T) => boolean, what: string, ms = 10_000): Promise<T> {
    const last = Date.now() + ms;
    for (;;) {
      const seen = await look();
      if (test(seen)) return seen;
      if (Date.now() > last) assert.fail(`${what}; last seen: ${JSON.stringify(seen)}`);
      await this.#vs.page.waitForTimeout(30);
    }
  }
}
