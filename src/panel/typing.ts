/** Which type a panel shows: the user's choice, else the workspace's, else the one certain suggestion; and who disagrees on it. */
import * as vscode from 'vscode';
import type { Segment, TypeLayout } from '../../api.d.ts';
import { Disposables, toDisposable } from '../lifecycle.ts';
import { shmError, toShmError, type ShmError } from '../native/errors.ts';
import { packLayout } from '../protocol/layout.ts';
import type { ToPage } from '../protocol/messages.ts';
import { NO_TYPES, type Standing, type TypeInfo, type TypeProblem, type TypesInfo } from '../protocol/typing.ts';
import { withRemedy } from '../protocol/sentences.ts';
import type { TypeChoice } from '../types/choice.ts';
import { mappersOf } from '../types/conflicts.ts';
import type { Suggestion } from '../types/debuginfo/finder.ts';
import { WrongDeclarations, type Resolved } from '../types/resolve.ts';
import { conflictInfo } from './conflictInfo.ts';
import type { TypeParts } from './parts.ts';
import { openPlace, placeOf } from './places.ts';
import { originOf, sameInfo, suggestedChoice, toBeAllowed } from './typeInfo.ts';
import { NONE } from './typeMemory.ts';
import { watchFiles } from './watchFiles.ts';

export interface TypingOptions {
  readonly types: TypeParts;
  readonly segment: () => Segment;
  readonly post: (message: ToPage) => void;
  readonly log: (line: string) => void;
}

/** Where nothing points into the segment it is looked for again after so long, ms. */
const PATIENCE = [1500, 4000, 10_000];

/** A choice, and how it came to be. */
interface Held {
  readonly choice: TypeChoice;
  readonly standing: Standing;
  readonly why?: string;
}

export class Typing {
  readonly #options: TypingOptions;
  readonly #disposables = new Disposables();
  #held: Held | undefined;
  /** What the page shows; stays while a newer one cannot be had. */
  #shown: TypeInfo | undefined;
  #layout: { readonly type: TypeLayout; readonly offset: number } | undefined;
  #problem: TypeProblem | undefined;
  /** The file that the problem is in. */
  #wrong: string | undefined;
  #types: TypesInfo = NO_TYPES;
  #suggestions: readonly Suggestion[] = [];
  /** Of the mappers that were looked at last. */
  #looked = '';
  #patience: number[] = [];
  #looking: AbortController | undefined;
  /** The standing type is read anew. */
  #showing: AbortController | undefined;
  /** The user's newest choice. */
  #choosing = new AbortController();
  #disposed = false;
  #watched: vscode.Disposable | undefined;
  #greeted = false;

  constructor(options: TypingOptions) {
    this.#options = options;
    const { workspace } = options.types;
    this.#disposables.add(workspace.onDidChange(() => void this.#again()));
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#again()));
    this.#disposables.add(toDisposable(() => this.#forget()));
  }

  /** The type that the segment is shown as. */
  get choice(): TypeChoice | undefined {
    return this.#held?.choice;
  }

  /** What the page shows, and where it begins; stays while a newer one cannot be had. */
  get layout(): { readonly type: TypeLayout; readonly offset: number } | undefined {
    return this.#shown && this.#layout;
  }

  /** A page is there that knows nothing yet: the type first, then what looking at the mappers gives. */
  async greet(): Promise<void> {
    this.#greeted = true;
    this.#post();
    await this.#again();
  }

  /** After a scan of a panel that is seen: the mappers may be others, or run other programs. */
  follow(): void {
    if (this.#greeted && mappersOf(this.#options.segment()) !== this.#looked) void this.#look();
  }

  /** The page is taken away: what is known is told to the next one. */
  rest(): void {
    this.#greeted = false;
    this.#looking?.abort();
  }

  /**
   * The user's own choice; rejects, and keeps the type that there was, where it cannot be shown. It comes to nothing where a newer one is
   * made meanwhile, or the panel is closed.
   */
  async set(choice: TypeChoice | undefined): Promise<void> {
    await this.#set(choice, this.#choose());
  }

  async #set(choice: TypeChoice | undefined, signal: AbortSignal): Promise<void> {
    const { types, segment } = this.#options;
    const resolved = choice && (await unlessAborted(types.resolver.resolve(segment(), choice, signal), signal));
    if (signal.aborted) return;
    if (choice && resolved) {
      this.#showing?.abort();
      this.#show({ choice, standing: 'chosen' }, resolved);
    } else this.#clear();
    await types.memory.set(segment(), choice ?? NONE);
    // It stays allowed when it is kept in the workspace.
    if (choice?.compiled) await types.memory.allowCompiling(choice);
  }

  /** For a choice that begins now: what was chosen before and is not shown yet never is. */
  #choose(): AbortSignal {
    this.#choosing.abort();
    this.#choosing = new AbortController();
    if (this.#disposed) this.#choosing.abort();
    return this.#choosing.signal;
  }

