/** VS Code's quick pick of all types that a segment could be shown as: suggested ones, those of its mappers, those of the workspace. */
import * as vscode from 'vscode';
import type { Segment } from '../../../api.d.ts';
import { toShmError } from '../../native/errors.ts';
import { segmentLabel } from '../../segments/texts.ts';
import { withRemedy } from '../../protocol/sentences.ts';
import type { SeenType, Suggestion, TypeFinder } from '../../types/debuginfo/finder.ts';
import { plainText } from '../ask.ts';
import { workspaceTypes, type Declared } from './headers.ts';
import {
  actionRows,
  declaredRow,
  lackRow,
  moreRow,
  nothingRow,
  seenRow,
  separator,
  suggestionRow,
  type Picked,
  type Row,
  type Standing,
} from './items.ts';
import { NameSearch, type Hits } from './search.ts';

/** Rows that VS Code is given of one kind; more of them would hold up its own list. */
const SEEN = 200;
const SEEN_UNASKED = 50;
const DECLARED = 50;
const DECLARED_UNASKED = 20;
/** Rows come as headers are read, but not for each of them, ms. */
const REST_MS = 150;

/** Of equal matches those that fit come first, then structs that are no part of a library's inside. */
const LIKELY = [0, 1, 2] as const;

function likelihood({ name, kind, size }: SeenType, segmentSize: number): (typeof LIKELY)[number] {
  if (size === segmentSize) return 0;
  return (kind === 'struct' || kind === 'union') && !/^(struct |union )?_/.test(name) ? 1 : 2;
}

export interface PickerParts {
  readonly segment: Segment;
  readonly finder: TypeFinder | undefined;
  readonly standing: Standing;
  readonly log: (line: string) => void;
}

/** What the user picked; undefined when the box was closed. */
export function pickType(parts: PickerParts): Promise<Picked | undefined> {
  return new TypePicker(parts).ask();
}

class TypePicker {
  readonly #parts: PickerParts;
  readonly #box = vscode.window.createQuickPick<Row>();
  readonly #closing = new AbortController();
  readonly #seen = new NameSearch<SeenType>();
  readonly #declared = new NameSearch<Declared>();
  #suggested: readonly Suggestion[] = [];
  #lacks: readonly string[] = [];
  #typing = new AbortController();
  #shownAt = 0;

  constructor(parts: PickerParts) {
    this.#parts = parts;
    const box = this.#box;
    box.title = plainText(`Type of ${segmentLabel(parts.segment)}`);
    box.placeholder = 'Search types by name';
    box.keepScrollPosition = true;
    // Ours are in their order already. It is no part of the declared API; without it the order is VS Code's while something is typed.
    Reflect.set(box, 'sortByLabel', false);
  }

  ask(): Promise<Picked | undefined> {
    const box = this.#box;
    return new Promise((resolve) => {
      box.onDidChangeValue(() => void this.#show());
      box.onDidAccept(() => {
        const picked = box.selectedItems[0]?.what;
        if (!picked) return;
        resolve(picked);
        box.hide();
      });
      box.onDidHide(() => {
        this.#closing.abort();
        this.#typing.abort();
        resolve(undefined);
        box.dispose();
      });
      void this.#show();
      box.show();
      void this.#load();
    });
  }

  async #load(): Promise<void> {
    this.#box.busy = true;
    await Promise.all([this.#loadSuggested(), this.#loadSeen(), this.#loadDeclared()].map((one) => this.#told(one)));
    if (this.#closing.signal.aborted) return;
    this.#box.busy = false;
    await this.#show();
  }

  /** One source that fails leaves the others to choose from, and a row that says why. */
  async #told(loading: Promise<void>): Promise<void> {
    try {
      await loading;
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const { message, remedy } = toShmError(error);
      this.#lacks = [...this.#lacks, withRemedy(message, remedy)];
      this.#parts.log(`The type picker: ${message}`);
    }
    if (!this.#closing.signal.aborted) await this.#show();
  }

  async #loadSuggested(): Promise<void> {
    const { finder, segment } = this.#parts;
    this.#suggested = (await finder?.suggest(segment, this.#closing.signal)) ?? [];
  }

  async #loadSeen(): Promise<void> {
    const { finder, segment } = this.#parts;
    const { signal } = this.#closing;
    if (!finder) return;
    const { types, lacks } = await finder.seen(segment, signal);
    this.#lacks = [...this.#lacks, ...lacks];
    for (const likely of LIKELY) {
      const some = types.filter((one) => likelihood(one, segment.size) === likely);
      await this.#seen.add(some, signal);
    }
  }

  async #loadDeclared(): Promise<void> {
    if (!vscode.workspace.workspaceFolders) return;
    if (!vscode.workspace.isTrusted) {
      this.#lacks = [...this.#lacks, 'The headers of this workspace are not read: it is not trusted.'];
      return;
    }
    for await (const declared of workspaceTypes(this.#closing.signal)) {
      await this.#declared.add(declared, this.#closing.signal);
      if (performance.now() - this.#shownAt > REST_MS) await this.#show();
    }
  }

  /** What matches what is typed now; another key ends it, and shows what matches then. */
  async #show(): Promise<void> {
    this.#typing.abort();
    const { signal } = (this.#typing = new AbortController());
    this.#shownAt = performance.now();
    const query = this.#box.value;
    const typed = query.trim() !== '';
    const seen = await this.#seen.find(query, typed ? SEEN : SEEN_UNASKED, signal);
    const declared = await this.#declared.find(query, typed ? DECLARED : DECLARED_UNASKED, signal);
    if (!seen || !declared || this.#closing.signal.aborted) return;
    const rows = this.#rows(query, seen, declared);
    const before = this.#box.activeItems[0];
    const moved = before !== undefined && before !== this.#box.items[0];
    this.#box.items = rows;
    // Rows that come in must not take the choice from under the user's hands.
    const same = moved ? rows.find((row) => row.label === before.label && row.description === before.description) : undefined;
    if (same) this.#box.activeItems = [same];
  }

  #rows(query: string, seen: Hits<SeenType>, declared: Hits<Declared>): readonly Row[] {
    const typed = query.trim() !== '';
    const words = query.toLowerCase().split(/\s+/);
    const matches = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
    const suggested = this.#suggested.filter(({ type }) => matches(type.name)).map(suggestionRow);
    const actions = actionRows(this.#parts.standing).filter((row) => matches(row.label));
    const section = (label: string, rows: readonly Row[]): readonly Row[] => (rows.length > 0 ? [separator(label), ...rows] : []);
    const more = ({ hits, total }: Hits<unknown>): readonly Row[] =>
      total > hits.length ? [moreRow(total - hits.length, typed)] : [];
    const { segment } = this.#parts;
    const processes = new Map(segment.mappings.map(({ pid, process }) => [pid, process]));
    const seenRows = seen.hits.map((one) => seenRow(one, segment.size, (pid) => processes.get(pid)));
    const none = typed && !this.#box.busy && suggested.length + seen.total + declared.total + actions.length === 0;
    return [
      ...section('suggested', suggested),
      ...section('in the programs that map it', [...seenRows, ...more(seen)]),
      ...section('in the workspace', [...declared.hits.map(declaredRow), ...more(declared)]),
      ...(none ? [nothingRow(query, this.#seen.size + this.#declared.size)] : []),
      ...(typed ? [] : section('not read', this.#lacks.map(lackRow))),
      ...section('others', actions),
    ];
  }
}
