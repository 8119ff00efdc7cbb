/** What stands between the user and live bytes, one line each, with what can be done about it. */
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { el, icon } from '../dom.ts';
import { withRemedy } from '../../src/protocol/sentences.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';

interface Banner {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly action?: { readonly label: string; readonly request: 'follow' | 'attach' };
  /** Whether what gets the name next is opened by itself: a box to tick. */
  readonly following?: boolean;
}

const NOT_ATTACHED = 'No process has this System V segment attached, so reading it means to attach it.';
const ATTACH =
  'Attaching (shmat) raises its attach count while the view is open, and sets its attach and detach times and its last process id.';

const SILENT =
  'ShmScope does not answer: its extension host is busy or has ended. What you see was read before. Close this tab and open the segment again if it stays so.';

/** The banners that a state calls for, the most important one first. Pure. */
export function bannersFor(store: Pick<Store, 'status' | 'segment' | 'problem' | 'silent'>): readonly Banner[] {
  const { status, segment, problem } = store;
  const said = withRemedy(status.message ?? '', status.remedy);
  const banners: Banner[] = [];
  if (store.silent) banners.push({ level: 'error', text: SILENT });
  if (status.phase === 'unreadable') banners.push({ level: 'error', text: said || 'The bytes cannot be read.' });
  if (status.phase === 'attach') {
    banners.push({
      level: 'info',
      text: `${status.message ?? NOT_ATTACHED} ${ATTACH}`,
      action: { label: 'Attach and Read', request: 'attach' },
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
    banners.push({ level: 'info', text: 'A new object has this name.', action: { label: 'Follow', request: 'follow' } });
  }
  if (problem) banners.push({ level: 'error', text: `The type cannot be shown: ${problem}` });
  return banners;
}

const ICONS = { info: 'info', warning: 'warning', error: 'error' } as const;

export class Banners {
  readonly element = el('div', { class: 'banners', attributes: { role: 'region', 'aria-label': 'State of the segment' } });
  readonly #store: Store;
  readonly #host: Host;
  #shown = '';

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
  }

  draw(): void {
    const banners = bannersFor(this.#store);
    const key = JSON.stringify(banners);
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.replaceChildren(...banners.map((banner) => this.#build(banner)));
  }

  #build({ level, text, action, following }: Banner): HTMLElement {
    const attributes = { role: level === 'error' ? 'alert' : 'note' };
    const line = el(
      'div',
      { class: `banner ${level}`, attributes },
      icon(ICONS[level]),
      el('span', { class: 'banner-text', text }),
    );
    if (action) line.append(this.#button(action.label, action.request));
    if (following !== undefined) line.append(this.#followBox(following));
    return line;
  }

  #followBox(on: boolean): HTMLElement {
    const box = el('input', { attributes: { type: 'checkbox' } });
    box.checked = on;
    box.addEventListener('change', () => {
      this.#host.ask('setFollowing', { on: box.checked }).catch((error: unknown) => this.#store.setNotice(explain(error)));
    });
    return el('label', { class: 'follow-box' }, box, el('span', { text: 'Open by itself what gets this name next' }));
  }

  #button(label: string, request: 'follow' | 'attach'): HTMLElement {
    const button = new VscodeButton();
    button.textContent = label;
    button.addEventListener('click', () => {
      button.disabled = true;
      this.#host.ask(request, null).catch((error: unknown) => {
        button.disabled = false;
        this.#store.setNotice(explain(error));
      });
    });
    return button;
  }
}
