/** One segment in one editor tab: the host's half of the conversation with the page. */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { Disposables, Emitter, toDisposable } from '../lifecycle.ts';
import { Edits } from '../live/edits.ts';
import type { Heat } from '../live/heat.ts';
import { Sampler } from '../live/sampler.ts';
import type { Snapshot } from '../live/snapshot.ts';
import { toShmError, type ShmError } from '../native/errors.ts';
import type { DrawerTab, Phase, Status, ToPage, View } from '../protocol/messages.ts';
import { parseFromPage } from '../protocol/transport.ts';
import { HOST } from '../segments/namespaces.ts';
import { Answering } from './answering.ts';
import { firstFrame, frameOf, packFirst } from './first.ts';
import { firstRows } from './firstRows.ts';
import { pageHtml } from './html.ts';
import { describe } from './refused.ts';
import { PanelLocks } from './locks.ts';
import { segmentInfo, tabTitle } from './info.ts';
import { Marks } from './marks.ts';
import type { PanelParts } from './parts.ts';
import { Outbox } from './outbox.ts';
import { answer } from './requests.ts';
import { replacementOf, statusOf } from './standing.ts';
import { Typing } from './typing.ts';
import { Writers } from './writers.ts';

/** A page that has said that it is there asks for what is visible in the same breath. */
const AFTER_GREETING_MS = 10;

export class SegmentPanel {
  readonly #parts: PanelParts;
  readonly #view: vscode.WebviewPanel;
  readonly #disposables = new Disposables();
  readonly #sampler: Sampler;
  readonly edits: Edits;
  readonly #heat: Heat;
  readonly #closed = new Emitter<void>();
  readonly onDidClose = this.#closed.event;
  readonly #loaded = new Emitter<void>();
  /** It shows another segment now. */
  readonly onDidLoad = this.#loaded.event;
  /** What changes are marked against. */
  readonly marks: Marks;
  readonly typing: Typing;
  readonly locks: PanelLocks;
  readonly writers: Writers;
  readonly #outbox: Outbox;
  readonly #answering: Answering;
  #following: vscode.Disposable | undefined;
  #segment: Segment;
  #phase: Phase = 'loading';
  #problem: ShmError | undefined;
  #unlinked = false;
  #writing = false;
  #paused = false;
  #ended = false;
  #goneAt: number | undefined;
  /** What the page shows, for a page that is built again when there is nothing to be read any more. */
  #lastFrame: ToPage | undefined;

