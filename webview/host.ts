/** The one place that talks to VS Code. */
import type { FromPage, Range, RequestName, Requests, ToPage } from '../src/protocol/messages.ts';
import { Requester } from '../src/protocol/requester.ts';
import { parseToPage } from '../src/protocol/transport.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

type Pushed = Exclude<ToPage, { type: 'reply' }>;

export class Host {
  readonly #api: VsCodeApi = acquireVsCodeApi();
  readonly #requester = new Requester((message) => this.#post(message));

  /** Calls back with every message that holds what the protocol says; replies settle their requests instead. */
  listen(listener: (message: Pushed) => void): void {
    window.addEventListener('message', (event) => {
      const message = parseToPage(event.data);
      if (message?.type === 'reply') this.#requester.accept(message);
      else if (message) listener(message);
    });
    window.addEventListener('pagehide', () => this.#requester.dispose());
  }

  ready(): void {
    this.#post({ type: 'ready' });
  }

  view(ranges: readonly Range[]): void {
    this.#post({ type: 'view', ranges });
  }

  ack(sequence: number): void {
    this.#post({ type: 'ack', sequence });
  }

  ask<Name extends RequestName>(name: Name, ask: Requests[Name]['ask']): Promise<Requests[Name]['answer']> {
    return this.#requester.ask(name, ask);
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
