/** What a panel's changes are marked against, and the list of snapshots that its page shows. */
import type { Segment } from '../../api.d.ts';
import { LIVE, type Moment, snapshotMoment, sourceMoment } from '../keep/moment.ts';
import { readAt } from '../keep/pieces.ts';
import type { Snapshots } from '../keep/snapshots.ts';
import { Disposables, toDisposable } from '../lifecycle.ts';
import { mergeRanges, type Range } from '../live/ranges.ts';
import type { ByteSource } from '../native/addon.ts';
import { shmError, toShmError } from '../native/errors.ts';
import { infoOf } from '../keep/record.ts';
import type { Baseline } from '../protocol/keeping.ts';
import type { ToPage } from '../protocol/messages.ts';

export interface MarksOptions {
  readonly snapshots: Snapshots;
  readonly segment: () => Segment;
  readonly open: () => ByteSource;
  readonly post: (message: ToPage) => void;
  readonly log: (line: string) => void;
}

export class Marks {
  readonly #options: MarksOptions;
  readonly #disposables = new Disposables();
  #baseline: Baseline = 'frame';
  /** What is read for 'baseline' messages; absent for 'frame'. */
  #moment: Moment | undefined;
  #looked: Moment | undefined;
  #looking: AbortController | undefined;
  #ranges: readonly Range[] = [];
  /** Counts what was asked for: an answer that comes after a newer question is of no use. */
  #asked = 0;
  /** Counts choices of a baseline: one that was chosen after another counts, also where its bytes are there sooner. */
  #chosen = 0;
  #wasActive = false;
  #ended = false;

  constructor(options: MarksOptions) {
    this.#options = options;
    this.#disposables.add(options.snapshots.onDidChange(() => void this.#list()));
    this.#disposables.add(toDisposable(() => this.#reset()));
  }

  get baseline(): Baseline {
    return this.#baseline;
  }

  /** A page is there that knows nothing yet. */
  greet(): void {
    void this.#list();
    if (this.#moment) void this.#send();
  }

  setRanges(ranges: readonly Range[]): void {
    this.#ranges = ranges;
    if (this.#moment) void this.#send();
  }

  /** When the panel loses the focus, or is hidden, the user has looked. */
  setActive(active: boolean): void {
    const left = this.#wasActive && !active;
    this.#wasActive = active;
    if (!left || this.#baseline !== 'looked') return;
    this.look().catch((error: unknown) => this.#options.log(`Not remembered as looked at: ${toShmError(error).message}`));
  }

  /** The panel shows another segment now. */
  reset(): void {
    this.#reset();
    this.#options.post({ type: 'baseline', ranges: [], of: 'frame', size: 0 });
  }

  /** What was chosen meanwhile counts instead. Rejects, and leaves the baseline as it was: ENOENT for a snapshot that is gone, EOVERFLOW as `look`. */
  async setBaseline(baseline: Baseline): Promise<void> {
    if (baseline === LIVE) throw shmError('EINVAL', 'What the segment holds now is no baseline.');
    const chosen = ++this.#chosen;
    if (baseline === 'looked') {
      if (!this.#looked) await this.#look();
      return chosen === this.#chosen ? this.#use(baseline, this.#looked) : undefined;
    }
    const moment = baseline === 'frame' ? undefined : await snapshotMoment(baseline, this.#options.snapshots);
    if (chosen === this.#chosen && !this.#ended) return this.#use(baseline, moment);
    moment?.dispose();
  }

  /** What the segment holds now is what was looked at. EOVERFLOW where it holds too much for that. */
  async look(): Promise<void> {
    await this.#look();
    if (this.#baseline === 'looked') await this.#use('looked', this.#looked);
  }

  dispose(): void {
    this.#ended = true;
    this.#disposables.dispose();
  }

  async #look(): Promise<void> {
    this.#looking?.abort();
    const looking = (this.#looking = new AbortController());
    const source = await this.#options.snapshots.look(this.#options.open, looking.signal);
    if (this.#ended || looking.signal.aborted) {
      source.close();
      throw shmError('ECANCELED', 'It was looked at again meanwhile.');
    }
    const before = this.#looked;
    this.#looked = { ...sourceMoment('looked', source), dispose: () => source.close() };
    if (before && this.#moment === before) this.#moment = this.#looked;
    before?.dispose();
  }

  async #use(baseline: Baseline, moment: Moment | undefined): Promise<void> {
    if (this.#moment !== moment && this.#moment !== this.#looked) this.#moment?.dispose();
    this.#baseline = baseline;
    this.#moment = moment;
    await this.#send();
  }

  #reset(): void {
    this.#looking?.abort();
    if (this.#moment !== this.#looked) this.#moment?.dispose();
    this.#looked?.dispose();
    this.#looked = undefined;
    this.#moment = undefined;
    this.#baseline = 'frame';
    this.#ranges = [];
    this.#asked++;
    this.#chosen++;
  }

  async #send(): Promise<void> {
    const asked = ++this.#asked;
    const of = this.#baseline;
    try {
      const size = this.#moment?.open().stat().size ?? 0;
      const ranges = await this.#read(this.#moment, size);
      if (asked === this.#asked && !this.#ended) this.#options.post({ type: 'baseline', ranges, of, size });
    } catch (error) {
      if (asked === this.#asked) this.#options.log(`The baseline cannot be read: ${toShmError(error).message}`);
    }
  }

  async #read(moment: Moment | undefined, size: number): Promise<{ offset: number; bytes: Uint8Array }[]> {
    if (!moment) return [];
    const found: { offset: number; bytes: Uint8Array }[] = [];
    for (const { offset, length } of mergeRanges(this.#ranges, size)) {
      found.push({ offset, bytes: await readAt(moment, offset, length) });
    }
    return found;
  }

  async #list(): Promise<void> {
    const list = await this.#options.snapshots.list(this.#options.segment());
    if (this.#ended) return;
    this.#options.post({ type: 'snapshots', list: list.map(infoOf) });
    const isKept = ['frame', 'looked'].includes(this.#baseline) || list.some(({ id }) => id === this.#baseline);
    if (!isKept) await this.#use('frame', undefined);
  }
}
