/**
 * What extension host and panels say to each other, as it passes on the workbench's connection: remote procedure calls of VS Code that carry
 * our envelopes. Counted there, so that it is seen also when a panel's page is slow, or away.
 */
import type { Page, WebSocket } from 'playwright-core';

const POSTED = /\$postMessage/g;
const SEQUENCE = /sequence\\*":(\d+)/g;
const ANSWERED = /sequences\\*":\[([\d,]+)\]/g;
/** Of an envelope's message, which comes first in it. */
const KIND = /message\\*":\{\\*"type\\*":\\*"(\w+)/g;

export class Wire {
  /** Messages to panels since the start. */
  posted = 0;
  /** How many there were of each type of ToPage. */
  readonly kinds = new Map<string, number>();
  /** The most that were sent and not yet acknowledged at a time, since it was set to 0. */
  mostUnanswered = 0;
  readonly #unanswered = new Set<number>();

  constructor(page: Page) {
    page.on('websocket', (socket) => this.#follow(socket));
  }

  /** A new page knows nothing of what the one before was sent. */
  forget(): void {
    this.#unanswered.clear();
    this.mostUnanswered = 0;
  }

  #follow(socket: WebSocket): void {
    socket.on('framereceived', ({ payload }) => this.#received(payload.toString('latin1')));
    socket.on('framesent', ({ payload }) => this.#sent(payload.toString('latin1')));
  }

  #received(text: string): void {
    const found = text.match(POSTED);
    if (!found) return;
    this.posted += found.length;
    for (const [, kind = ''] of text.matchAll(KIND)) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    for (const [, sequence] of text.matchAll(SEQUENCE)) this.#unanswered.add(Number(sequence));
    this.mostUnanswered = Math.max(this.mostUnanswered, this.#unanswered.size);
  }

  #sent(text: string): void {
    for (const [, sequences = ''] of text.matchAll(ANSWERED))
      for (const sequence of sequences.split(',')) this.#unanswered.delete(Number(sequence));
  }
}
