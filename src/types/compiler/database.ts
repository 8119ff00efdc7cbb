/** compile_commands.json: JSON Compilation Database Format Specification (Clang documentation). */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { shmError } from '../../native/errors.ts';
import { layoutFlags, type Command } from './flags.ts';
import { wordsOf } from './words.ts';

export interface Entry extends Command {
  /** Absolute: where the command is run. */
  readonly directory: string;
  /** Absolute: what it compiles. */
  readonly file: string;
  readonly language: 'c' | 'c++';
}

/** Bytes of a database that is read. */
const DATABASE_MAX = 128 * 2 ** 20;
/** Of the thread, in ms. */
const SLICE = 2;
const PLACES = ['compile_commands.json', join('build', 'compile_commands.json')];

/**
 * The entry of the workspace that says most of how `header` is compiled: of a file of its name, else of one as near to it as there is; without
 * a header the first. Undefined where no folder has a database, or it is none. `folders`: absolute paths of the workspace.
 */
export async function nearestEntry(folders: readonly string[], header: string | undefined): Promise<Entry | undefined> {
  let best: Entry | undefined;
  let most = -1;
  for (const place of folders.flatMap((folder) => PLACES.map((name) => join(folder, name)))) {
    for await (const entry of entriesIn(await textOf(place), dirname(place))) {
      const score = header === undefined ? 0 : likeness(header, entry.file);
      if (score > most) [best, most] = [entry, score];
      if (header === undefined) return checked(entry);
    }
  }
  return best && checked(best);
}

/** A program cannot be started in a folder that is not there, and the error would be about the program. */
async function checked(entry: Entry): Promise<Entry> {
  const found = await stat(entry.directory).catch(() => undefined);
  if (found?.isDirectory()) return entry;
  throw shmError('ENOENT', `compile_commands.json names the folder ${entry.directory}, which is not there.`, {
    remedy: 'Have the build system write compile_commands.json anew.',
  });
}

async function textOf(file: string): Promise<string> {
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= DATABASE_MAX ? await readFile(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** One object after the other, so that a long database holds up nobody; what is no entry is passed over. */
async function* entriesIn(text: string, base: string): AsyncGenerator<Entry> {
  let [depth, from, since] = [0, 0, performance.now()];
  for (const { 0: mark, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (mark === '{' && depth++ === 0) from = index;
    if (mark !== '}' || --depth !== 0) continue;
    const entry = entryOf(text.slice(from, index + 1), base);
    if (entry !== undefined) yield entry;
    if (performance.now() - since < SLICE) continue;
    await setImmediate();
    since = performance.now();
  }
}

function entryOf(text: string, base: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('file' in value) || typeof value.file !== 'string') return undefined;
  const given = 'directory' in value && typeof value.directory === 'string' ? value.directory : '.';
  const directory = resolve(base, given);
  const words =
    'arguments' in value && Array.isArray(value.arguments)
      ? value.arguments.map(String)
      : 'command' in value && typeof value.command === 'string'
        ? wordsOf(value.command)
        : [];
  const file = isAbsolute(value.file) ? value.file : join(directory, value.file);
  return { ...layoutFlags(words), directory, file, language: languageOf(file, words) };
}

function languageOf(file: string, words: readonly string[]): 'c' | 'c++' {
  const x = words[words.indexOf('-x') + 1];
  if (words.includes('-x') && (x === 'c' || x === 'c++')) return x;
  return /^\.(?:cc|cp|cpp|cxx|c\+\+|C|CPP)$/.test(extname(file)) ? 'c++' : 'c';
}

/** Names count most, then the folders that both paths begin with. */
function likeness(header: string, file: string): number {
  const stem = (path: string): string => basename(path, extname(path));
  const [a, b] = [dirname(header).split(sep), dirname(file).split(sep)];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return common + (stem(header) === stem(file) ? 1000 : 0);
}
