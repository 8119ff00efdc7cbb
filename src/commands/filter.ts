/** shmscope.filter and shmscope.clearFilter: which segments the explorer shows. */
import * as vscode from 'vscode';
import type { Counts, Explorer } from '../explorer/view.ts';
import { shmError, toShmError } from '../native/errors.ts';
import { countText, plural } from '../segments/texts.ts';
import { hasValue, toggleValue } from '../segments/words.ts';
import { plainText } from './ask.ts';
import type { Invocation } from './context.ts';

/** What these commands need of the explorer. */
export type Filtered = Pick<Explorer, 'filter' | 'setFilter' | 'processes' | 'focus'>;
type FilterCommand = (context: { readonly explorer: Filtered }, invocation: Invocation) => Promise<unknown>;

/** By `executeCommand` it takes { text } and gives { shown, total }: how many segments match, of how many. */
export const filter: FilterCommand = async ({ explorer }, { programmatic, options }) => {
  const { text } = options;
  if (!programmatic) {
    openBox = new FilterBox(explorer);
    return openBox.ask();
  }
  if (typeof text !== 'string') throw shmError('EINVAL', "filter takes { text } such as 'is:leak kind:posix frames'.");
  return explorer.setFilter(text);
};

export const clearFilter: FilterCommand = async ({ explorer }) => explorer.setFilter('');

/** Escape in the box; what else closes it, as a click on a row that was found, keeps the filter. */
export const cancelFilter = async (): Promise<void> => {
  if (openBox) await openBox.cancel();
  // The key was meant for what has taken the box's place a moment ago.
  else await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
};

let openBox: FilterBox | undefined;

interface Item extends vscode.QuickPickItem {
  /** Absent for the item that keeps the filter. */
  readonly toggles?: readonly [key: string, value: string];
}

const HELP =
  'Words that must all hold: a part of the name, kind:posix, owner:NAME, process:NAME, namespace:NAME, is:leak, is:mine, is:unlinked';

const COMMON: readonly (readonly [key: string, value: string, label: string])[] = [
  ['is', 'leak', 'Only leaks'],
  ['is', 'mine', 'Only mine'],
  ['is', 'unlinked', 'Only unlinked'],
  ['kind', 'posix', 'POSIX objects'],
  ['kind', 'sysv', 'System V segments'],
  ['kind', 'memfd', 'memfds'],
  ['kind', 'anonymous', 'Anonymous shared memory'],
  ['kind', 'file', 'Mapped files'],
];

/** The box at the top. What is typed filters at once; Escape brings back what was before. */
class FilterBox {
  readonly #explorer: Filtered;
  readonly #pick = vscode.window.createQuickPick<Item>();
  readonly #before: string;
  #processes: readonly (readonly [name: string, segments: number])[] = [];
  #counts: Counts | undefined;
  #error: string | undefined;
  #cancelled = false;

  constructor(explorer: Filtered) {
    this.#explorer = explorer;
    this.#before = explorer.filter;
  }

  async ask(): Promise<void> {
    await this.#explorer.focus();
    const pick = this.#pick;
    pick.title = 'Filter Segments';
    pick.placeholder = 'Part of a name, or kind: owner: process: namespace: is:';
    pick.value = this.#before;
    const closed = new Promise<void>((resolve) => pick.onDidHide(() => resolve()));
    pick.onDidHide(() => {
      if (openBox === this) openBox = undefined;
    });
    pick.onDidChangeValue(() => void this.#apply());
    pick.onDidAccept(() => this.#accept());
    this.#draw();
    await setOpen(true);
    if (!this.#cancelled) {
      pick.show();
      void this.#offerProcesses();
      await this.#apply();
      await closed;
    }
    pick.dispose();
    await setOpen(false);
  }

  async #offerProcesses(): Promise<void> {
    try {
      this.#processes = await this.#explorer.processes();
      this.#draw();
    } catch {
      // Without a scan there are no processes to offer; the view says why.
    }
  }

  /** Brings the filter back before anything else runs: a command that comes right after the key, as Clear Filter, must win. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    openBox = undefined;
    this.#pick.hide();
    await this.#explorer.setFilter(this.#before);
  }

  async #apply(): Promise<void> {
    if (this.#cancelled) return;
    const typed = this.#pick.value;
    try {
      const counts = await this.#explorer.setFilter(typed);
      if (this.#pick.value !== typed) return;
      this.#counts = counts;
      this.#error = undefined;
    } catch (error) {
      this.#error = plainText(toShmError(error).message);
    }
    this.#draw();
  }

  #accept(): void {
    const [item] = this.#pick.activeItems;
    if (item?.toggles) {
      this.#pick.value = toggleValue(this.#pick.value, ...item.toggles);
      void this.#apply();
    } else if (this.#error === undefined) {
      this.#pick.hide();
    }
  }

  #draw(): void {
    this.#pick.prompt = this.#error ?? HELP;
    this.#pick.items = [
      this.#keepItem(),
      { label: 'Show only', kind: vscode.QuickPickItemKind.Separator },
      ...COMMON.map(([key, value, label]) => this.#toggle(key, value, label, `${key}:${value}`)),
      ...(this.#processes.length > 0 ? [{ label: 'What these processes use', kind: vscode.QuickPickItemKind.Separator }] : []),
      ...this.#processes.map(([name, count]) =>
        this.#toggle('process', name, plainText(name), `process, ${plural(count, 'segment')}`),
      ),
    ];
  }

  #keepItem(): Item {
    if (this.#error !== undefined) return { label: `$(error) ${this.#error}`, alwaysShow: true };
    const { shown, total } = this.#counts ?? {};
    const found = shown === undefined || total === undefined ? '' : `${countText(shown)} of ${plural(total, 'segment')}`;
    return { label: `$(filter) Show ${found}`, alwaysShow: true };
  }

  #toggle(key: string, value: string, label: string, description: string): Item {
    const on = hasValue(this.#pick.value, key, value);
    const mark = on ? '$(check)' : '$(blank)';
    return { label: `${mark} ${label}`, description, alwaysShow: true, toggles: [key, value] };
  }
}

function setOpen(open: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', 'shmscope.filterBoxOpen', open);
}