  /** What is shown counts as chosen. */
  async keep(): Promise<void> {
    if (!this.#held || !this.#shown) return;
    this.#choose();
    const { choice } = this.#held;
    this.#held = { choice, standing: 'chosen' };
    const { why: _, ...shown } = this.#shown;
    this.#tell({ ...shown, standing: 'chosen' }, this.#problem);
    await this.#options.types.memory.set(this.#options.segment(), choice);
  }

  /** A suggestion counts as chosen. */
  async take(suggestion: Suggestion): Promise<void> {
    const choice = suggestedChoice(suggestion);
    if (this.#choose().aborted) return;
    this.#showing?.abort();
    this.#show({ choice, standing: 'chosen' }, { ...suggestion, files: [] });
    await this.#options.types.memory.set(this.#options.segment(), choice);
  }

  /** As `take`; ENOENT for what is not suggested any more. */
  async takeNamed(name: string, why: string): Promise<void> {
    const found = this.#suggestions.find((one) => one.type.name === name && one.why === why);
    if (!found) throw shmError('ENOENT', `${name} is not suggested any more.`);
    await this.take(found);
  }

  /** The user's own choice is forgotten: what the workspace says counts from now on. */
  async letGo(): Promise<void> {
    this.#choose();
    this.#showing?.abort();
    await this.#options.types.memory.set(this.#options.segment(), undefined);
    this.#held = undefined;
    await this.#again();
  }

  /** Shows the type as a compiler has it; from now on each time. ENOTSUP where no compiler can be asked. */
  async compile(): Promise<void> {
    const held = this.#held;
    if (!held || !this.#problem?.compiles) throw shmError('ENOTSUP', 'There is nothing to ask a compiler for.');
    if (!this.#isToBeAsked(held)) return this.set({ ...held.choice, compiled: true });
    await this.#options.types.memory.allowCompiling(held.choice);
    if (this.#held === held) await this.#reshow(held);
  }

  /** As `compile`, for a text; the user says which of its types where there are several. */
  async compileText(source: string): Promise<void> {
    const signal = this.#choose();
    const types = await unlessAborted(this.#options.types.resolver.compiled(source, signal), signal);
    if (!types) return;
    const names = types.map(({ name }) => name).reverse();
    const placeHolder = 'Which type does the segment begin with?';
    const name = names.length > 1 ? await vscode.window.showQuickPick(names, { placeHolder }) : names[0];
    if (name !== undefined && !signal.aborted) await this.#set({ source, name, compiled: true }, signal);
  }

  async openProblem(of: 'type' | 'workspace'): Promise<void> {
    if (of === 'workspace') return this.#options.types.workspace.open();
    if (this.#wrong !== undefined && this.#problem) await openPlace(this.#wrong, this.#problem.message);
  }

  /** The panel shows another segment. */
  reset(): void {
    this.#forget();
    this.#held = undefined;
    this.#shown = undefined;
    this.#problem = undefined;
    this.#types = NO_TYPES;
    this.#suggestions = [];
    this.#looked = '';
    this.#greeted = false;
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }

  #forget(): void {
    this.#looking?.abort();
    this.#showing?.abort();
    this.#choosing.abort();
    this.#watched?.dispose();
    this.#watched = undefined;
  }

  /** What is to be shown without looking at any program. */
  #wanted(): Held | undefined {
    const { types, segment } = this.#options;
    const own = types.memory.get(segment());
    if (own) return { choice: own, standing: 'chosen' };
    // Of a segment without a name nothing is remembered but here.
    if (this.#held?.standing === 'chosen') return this.#held;
    const theirs = types.memory.isNone(segment()) ? undefined : types.workspace.find(segment());
    return theirs && { choice: theirs, standing: 'workspace' };
  }

  async #again(): Promise<void> {
    if (!this.#greeted) return;
    const wanted = this.#wanted();
    if (wanted) await this.#reshow(wanted);
    else if (this.#held?.standing === 'workspace') this.#clear();
    this.#tellTypes({});
    await this.#look();
  }

  /** Reads the type anew. Where that fails, the last good layout stays, with the reason. */
  async #reshow(held: Held): Promise<void> {
    this.#showing?.abort();
    const showing = (this.#showing = new AbortController());
    const { types, segment } = this.#options;
    if (this.#isToBeAsked(held)) return this.#fail(held, toBeAllowed(held.choice));
    try {
      const resolved = await unlessAborted(types.resolver.resolve(segment(), held.choice, showing.signal), showing.signal);
      if (resolved) this.#show(held, resolved);
    } catch (error) {
      this.#fail(held, toShmError(error));
    }
  }

  #fail(held: Held, error: ShmError): void {
    const { code, message, remedy, path } = error;
    const { header } = held.choice;
    const isOther = this.#held && JSON.stringify(this.#held.choice) !== JSON.stringify(held.choice);
    this.#held = held;
    this.#watch(error instanceof WrongDeclarations ? error.files : header === undefined ? [] : [header]);
    this.#wrong = path;
    const place = path === undefined ? undefined : placeOf(path, message);
    this.#tell(isOther ? undefined : this.#shown, {
      message: withRemedy(message, remedy),
      ...(place === undefined ? {} : { place }),
      ...(this.#isToBeAsked(held) || this.#mayCompile(held.choice, code) ? { compiles: true } : {}),
    });
  }

  /** The workspace wants a compiler to be run, which only the user may allow. */
  #isToBeAsked({ choice, standing }: Held): boolean {
    const { memory, resolver } = this.#options.types;
    return standing === 'workspace' && choice.compiled === true && resolver.compiles && !memory.mayCompile(choice);
  }

  #mayCompile({ debug, compiled }: TypeChoice, code: string): boolean {
    return code === 'ETYPE' && !debug && !compiled && this.#options.types.resolver.compiles;
  }

  #show(held: Held, { type, offset, source, files }: Resolved): void {
    const { choice, standing, why } = held;
    this.#held = held;
    this.#layout = { type, offset };
    this.#watch(files);
    const formats = this.#options.types.memory.formats(this.#options.segment());
    this.#tell(
      {
        layout: packLayout(type),
        name: type.name,
        from: originOf(choice, type.origin),
        standing,
        ...(offset === 0 ? {} : { offset }),
        ...(why === undefined ? {} : { why }),
        ...(source === undefined ? {} : { source }),
        ...(formats ? { formats } : {}),
      },
      undefined,
    );
  }

  #clear(): void {
    this.#showing?.abort();
    this.#held = undefined;
    this.#watch([]);
    this.#tell(undefined, undefined);
  }

  /** A layout that is the same again would only close what the user has open. */
  #tell(layout: TypeInfo | undefined, problem: TypeProblem | undefined): void {
    const same = sameInfo(this.#shown, layout) && JSON.stringify(this.#problem) === JSON.stringify(problem);
    this.#shown = layout;
    this.#problem = problem;
    if (!same) this.#postLayout();
  }

  #post(): void {
    if (this.#shown || this.#problem) this.#postLayout();
    if (this.#types !== NO_TYPES) this.#options.post({ type: 'types', types: this.#types });
  }

  #postLayout(): void {
    const [layout, problem] = [this.#shown, this.#problem];
    this.#options.post({ type: 'layout', ...(layout ? { layout } : {}), ...(problem ? { problem } : {}) });
  }

  #tellTypes(change: Partial<TypesInfo>): void {
    const { workspace, resolver } = this.#options.types;
    const next = { ...this.#types, ...change, notes: workspace.problems, compiles: resolver.compiles };
    const same = JSON.stringify(next) === JSON.stringify(this.#types);
    this.#types = next;
    if (!same) this.#options.post({ type: 'types', types: next });
  }

  #watch(files: readonly string[]): void {
    this.#watched?.dispose();
    this.#watched = files.length === 0 ? undefined : watchFiles(files, () => this.#held && void this.#reshow(this.#held));
  }

  /** Asks the mappers' debug info. What fails there costs nothing but what it would have told. */
  async #look(): Promise<void> {
    const { types, segment, log } = this.#options;
    const { finder, conflicts } = types;
    this.#looking?.abort();
    const looking = (this.#looking = new AbortController());
    const { signal } = looking;
    const now = segment();
    const mappers = mappersOf(now);
    if (mappers !== this.#looked) this.#patience = [...PATIENCE];
    this.#looked = mappers;
    if (!finder) return;
    try {
      await this.#suggest(now, signal);
      const found = await conflicts.look(now, signal);
      if (signal.aborted) return;
      this.#tellTypes({ conflicts: found.map((one) => conflictInfo(one, now)) });
      this.#lookLater(signal);
    } catch (error) {
      if (!signal.aborted) log(`The types of the mappers of ${now.name}: ${toShmError(error).message}`);
    }
  }

  /** A program maps first, and stores its pointer then. */
  #lookLater(signal: AbortSignal): void {
    const wait = this.#looked === '' || this.#held || this.#suggestions.length > 0 ? undefined : this.#patience.shift();
    if (wait === undefined) return;
    const timer = setTimeout(() => void this.#look(), wait);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async #suggest(segment: Segment, signal: AbortSignal): Promise<void> {
    const { finder, memory } = this.#options.types;
    if (!finder || (this.#held && this.#held.standing !== 'suggested') || memory.isNone(segment)) return;
    const found = await finder.suggest(segment, signal);
    if (signal.aborted) return;
    this.#suggestions = found;
    const suggested = found.map(({ type, offset, why }) => ({ name: type.name, size: type.size, offset, why }));
    const lacks = found.length > 0 ? [] : (await finder.seen(segment, signal)).lacks;
    if (signal.aborted) return;
    this.#tellTypes({ suggested, lacks });
    const certain = found.filter((one) => one.certain);
    const [only] = certain;
    // The user may have chosen one meanwhile. What was suggested stays when the last program that says so has ended.
    if (!only || certain.length > 1 || (this.#held && this.#held.standing !== 'suggested')) return;
    this.#show({ choice: suggestedChoice(only), standing: 'suggested', why: only.why }, { ...only, files: [] });
  }
}

/** What is read, or undefined once nobody waits for it: then a failure is nobody's either. */
async function unlessAborted<T>(reading: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    const read = await reading;
    return signal.aborted ? undefined : read;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
