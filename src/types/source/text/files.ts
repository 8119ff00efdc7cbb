/** The files of one reading: the text itself and what it includes. Places in all of them are counted in one row. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, isAbsolute } from 'node:path';
import { lineAndColumn } from '../../errors.ts';

/** Where the text of a header comes from, and where it may include from. */
export interface Place {
  /** Absolute path; absent for a text that was pasted. */
  readonly path?: string | undefined;
  /** Folders in which included files are looked for, absolute. Nothing outside of `within` is read. */
  readonly folders: readonly string[];
  /** Folders that included files must lie in. Empty: nothing is read. */
  readonly within: readonly string[];
  /** Folders of the system's headers, which are read only where the text has problems without them. */
  readonly system?: readonly string[] | undefined;
}

export interface SourceFile {
  /** As it is shown; '' for the text itself. */
  readonly name: string;
  readonly path: string | undefined;
  readonly text: string;
  /** Where its first character stands in the row. */
  readonly base: number;
}

/** '#include "x.h"', '#include <x.h>', '#include_next'. */
export type How = 'quoted' | 'angled' | 'next';

/** Bytes of one included file, and files of one text. */
const FILE_LIMIT = 4 * 1024 * 1024;
const COUNT_LIMIT = 2000;
const TOTAL_LIMIT = 16 * 1024 * 1024;

export class Files {
  readonly #place: Place;
  readonly #shown: string;
  readonly #files: SourceFile[];
  #total = 0;
  /** Where the lines of a file end. */
  readonly #lines = new Map<SourceFile, readonly number[]>();
  /** What #line says. */
  readonly #shifts: { readonly at: number; readonly file: SourceFile; readonly by: number }[] = [];

  /** `shown`: the text as the user has it, where `text` was made of it; as long. */
  constructor(text: string, place: Place, shown = text) {
    this.#shown = shown;
    this.#place = place;
    this.#files = [{ name: '', path: place.path, text, base: 0 }];
  }

  get main(): SourceFile {
    const [main] = this.#files;
    if (main === undefined) throw new Error('a text has a file');
    return main;
  }

  /** Absolute paths of what was included. */
  get included(): string[] {
    return [...new Set(this.#files.slice(1).flatMap(({ path }) => (path === undefined ? [] : [path])))];
  }

  /** The file that `#include` means; undefined where it is not there, or may not be read. */
  open(name: string, how: How, from: SourceFile): SourceFile | undefined {
    if (this.#files.length >= COUNT_LIMIT) return undefined;
    for (const path of this.#candidates(name, how, from)) {
      const text = this.#read(path);
      if (text === undefined) continue;
      const last = this.#files.at(-1) ?? from;
      const file = { name, path, text, base: last.base + last.text.length + 1 };
      this.#files.push(file);
      return file;
    }
    return undefined;
  }

  /** What __has_include asks. */
  has(name: string, how: How, from: SourceFile): boolean {
    return this.#candidates(name, how, from).some((path) => sizeOf(path) !== undefined);
  }

  #candidates(name: string, how: How, from: SourceFile): string[] {
    const { folders, within } = this.#place;
    if (within.length === 0 || name.includes('\0')) return [];
    const beside = how === 'quoted' && from.path !== undefined ? [dirname(from.path)] : [];
    // #include_next goes on behind the folder that this file was found in (GNU cpp manual, 2.7).
    const behind = how === 'next' ? folders.findIndex((folder) => join(folder, name) === from.path) + 1 : 0;
    return [...beside, ...folders.slice(behind)]
      .map((folder) => join(folder, name))
      .filter((path) => within.some((root) => contains(root, path)));
  }

  /** 'LINE:COLUMN', with the file's name before it where it is not the text itself. */
  describe(at: number): string {
    const file = this.#files.findLast(({ base }) => base <= at) ?? this.main;
    if (file === this.main) return lineAndColumn(this.#shown, at);
    return `${file.name}:${lineAndColumn(file.text, at - file.base)}`;
  }

  /** Says which number the line behind that of a place has. */
  renumber(at: number, next: number): void {
    this.#shifts.push({ at, file: this.at(at), by: next - 1 - this.#physicalLine(at) });
  }

  /** What __LINE__ is at a place. */
  lineOf(at: number): number {
    const file = this.at(at);
    const shift = this.#shifts.findLast((one) => one.file === file && one.at <= at);
    return this.#physicalLine(at) + (shift?.by ?? 0);
  }

  /** From 1. */
  #physicalLine(at: number): number {
    const file = this.at(at);
    const known = this.#lines.get(file);
    const starts = known ?? [...file.text.matchAll(/\r\n|\n|\r/g)].map(({ index }) => index);
    this.#lines.set(file, starts);
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < at - file.base) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  /** The file that a place is in. */
  at(at: number): SourceFile {
    return this.#files.findLast(({ base }) => base <= at) ?? this.main;
  }

  #read(path: string): string | undefined {
    const size = sizeOf(path);
    if (size === undefined || size > FILE_LIMIT || this.#total + size > TOTAL_LIMIT) return undefined;
    this.#total += size;
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  }
}

/** Bytes of a regular file; undefined for what is none. */
function sizeOf(path: string): number | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found.size : undefined;
  } catch {
    // ENAMETOOLONG, EACCES, ELOOP: not there for us.
    return undefined;
  }
}

function contains(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
