/** What goes to the page: never more than it keeps up with, and of what is a state only the newest. */
import { MAX_UNANSWERED } from '../protocol/limits.ts';
import type { Envelope, ToPage } from '../protocol/messages.ts';

/** Of these the page is told only what differs from what it knows. */
const KNOWN: ReadonlySet<ToPage['type']> = new Set(['segment', 'status']);
/** These are events; every other message is a state, and the next one of its type takes its place. */
const EVENTS: ReadonlySet<ToPage['type']> = new Set(['reply', 'goTo', 'editType', 'show']);

export class Outbox {
  readonly #send: (envelope: Envelope) => void;
  readonly #onRoom: () => void;
  /** In the order in which they came; a state keeps the place of the one that it replaces. */
  readonly #waiting = new Map<string, ToPage>();
  readonly #underWay = new Set<number>();
  /** What the page was told last. */
  readonly #known = new Map<string, string>();
  #sequence = 0;
  #events = 0;
  #open = false;

  /** `onRoom`: all that waited is on its way, and the page takes another message. */
  constructor(send: (envelope: Envelope) => void, onRoom: () => void) {
    this.#send = send;
    this.#onRoom = onRoom;
  }

  /** Whether there is a page. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Whether another message would go at once. */
  get hasRoom(): boolean {
    return this.#open && this.#underWay.size < MAX_UNANSWERED;
  }

  put(message: ToPage): void {
    if (KNOWN.has(message.type)) {
      const text = JSON.stringify(message);
      if (this.#known.get(message.type) === text) return;
      this.#known.set(message.type, text);
    }
    this.#waiting.set(EVENTS.has(message.type) ? `event ${this.#events++}` : keyOf(message), message);
    this.#flush();
  }

  /** The page is there, and knows nothing of what was sent before. */
  open(): void {
    this.#open = true;
    this.#underWay.clear();
    this.#known.clear();
    this.#flush();
  }

  /** The page is gone or not there yet. What it is to be told of its states is told anew by who opens. */
  close(): void {
    this.#open = false;
    this.#underWay.clear();
    this.#known.clear();
    for (const [key, message] of this.#waiting)
      if (!['goTo', 'editType', 'show'].includes(message.type)) this.#waiting.delete(key);
  }

  /** An answer to what is not under way is ignored. */
  acknowledge(sequences: readonly number[]): void {
    const before = this.#underWay.size;
    for (const sequence of sequences) this.#underWay.delete(sequence);
    if (this.#underWay.size === before) return;
    this.#flush();
    if (this.hasRoom) this.#onRoom();
  }

  #flush(): void {
    for (const [key, message] of this.#waiting) {
      if (!this.hasRoom) return;
      this.#waiting.delete(key);
      const sequence = this.#sequence++;
      this.#underWay.add(sequence);
      this.#send({ sequence, message });
    }
  }
}

function keyOf(message: ToPage): string {
  return message.type === 'progress' ? `progress ${message.id}` : message.type;
}
