/** The segment's line: what it is, how it stands, and the controls. */
import '@vscode-elements/elements/dist/vscode-option/index.js';
import { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { VscodeToolbarButton } from '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import type { SegmentInfo } from '../../src/protocol/messages.ts';
import { ViewOptions } from '../bytes/options.ts';
import { el, icon, setHidden, setText } from '../dom.ts';
import { formatSize } from '../format.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import { NOTICE_TIME, type Store } from '../state/store.ts';
import { ChangesMenu } from './changesMenu.ts';
import { FrameRate } from './rate.ts';
import { TypeChip } from './typeChip.ts';

const KIND = { posix: 'POSIX', sysv: 'System V', file: 'mapped file', memfd: 'memfd', anonymous: 'anonymous' } as const;

export interface HeaderActions {
  readonly onFind: () => void;
}

export class Header {
  readonly element: HTMLElement;
  readonly rate = new FrameRate();
  readonly #store: Store;
  readonly #name = el('h1', { class: 'name' });
  readonly #facts = el('span', { class: 'facts dim' });
  readonly #mappers = el('span', { class: 'mappers dim' });
  readonly #live = el('span', { class: 'live', attributes: { 'data-state': 'loading' } });
  readonly #shrink = el('span', { class: 'shrink' });
  readonly #pause = toolbarButton('debug-pause', 'Pause');
  readonly #type: TypeChip;
  readonly #order: VscodeSingleSelect;
  readonly #changes: ChangesMenu;
  readonly #options: ViewOptions;
  readonly #writing: HTMLButtonElement;
  readonly #writingLabel = el('span', { class: 'label' });
  /** What the line tells of: writing numbers as the user's language does it costs too much for every frame. */
  #drawn: { readonly segment?: SegmentInfo; readonly size: number; readonly gone: boolean } = { size: -1, gone: false };

  constructor(store: Store, host: Host, actions: HeaderActions) {
    this.#store = store;
    const goTo = toolbarButton('arrow-right', 'Go to offset…');
    goTo.addEventListener('click', () => this.#ask(host.ask('askOffset', null)));
    this.#pause.addEventListener('click', () => this.#ask(host.ask('setPaused', { on: !store.status.paused })));
    const find = toolbarButton('search', 'Find');
    find.title = 'Find (Ctrl+F)';
    find.addEventListener('click', actions.onFind);
    this.#type = new TypeChip(store, host);
    this.#order = select(
      'Byte order',
      [
        ['little', 'little-endian'],
        ['big', 'big-endian'],
      ],
      (value) => store.setSettings({ byteOrder: value === 'big' ? 'big' : 'little' }),
    );
    this.#changes = new ChangesMenu(store, host);
    this.#options = new ViewOptions(store);
    this.#writing = el(
      'button',
      { class: 'chip writing', attributes: { type: 'button', role: 'switch', 'aria-label': 'Writing' } },
      icon('lock'),
      this.#writingLabel,
    );
    this.#writing.addEventListener('click', () => this.#ask(host.ask('setWriting', { on: !store.status.writing })));
    const line = (name: string, ...children: readonly Node[]): HTMLElement => el('div', { class: name }, ...children);
    this.element = el('header', { class: 'header' });
    this.element.append(
      line('identity', this.#name, this.#facts, this.#mappers, this.#shrink),
      line(
        'controls',
        this.#live,
        this.#pause,
        goTo,
        find,
        this.#type.element,
        this.#order,
        this.#options.element,
        this.#changes.element,
        this.#writing,
      ),
    );
  }

  /** Something here changes by the clock alone. */
  isMoving(now: number): boolean {
    const { shrink } = this.#store;
    return this.rate.isMoving || (shrink !== undefined && now - shrink.at < NOTICE_TIME);
  }

  draw(now: number): void {
    this.#drawIdentity();
    this.#drawLive(now);
    const { status, shrink, size } = this.#store;
    const fresh = shrink !== undefined && now - shrink.at < NOTICE_TIME;
    setHidden(this.#shrink, !fresh);
    if (shrink && fresh)
      setText(this.#shrink, `shrank from ${formatSize(shrink.from)} to ${formatSize(Math.min(size, shrink.to))}`);
    this.#type.draw();
    setIcon(this.#pause, status.paused ? 'debug-continue' : 'debug-pause', status.paused ? 'Resume' : 'Pause');
    this.#drawWriting();
    this.#changes.draw();
    if (this.#order.value !== this.#store.byteOrder) this.#order.value = this.#store.byteOrder;
    this.#options.draw();
  }

  #drawIdentity(): void {
    const { segment, size, status } = this.#store;
    const gone = status.phase === 'gone';
    if (!segment || (segment === this.#drawn.segment && size === this.#drawn.size && gone === this.#drawn.gone)) return;
    this.#drawn = { segment, size, gone };
    setText(this.#name, segment.name || `(${KIND[segment.kind]})`);
    setText(
      this.#facts,
      `${KIND[segment.kind]} · ${formatSize(size)} · ${segment.permissions} ${segment.owner} · ${segment.identity}`,
    );
    const title = `${size.toLocaleString('en-US')} bytes` + held(segment);
    if (this.#facts.title !== title) this.#facts.title = title;
    setText(this.#mappers, gone ? '' : segment.orphaned ? 'orphaned: nothing maps it' : segment.mapped);
    const list = segment.mappers.map(
      (one) =>
        `${one.process} ${one.pid} · ${one.protection} · ${one.address} + ${formatSize(one.length)}${one.shared ? '' : ' · private'}`,
    );
    if (this.#mappers.title !== list.join('\n')) this.#mappers.title = list.join('\n');
  }

  #drawLive(now: number): void {
    const { status, segment } = this.#store;
    const hz = this.rate.read(now);
    const live = hz === undefined ? 'live' : `live ${hz} Hz`;
    const gone = status.phase === 'gone';
    const state = this.#store.silent
      ? 'silent'
      : status.phase !== 'live'
        ? status.phase
        : status.paused
          ? 'paused'
          : segment?.unlinked
            ? 'unlinked'
            : 'live';
    const texts = {
      loading: 'loading',
      silent: 'no answer',
      live,
      paused: 'paused',
      unlinked: `unlinked · ${live}`,
      gone: 'gone',
      unreadable: 'read error',
      attach: 'not attached',
    };
    setText(this.#live, gone && status.goneAt !== undefined ? `gone at ${clock(status.goneAt)}` : texts[state]);
    if (this.#live.dataset['state'] !== state) this.#live.dataset['state'] = state;
  }

  #drawWriting(): void {
    const { writing, canWrite } = this.#store.status;
    setText(this.#writingLabel, writing ? 'writing enabled' : 'read-only');
    if (this.#writing.ariaChecked !== String(writing)) this.#writing.ariaChecked = String(writing);
    this.#writing.disabled = !canWrite && !writing;
    const title = writing
      ? 'What you type is stored into the segment. Click to make the view read-only.'
      : canWrite
        ? 'Enable writing to this segment'
        : 'This segment cannot be written here.';
    if (this.#writing.title !== title) this.#writing.title = title;
    const mark = this.#writing.querySelector('.codicon');
    const markClass = `codicon codicon-${writing ? 'edit' : 'lock'}`;
    if (mark && mark.className !== markClass) mark.className = markClass;
  }

  #ask(answer: Promise<null>): void {
    answer.then(
      () => this.#store.setNotice(undefined),
      (error: unknown) => this.#store.setNotice(explain(error)),
    );
  }
}

/** '12:03:11' of the user's own clock. */
function clock(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB');
}

function held(segment: SegmentInfo): string {
  return segment.residentBytes === undefined ? '' : `, ${formatSize(segment.residentBytes)} of them hold memory`;
}

function toolbarButton(iconName: string, label: string): VscodeToolbarButton {
  const button = new VscodeToolbarButton();
  setIcon(button, iconName, label);
  return button;
}

function setIcon(button: VscodeToolbarButton, iconName: string, label: string): void {
  if (button.icon !== iconName) button.icon = iconName;
  if (button.label === label) return;
  button.label = label;
  button.title = label;
}

function select(
  label: string,
  options: readonly (readonly [string, string])[],
  onChange: (value: string) => void,
): VscodeSingleSelect {
  const element = new VscodeSingleSelect();
  element.label = label;
  element.title = label;
  element.append(...options.map(([value, text]) => el('vscode-option', { text, attributes: { value } })));
  element.addEventListener('change', () => onChange(element.value));
  return element;
}
