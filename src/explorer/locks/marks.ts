/** What the explorer shows of a segment's locks: what is known by now, without a look of its own. */
import type { Event } from 'vscode';
import type { Segment } from '../../../api.d.ts';
import { Emitter } from '../../lifecycle.ts';
import type { Finding, LocksLook, LocksModel } from '../../locks/face.ts';
import { markLines, markText } from '../../locks/viewTexts.ts';

export interface LockMark {
  /** 'deadlock', '1 lock held'; '' for nothing. */
  readonly text: string;
  /** A finding says that something is broken. */
  readonly severe: boolean;
  /** For the tooltip. */
  readonly lines: readonly string[];
}

export class LockMarks {
  readonly #model: Pick<LocksModel, 'last' | 'of'>;
  readonly #changed = new Emitter<readonly string[]>();
  /** Tells the ids of the segments that are marked otherwise now. */
  readonly onDidChange: Event<readonly string[]> = this.#changed.event;
  /** Of segments that have one, as they were told last. */
  #told = new Map<string, string>();
  #look: LocksLook | undefined;
  #findings = new Map<string, Finding[]>();

  constructor(model: Pick<LocksModel, 'last' | 'of'>) {
    this.#model = model;
  }

  /** Undefined where nothing is known, as for a segment that nobody follows. */
  known({ id }: Pick<Segment, 'id'>): LockMark | undefined {
    const look = this.#model.last;
    const locks = this.#model.of(id)?.locks;
    if (!look || !locks) return undefined;
    const findings = this.#findingsOf(id, look);
    const text = markText(locks, findings, look.time);
    const severe = findings.some(({ severity }) => severity === 'error');
    return { text, severe, lines: markLines(locks, findings) };
  }

  /** After a look, and when nobody follows any longer: listening to the model would have it followed. */
  update(): void {
    const now = new Map<string, string>();
    for (const { segment } of this.#model.last?.segments ?? []) {
      const mark = this.known(segment);
      if (mark && mark.text !== '') now.set(segment.id, `${mark.severe} ${mark.text}`);
    }
    const changed = [...new Set([...now.keys(), ...this.#told.keys()])].filter((id) => now.get(id) !== this.#told.get(id));
    this.#told = now;
    if (changed.length > 0) this.#changed.fire(changed);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #findingsOf(id: string, look: LocksLook): readonly Finding[] {
    if (this.#look !== look) {
      this.#look = look;
      this.#findings = new Map();
      for (const finding of look.findings) {
        for (const about of new Set(finding.locks.map((lock) => lock.id)))
          this.#findings.set(about, [...(this.#findings.get(about) ?? []), finding]);
      }
    }
    return this.#findings.get(id) ?? [];
  }
}
