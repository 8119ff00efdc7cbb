/** A panel's session of finding writers: one at a time; it ends with the panel, and with what the panel shows. */
import type { Disposable } from 'vscode';
import type { Segment } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import type { ToPage } from '../protocol/messages.ts';
import type { LineOf, WritingRequests } from '../protocol/writing.ts';
import type { CodeLine, WriterPlace, WriterReportView, WriterSession, WriterWatch } from '../writers/face.ts';
import { typedField } from '../writers/typed.ts';
import type { Typing } from './typing.ts';
import { placeKey, writersInfo } from './writersInfo.ts';

/** The page is told five times a second at most, ms. */
const TELL_EVERY = 200;

export interface WritersOptions {
  readonly watch: WriterWatch;
  readonly segment: () => Segment;
  /** What the panel shows, by which values are told. */
  readonly typing: Pick<Typing, 'layout'>;
  readonly post: (message: ToPage) => void;
  /** A page that comes later greets. */
  readonly hasPage: () => boolean;
}

/** Its time runs while the tab is hidden, too: whoever hides it waits for the end. */
export class Writers {
  readonly #options: WritersOptions;
  #session: WriterSession | undefined;
  #listening: Disposable | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #toldAt = 0;
  /** Of the places that the page knows now. */
  #ids = new Map<string, number>();
  #places = new Map<number, WriterPlace>();
  #nextId = 1;

  constructor(options: WritersOptions) {
    this.#options = options;
  }

  /** Of the session that runs, or that ended last. */
  get report(): WriterReportView | undefined {
    return this.#session?.view;
  }

  /** Begins a session in place of the one that there is, whose breakpoints it may need. Throws what the watch throws. */
  start({ fields, ms, reads, byteOrder }: WritingRequests['findWriters']['ask']): void {
    const { watch, segment, typing } = this.#options;
    this.reset();
    const shown = segment();
    const typed = fields.map((field) => typedField(field, typing.layout, shown.size, byteOrder));
    this.#session = watch.start(shown, typed, { ms, reads });
    this.#listening = this.#session.onDidChange(() => this.#changed());
    this.#tell();
  }

  stop(): void {
    this.#session?.stop();
  }

  /** What was found before is not wanted any more, as when the panel shows another segment. */
  reset(): void {
    if (!this.#session) return;
    this.#end();
    this.#options.post({ type: 'writers' });
  }

  /** A page that was built anew knows of nothing. */
  greet(): void {
    if (this.#session) this.#tell();
  }

  /** ESTALE for what is not in the report that the page was told last; ENOENT where the place has no line. */
  lineOf(id: number, of: LineOf): CodeLine & { readonly file: string } {
    const place = this.#places.get(id);
    if (!place) throw shmError('ESTALE', 'This place is not in the report any more.');
    const line = of === 'own' ? place : place.caller;
    if (line?.file === undefined) throw shmError('ENOENT', place.lack ?? 'The line of this place is not known.');
    return { ...line, file: line.file };
  }

  dispose(): void {
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listening?.dispose();
    this.#session?.dispose();
    this.#listening = undefined;
    this.#session = undefined;
    this.#ids.clear();
    this.#places.clear();
  }

  #changed(): void {
    if (!this.#options.hasPage()) return;
    const wait = this.#toldAt + TELL_EVERY - performance.now();
    if (wait <= 0) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), wait);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = performance.now();
    const view = this.report;
    if (!view) return;
    const ids = new Map<string, number>();
    const places = new Map<number, WriterPlace>();
    const report = writersInfo(view, Date.now(), (place) => {
      const key = placeKey(place);
      const id = this.#ids.get(key) ?? this.#nextId++;
      ids.set(key, id);
      places.set(id, place);
      return id;
    });
    this.#ids = ids;
    this.#places = places;
    this.#options.post({ type: 'writers', report });
  }
}
