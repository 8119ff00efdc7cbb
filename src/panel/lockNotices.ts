/** A word to the user when a lock of a segment that is open is found to be in trouble: once for each finding, and seldom. */
import type { Disposable } from 'vscode';
import type { Finding, LockRef, LocksLook, LocksModel } from '../locks/face.ts';

/** Between two notifications, ms. */
export const NOTICE_PAUSE = 10_000;
/** Findings that are remembered as said. */
const MOST_SAID = 10_000;
/** What is found so soon after a segment was opened was there before, and the panel itself says it; ms. */
const SETTLING = 3000;
/** Characters of a notification. */
const LONGEST = 400;

export interface LockNoticesOptions {
  readonly locks: LocksModel;
  /** Ids of the segments that are open, and since when, by the clock of `now`. */
  readonly open: () => ReadonlyMap<string, number>;
  /** The user wants to be told: shmscope.locks.notify. */
  readonly wanted: () => boolean;
  /** Shows the text; true where the user wants to see the lock. */
  readonly ask: (text: string) => PromiseLike<boolean>;
  readonly show: (lock: LockRef) => void;
  /** Calls back once after NOTICE_PAUSE, unless it is disposed. */
  readonly later: (run: () => void) => Disposable;
  /** ms, by a clock that only grows. */
  readonly now: () => number;
}

export class LockNotices {
  readonly #options: LockNoticesOptions;
  readonly #listening: Disposable;
  readonly #said = new Set<string>();
  #waiting: Finding[] = [];
  #pause: Disposable | undefined;

  constructor(options: LockNoticesOptions) {
    this.#options = options;
    // Panels that are seen follow theirs, and the Locks view all.
    this.#listening = options.locks.onDidChange((look) => this.#take(look));
  }

  dispose(): void {
    this.#listening.dispose();
    this.#pause?.dispose();
    this.#waiting = [];
  }

  #take({ findings }: LocksLook): void {
    const open = this.#options.open();
    const now = this.#options.now();
    const isSettled = ({ id }: LockRef): boolean => now - (open.get(id) ?? now) >= SETTLING;
    const isOpen = ({ severity, key, locks }: Finding): boolean =>
      severity === 'error' && !this.#said.has(key) && locks.some(({ id }) => open.has(id));
    // One that has gone meanwhile needs no word any more.
    const keys = new Set(findings.map(({ key }) => key));
    this.#waiting = this.#waiting.filter(({ key }) => keys.has(key));
    for (const finding of findings.filter(isOpen)) {
      this.#said.add(finding.key);
      if (finding.locks.some(isSettled)) this.#waiting.push(finding);
    }
    for (const key of this.#said) {
      if (this.#said.size <= MOST_SAID) break;
      this.#said.delete(key);
    }
    if (!this.#pause) this.#say();
  }

  #say(): void {
    const findings = this.#waiting;
    this.#waiting = [];
    if (findings.length === 0 || !this.#options.wanted()) return;
    this.#pause = this.#options.later(() => {
      this.#pause = undefined;
      this.#say();
    });
    const lock = this.#lockOf(findings);
    this.#options.ask(textOf(findings)).then(
      (show) => {
        if (show && lock) this.#options.show(lock);
      },
      () => undefined,
    );
  }

  /** Where to look: a lock of a segment that is open. */
  #lockOf(findings: readonly Finding[]): LockRef | undefined {
    const open = this.#options.open();
    return findings[0]?.locks.find(({ id }) => open.has(id));
  }
}

function textOf([first, ...others]: readonly Finding[]): string {
  const text = first?.text ?? '';
  const said = others.length > 0 ? `${others.length + 1} findings about locks, the first one: ${text}` : text;
  return said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
}