  constructor(parts: PanelParts, segment: Segment, view: vscode.WebviewPanel) {
    this.#parts = parts;
    this.#segment = segment;
    this.#view = view;
    const shown = (): Segment => this.#segment;
    const post = (message: ToPage): void => this.#post(message);
    this.edits = new Edits(parts.sources);
    this.#outbox = new Outbox(
      (envelope) => void view.webview.postMessage(envelope),
      () => {
        // First: it comes five times a second at most, and a frame takes what room there is.
        this.#heat.hasRoom();
        this.#sampler.hasRoom();
      },
    );
    this.#answering = new Answering(
      ({ name, ask }, running) => answer(this, parts, name, ask, running),
      (message) => this.#post(message),
    );
    const source = {
      open: () => parts.sources.open(this.#segment, false),
      reopen: () => parts.sources.close(this.#segment.id),
    };
    this.#sampler = this.#disposables.add(
      new Sampler({
        ...source,
        calm: true,
        onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
        onError: (error) => this.#onError(error),
        isFull: () => !this.#outbox.hasRoom,
      }),
    );
    this.#heat = parts.overview.open({
      ...source,
      onCells: (strip) => this.#post({ type: 'strip', strip }),
      isFull: () => !this.#outbox.hasRoom,
    });
    this.#disposables.add(toDisposable(() => parts.overview.close(this.#heat)));
    this.marks = this.#disposables.add(
      new Marks({
        snapshots: parts.snapshots,
        segment: shown,
        open: source.open,
        post,
        log: parts.log,
      }),
    );
    this.typing = this.#disposables.add(
      new Typing({
        types: parts.types,
        segment: shown,
        post: (message) => {
          this.#post(message);
          if (message.type === 'layout') this.locks.typeChanged();
        },
        log: parts.log,
      }),
    );
    this.locks = this.#disposables.add(new PanelLocks(parts, this, post));
    this.writers = this.#disposables.add(
      new Writers({ watch: parts.writers, segment: shown, typing: this.typing, post, hasPage: () => this.#outbox.isOpen }),
    );
    this.#disposables.add(view.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#disposables.add(view.onDidChangeViewState(() => this.#onVisible()));
    this.#disposables.add(view.onDidDispose(() => this.dispose()));
    this.#disposables.add(toDisposable(() => this.#unfollow()));
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#status()));
    this.#load();
    this.#onVisible();
  }

  get segment(): Segment {
    return this.#segment;
  }

  get title(): string {
    return this.#view.title;
  }

  get active(): boolean {
    return this.#view.active;
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  get writing(): boolean {
    return this.#writing && this.#canWrite();
  }

  reveal(): void {
    this.#view.reveal();
  }

  goTo(offset: number, length?: number): void {
    this.#post({ type: 'goTo', offset, ...(length === undefined ? {} : { length }) });
  }

  /** Opens a tab of the drawer. */
  show(tab: DrawerTab): void {
    this.#post({ type: 'show', tab });
  }

  editType(): void {
    this.#post({ type: 'editType' });
  }

  setWriting(on: boolean): void {
    this.#writing = on;
    this.#status();
  }

  setPaused(on: boolean): void {
    this.#paused = on;
    this.#pause();
    this.#status();
  }

  /** The user agreed to shmat. */
  attach(): void {
    this.#parts.sources.agreeToAttach(this.#segment.id);
    this.#sampler.again();
  }

  /** Whether what gets the name next is opened by itself. */
  async setFollowing(on: boolean): Promise<void> {
    await this.#parts.following.set(this.#segment, on);
    this.#follow();
  }

  /** Shows the object that has the name now, in place of the one that is gone. */
  followName(): void {
    const replacement = this.#replacement();
    if (!replacement) return;
    this.#parts.sources.close(this.#segment.id);
    this.#segment = replacement;
    this.#writing = false;
    this.edits.clear();
    this.#lastFrame = undefined;
    this.marks.reset();
    this.typing.reset();
    this.locks.reset();
    this.writers.reset();
    this.#load();
  }

  dispose(): void {
    this.#ended = true;
    this.#close();
    this.#disposables.dispose();
    this.#closed.fire();
    this.#closed.dispose();
    this.#loaded.dispose();
    this.#view.dispose();
  }

  #load(): void {
    this.#close();
    this.#phase = 'loading';
    this.#problem = undefined;
    this.#unlinked = false;
    this.#heat.setCells(0);
    this.#heat.reset();
    const title = tabTitle(this.#segment);
    if (this.#view.title !== title) this.#view.title = title;
    this.#pause();
    this.#loaded.fire();
    void this.#show();
  }

  async #show(): Promise<void> {
    const segment = this.#segment;
    const frame = this.#view.visible ? await firstFrame(() => this.#parts.sources.open(segment, false)) : undefined;
    if (this.#ended || segment !== this.#segment) return;
    const data = {
      reference: JSON.stringify({ id: segment.id, kind: segment.kind, name: segment.name }),
      first: packFirst(this.#segmentMessage().segment, this.#standing(), frame),
      time: String(frame?.time ?? 0),
    };
    const { dist, files } = this.#parts;
    const { webview } = this.#view;
    const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
    webview.html = pageHtml({ csp: webview.cspSource, uri }, files(), data, firstRows(frame));
  }

  /** A tab behind another one reads and follows nothing. */
  #onVisible(): void {
    const { visible } = this.#view;
    this.marks.setActive(this.#view.active && visible);
    if (!visible) {
      this.#close();
      this.typing.rest();
      this.locks.rest();
    }
    if (visible) this.#following ??= this.#parts.store.onDidChangeLoosely(() => this.#follow());
    else this.#unfollow();
    this.#pause();
    if (visible) this.#lookAgain();
  }

  #unfollow(): void {
    this.#following?.dispose();
    this.#following = undefined;
  }

  #pause(): void {
    this.#sampler.setPaused(this.#paused || !this.#view.visible || this.#phase === 'gone');
    this.#heat.setPaused(this.#paused || !this.#view.visible || this.#phase !== 'live');
  }

  /** What happened while nothing was followed, or why a reading failed. */
  #lookAgain(): void {
    this.#parts.store.refresh().then(
      () => this.#follow(),
      (error: unknown) => this.#onError(toShmError(error)),
    );
  }

  #receive(raw: unknown): void {
    const message = parseFromPage(raw);
    if (!message) return this.#parts.log(`A message of the page of ${this.#segment.name} was refused: ${describe(raw)}`);
    if (message.type === 'ready') void this.#greet();
    else if (message.type === 'view') this.#onView(message.view);
    else if (message.type === 'ack') this.#outbox.acknowledge(message.sequences);
    else if (message.type === 'cancel') this.#answering.cancel(message.id);
    else void this.#answering.take(message);
  }

  #onView({ ranges, guards, cells }: View): void {
    this.#sampler.setRanges(ranges, guards);
    this.#heat.setCells(cells);
    this.marks.setRanges(ranges);
  }

  #close(): void {
    this.#outbox.close();
    this.#answering.abandon();
  }

  async #greet(): Promise<void> {
    this.#outbox.open();
    this.#post({ ...this.#segmentMessage(), status: this.#standing() });
    if (this.#phase === 'gone' && this.#lastFrame) this.#post(this.#lastFrame);
    this.#sampler.again();
    // What the page has asked for with its greeting is on its way first.
    await pause(AFTER_GREETING_MS);
    if (this.#ended) return;
    this.#heat.again();
    this.marks.greet();
    if (this.visible) this.locks.greet();
    this.writers.greet();
    await this.typing.greet();
  }

  #segmentMessage(): Extract<ToPage, { type: 'segment' }> {
    const mayHide = this.#parts.store.last?.mayHideMappers(this.#segment) ?? false;
    return { type: 'segment', segment: segmentInfo(this.#segment, mayHide) };
  }

  #onSnapshot(snapshot: Snapshot): void {
    this.#lastFrame = { type: 'frame', frame: frameOf(snapshot) };
    this.#post(this.#lastFrame);
    const changed = this.#phase !== 'live' || this.#unlinked !== snapshot.unlinked;
    this.#phase = 'live';
    this.#problem = undefined;
    this.#unlinked = snapshot.unlinked;
    if (!changed) return;
    this.#pause();
    this.#status();
  }

  #onError(error: ShmError): void {
    if (this.#phase === 'gone') return;
    const known = this.#problem?.code === error.code;
    const { kind, namespace } = this.#segment;
    // The id of another IPC namespace's segment is another segment's here.
    const attachable = error.code === 'ENOTSUP' && kind === 'sysv' && namespace === HOST;
    this.#phase = attachable ? 'attach' : 'unreadable';
    this.#problem = error;
    this.#pause();
    this.#status();
    if (!known) this.#lookAgain();
  }

  /** After a scan: the segment may have another size, another mapper, or be gone. */
  #follow(): void {
    if (this.#ended) return;
    const now = this.#parts.store.get(this.#segment.id);
    const wasGone = this.#phase === 'gone';
    if (now) {
      this.#segment = now;
      if (wasGone) this.#phase = 'loading';
      this.#post(this.#segmentMessage());
    } else if (!wasGone) {
      this.#phase = 'gone';
      if (this.#lastFrame) this.#goneAt = Date.now();
      this.#unlinked = true;
      // The last process has let go of it: an open descriptor here would be what keeps its memory.
      this.#parts.sources.close(this.#segment.id);
    }
    if (this.#phase === 'gone' && this.#parts.following.get(this.#segment) === true && this.#replacement())
      return this.followName();
    this.typing.follow();
    this.#pause();
    this.#status();
  }

  #replacement(): Segment | undefined {
    return replacementOf(this.#segment, this.#parts.store.last?.segments ?? []);
  }

  #canWrite(): boolean {
    return this.#segment.access.write && vscode.workspace.isTrusted && this.#phase === 'live';
  }

  #standing(): Status {
    const replaced = (this.#phase === 'gone' || this.#unlinked || this.#segment.unlinked) && this.#replacement() !== undefined;
    return statusOf({
      phase: this.#phase,
      problem: this.#problem,
      following: this.#parts.following.get(this.#segment),
      goneAt: this.#goneAt,
      replaced,
      writing: this.writing,
      canWrite: this.#canWrite(),
      paused: this.#paused,
    });
  }

  #status(): void {
    this.#post({ type: 'status', status: this.#standing() });
  }

  #post(message: ToPage): void {
    this.#outbox.put(message);
  }
}
