/** What stands between the user and live bytes, one line each, with what can be done about it. */
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { el, icon } from '../dom.ts';
import { withRemedy } from '../../src/protocol/sentences.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { TabName } from '../drawer/parts.ts';
import type { Store } from '../state/store.ts';
import { conflictTable } from './conflict.ts';
import { lockBanners } from './lockBanners.ts';
import { typeBanners } from './typeBanners.ts';

export interface BannerAction {
  readonly label: string;
  readonly request: 'follow' | 'attach' | 'keepType' | 'pickType' | 'openProblem' | 'compileType';
  /** Of `openProblem`. */
  readonly of?: 'type' | 'workspace';
}

export interface Banner {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly actions?: readonly BannerAction[];
  /** Whether what gets the name next is opened by itself: a box to tick. */
  readonly following?: boolean;
  /** A name of the store's conflicts: its differences can be unfolded. */
  readonly conflict?: string;
  /** A tab of the drawer that tells more. */
  readonly tab?: TabName;
}

const NOT_ATTACHED = 'No process has this System V segment attached, so reading it means to attach it.';
const ATTACH =
  'Attaching (shmat) raises its attach count while the view is open, and sets its attach and detach times and its last process id.';

const SILENT =
  'ShmScope does not answer: its extension host is busy or has ended. What you see was read before. Close this tab and open the segment again if it stays so.';

/** The banners that a state calls for, the most important one first. Pure. */
export function bannersFor(
  store: Pick<Store, 'status' | 'segment' | 'type' | 'types' | 'problem' | 'silent' | 'locks'>,
): readonly Banner[] {
  const { status, segment } = store;
  const said = withRemedy(status.message ?? '', status.remedy);
  const banners: Banner[] = [];
  if (store.silent) banners.push({ level: 'error', text: SILENT });
  if (status.phase === 'unreadable') banners.push({ level: 'error', text: said || 'The bytes cannot be read.' });
  if (status.phase === 'attach') {
    banners.push({
      level: 'info',
      text: `${status.message ?? NOT_ATTACHED} ${ATTACH}`,
      actions: [{ label: 'Attach and Read', request: 'attach' }],
    });
  }
  if (status.phase === 'gone')
    banners.push({
      level: 'warning',
      text: said || 'The segment is gone. These are the last bytes that were read.',
      ...(status.following === undefined ? {} : { following: status.following }),
    });
  if (status.phase === 'live' && segment?.unlinked) {
    banners.push({
      level: 'warning',
      text: said || 'The segment was unlinked: it has no name any more and lives while something holds it.',
    });
  } else if (status.phase === 'live' && said) banners.push({ level: 'warning', text: said });
  if (status.replaced) {
    banners.push({ level: 'info', text: 'A new object has this name.', actions: [{ label: 'Follow', request: 'follow' }] });
  }
  return [...banners, ...lockBanners(store.locks), ...typeBanners(store)];
}

const ICONS = { info: 'info', warning: 'warning', error: 'error' } as const;

export class Banners {
  readonly element = el('div', { class: 'banners', attributes: { role: 'region', 'aria-label': 'State of the segment' } });
  readonly #store: Store;
  readonly #host: Host;
  readonly #onTab: (tab: TabName) => void;
  readonly #unfolded = new Set<string>();
  #shown = '';
  #conflicts: Store['types']['conflicts'] = [];

  constructor(store: Store, host: Host, onTab: (tab: TabName) => void) {
    this.#store = store;
    this.#host = host;
    this.#onTab = onTab;
  }

  draw(): void {
    const banners = bannersFor(this.#store);
    const { conflicts } = this.#store.types;
    const key = JSON.stringify([banners, [...this.#unfolded]]);
    // This runs with every frame, and a table of differences may be long.
    if (key === this.#shown && conflicts === this.#conflicts) return;
    this.#shown = key;
    this.#conflicts = conflicts;
    // A button that was pressed stays the one with the focus.
    const focused = [...this.element.querySelectorAll('vscode-button')].findIndex((one) => one === document.activeElement);
    this.element.replaceChildren(...banners.flatMap((banner) => this.#build(banner)));
    if (focused >= 0) this.element.querySelectorAll('vscode-button')[focused]?.focus();
  }

  #build({ level, text, actions = [], following, conflict, tab }: Banner): readonly HTMLElement[] {
    const attributes = { role: level === 'error' ? 'alert' : 'note' };
    const line = el(
      'div',
      { class: `banner ${level}`, attributes },
      icon(ICONS[level]),
      // What a tab tells at length is cut here.
      tab ? el('span', { class: 'banner-text brief', text, title: text }) : el('span', { class: 'banner-text', text }),
    );
    for (const action of actions) line.append(this.#button(action));
    if (tab) line.append(this.#tabButton(tab));
    if (following !== undefined) line.append(this.#followBox(following));
    const found = this.#store.types.conflicts.find(({ name }) => name === conflict);
    if (!found) return [line];
    line.append(this.#unfold(found.name));
    return this.#unfolded.has(found.name) ? [line, conflictTable(found)] : [line];
  }

  #tabButton(tab: TabName): HTMLElement {
    const button = new VscodeButton();
    button.textContent = 'Show';
    button.secondary = true;
    button.addEventListener('click', () => this.#onTab(tab));
    return button;
  }

  #unfold(name: string): HTMLElement {
    const button = new VscodeButton();
    const open = this.#unfolded.has(name);
    button.textContent = open ? 'Hide' : 'Show';
    button.secondary = true;
    button.setAttribute('aria-expanded', String(open));
    button.addEventListener('click', () => {
      if (!this.#unfolded.delete(name)) this.#unfolded.add(name);
      this.#store.tell('types');
    });
    return button;
  }

  #followBox(on: boolean): HTMLElement {
    const box = el('input', { attributes: { type: 'checkbox' } });
    box.checked = on;
    box.addEventListener('change', () => {
      this.#host.ask('setFollowing', { on: box.checked }).catch((error: unknown) => this.#store.setNotice(explain(error)));
    });
    return el('label', { class: 'follow-box' }, box, el('span', { text: 'Open by itself what gets this name next' }));
  }

  #button({ label, request, of = 'type' }: BannerAction): HTMLElement {
    const button = new VscodeButton();
    button.textContent = label;
    button.secondary = request === 'pickType' || request === 'openProblem';
    // The others take their banner away when they are done.
    const stays = button.secondary;
    button.addEventListener('click', () => {
      button.disabled = !stays;
      const answer = request === 'openProblem' ? this.#host.ask(request, { of }) : this.#host.ask(request, null);
      answer.catch((error: unknown) => {
        button.disabled = false;
        this.#store.setNotice(explain(error));
      });
    });
    return button;
  }
}
