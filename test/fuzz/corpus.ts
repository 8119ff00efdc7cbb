/** Texts to begin with: those of the tests, of the demo, and the headers of this machine. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Generator, PRELUDE } from '../unit/types/generator.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HEADERS = '/usr/include';
/** Characters of a text that is mutated: a longer one says nothing more and takes longer. */
const LONGEST = 48 * 1024;
const MOST_HEADERS = 400;

export interface Corpus {
  /** Written for ShmScope: short, and each with a reason. */
  readonly own: readonly string[];
  /** Of system headers, some of them; empty where there are none. */
  readonly headers: readonly string[];
}

/** `pick` gives a number from 0 to 1 and decides which headers of the many are read. */
export function readCorpus(pick: () => number): Corpus {
  const generated = Array.from({ length: 100 }, () => {
    const generator = new Generator(Math.floor(pick() * 2 ** 31));
    return PRELUDE + Array.from({ length: 6 }, () => generator.next().source).join('');
  });
  const literals = filesIn(join(ROOT, 'test/unit/types'), /\.test\.ts$/).flatMap(literalsOf);
  const programs = ['demo', 'test/programs'].flatMap((folder) => filesIn(join(ROOT, folder), /\.(?:h|c|cc|hpp)$/).map(read));
  const all = filesIn(HEADERS, /\.(?:h|hpp)$/);
  const headers = Array.from({ length: Math.min(MOST_HEADERS, all.length) }, () => all[Math.floor(pick() * all.length)] ?? '');
  return { own: [...literals, ...generated, ...programs], headers: headers.map(read).filter((text) => text !== '') };
}

function filesIn(folder: string, name: RegExp): string[] {
  try {
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return found
      .filter((file) => name.test(file))
      .map((file) => join(folder, file))
      .sort();
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return statSync(file).isFile() ? readFileSync(file, 'utf8').slice(0, LONGEST) : '';
  } catch {
    return '';
  }
}

/** The string and template literals of a test that look like a text of types. */
function literalsOf(file: string): string[] {
  const found = read(file).matchAll(/`((?:[^`\\]|\\[\s\S])*)`|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g);
  const texts = Array.from(found, ([, template, single, double]) =>
    (template ?? single ?? double ?? '').replaceAll('\\n', '\n').replace(/\\(['"`])/g, '$1'),
  );
  return texts.filter((text) => /\b(?:struct|union|enum|typedef|class|using|dtype|offset)\b|<[a-z]\w*$|\[\(/.test(text));
}
