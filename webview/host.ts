/** The one place that talks to VS Code. */
import './api.ts';
import { parseFirst } from '../src/protocol/first.ts';
import type { FromPage, ToPage, View } from '../src/protocol/messages.ts';
import { Requester, type AskOptions } from '../src/protocol/requester.ts';
import type { RequestName, Requests } from '../src/protocol/requests.ts';
import { parseEnvelope } from '../src/protocol/transport.ts';
import { Acks } from './acks.ts';

export type Pushed = Exclude<ToPage, { type: 'reply' | 'progress' }>;

/** The host answers a new view with a frame within milliseconds; after so many nobody is there any more, ms. */
const SILENCE = 3000;

export class Host {
  readonly #api = window.shmscopeApi ?? acquireVsCodeApi();
  #silence: ReturnType<typeof setTimeout> | undefined;
  #onSilence: (silent: boolean) => void = () => undefined;
  readonly #acks = new Acks((sequences) => this.#post({ type: 'ack', sequences }));
  readonly #requester = new Requester((message) => this.#post(message));

  /**
   * Calls back with every message that holds what the protocol says; replies settle their requests instead. Each is acknowledged: a frame
   * with what `drawn` is told of.
   */
  listen(listener: (message: Pushed) => void): void {
    window.addEventListener('message', (event) => {
      const envelope = parseEnvelope(event.data);
      if (!envelope) return;
      const { message, sequence } = envelope;
      clearTimeout(this.#silence);
      this.#onSilence(false);
      if (message.type === 'reply') this.#requester.accept(message);
      else if (message.type === 'progress') this.#requester.progress(message);
      else listener(message);
      if (message.type === 'frame') this.#acks.frame(sequence);
      else this.#acks.taken(sequence);
    });
    window.addEventListener('pagehide', () => this.#requester.dispose());
  }

  /** What came with the page's document. */
  first(): readonly ToPage[] {
    return parseFirst(document.body.dataset['first'] ?? '', Date.now());
  }

  ready(): void {
    this.#post({ type: 'ready' });
  }

  view(view: View): void {
    this.#post({ type: 'view', view });
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#onSilence(true), SILENCE);
  }

  /** Told that a view was not answered, as when the extension host has ended, and of every sign of life. */
  listenForSilence(listener: (silent: boolean) => void): void {
    this.#onSilence = listener;
  }

  /** All that came is on the screen. */
  drawn(): void {
    this.#acks.drawn();
  }

  ask<Name extends RequestName>(name: Name, ask: Requests[Name]['ask'], options?: AskOptions): Promise<Requests[Name]['answer']> {
    return this.#requester.ask(name, ask, options);
  }

  /** What `save` kept before the page was reloaded; of unknown shape, as an older version may have kept it. */
  saved(): unknown {
    return this.#api.getState();
  }

  /** Kept with what names the segment, by which the panel finds it again when the window was reloaded. */
  save(state: object): void {
    this.#api.setState({ ...state, reference: document.body.dataset['reference'] });
  }

  #post(message: FromPage): void {
    this.#api.postMessage(message);
  }
}
