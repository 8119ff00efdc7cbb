/** Declarations of C and C++ to layouts: the whole way, without a worker. */
import type { TypeLayout } from '../../../api.d.ts';
import { rulesOf } from '../layout/abi.ts';
import { headerMacros } from '../layout/abi/macros.ts';
import type { Target } from '../layout/spec.ts';
import { DeclarationError, quote } from '../errors.ts';
import { Builtins } from './names/builtins.ts';
import { Cursor, pairBrackets, type TokenRun } from './text/cursor.ts';
import { readDeclarations } from './declarations/declarations.ts';
import { Files, type Place } from './text/files.ts';
import { GRAMMAR } from './grammar.ts';
import { writesCpp } from './text/language.ts';
import { tokenize, type Token } from './text/lexer.ts';
import type { Macro } from './text/macros.ts';
import { BOOST_LOCKS, INTERFERENCE, LOCKS, PRELUDE, TRAIT_NAMES, TRAITS } from './names/prelude.ts';
import { preprocess, type Preprocessed } from './text/preprocess.ts';
import { Reader, type World } from './reader.ts';
import { Scope } from './names/scope.ts';

export interface Declarations {
  /** In the order in which they are declared; they share what they have in common. */
  readonly types: readonly TypeLayout[];
  /** What is a type and could not be resolved, or an assertion that fails: 'LINE:COLUMN: …', the first to be told first. */
  readonly problems: readonly Problem[];
  /** Absolute paths of what was included. */
  readonly included: readonly string[];
}

export interface Problem {
  /** 'LINE:COLUMN: …', of an included file 'x.h:LINE:COLUMN: …'. */
  readonly text: string;
  /** The type that is lost by it. */
  readonly lost: readonly string[];
}

export interface ParseOptions {
  readonly target: Omit<Target, 'language'>;
  /** Absent: as the text is written. */
  readonly language?: Target['language'] | undefined;
  readonly place?: Place | undefined;
  /** The text as the user has it, where `source` was made of it; as long. */
  readonly shown?: string | undefined;
}

interface Reading extends Declarations {
  /** Read as C, it is C++: by its words, or by what it does with names. */
  readonly cpp: 'written' | 'likely' | undefined;
  /** Something was to be included and was not read. */
  readonly missing: boolean;
  /** A condition may have been decided wrongly by that. */
  readonly guessed: boolean;
}

const PROBLEM_LIMIT = 100;

/** Never throws for what the text says. */
export function parseDeclarations(source: string, options: ParseOptions): Declarations {
  const first = readAs(source, options);
  const { place } = options;
  // What the system's headers declare is known without them, as a rule; they are read where that was not enough.
  if ((first.problems.length === 0 && !first.guessed) || !first.missing || !place?.system?.length) return first;
  const folders = [...place.folders, ...place.system];
  const second = readAs(source, { ...options, place: { ...place, folders, within: [...place.within, ...place.system] } });
  const [ours, without] = [second.problems.length, first.problems.length];
  return ours < without || (first.guessed && ours === without) ? second : first;
}

function readAs(source: string, options: ParseOptions): Reading {
  const { target, language } = options;
  const read = (language: Target['language']): Reading => new Text(source, options, { ...target, language }).read();
  const first = read(language ?? 'c');
  if (language !== undefined || !first.cpp) return first;
  const second = read('c++');
  return first.cpp === 'written' || second.problems.length === 0 ? second : first;
}

class Text {
  readonly #files: Files;
  readonly #target: Target;
  readonly #problems: DeclarationError[] = [];
  /** Those of the brackets come before all others: what follows is told wrongly. */
  readonly #structural: DeclarationError[] = [];

  constructor(source: string, { place = { folders: [], within: [] }, shown }: ParseOptions, target: Target) {
    this.#files = new Files(source, place, shown);
    this.#target = target;
  }

  read(): Reading {
    let types: readonly TypeLayout[] = [];
    let world: World | undefined;
    let cpp: Reading['cpp'];
    let missing = false;
    let guessed = false;
    try {
      const { macros, constants } = rulesOf(this.#target);
      const macrosOf = (header: string): ReadonlyMap<string, Macro> => plainMacros(headerMacros(this.#target, header));
      const known = { predefined: predefined(macros), constants, macrosOf, lineAtEnd: this.#target.dialect === 'clang' };
      const preprocessed = preprocess(this.#files, known, (error) => this.#problems.push(error));
      missing = preprocessed.missing.length > 0;
      guessed = preprocessed.guessed;
      if (this.#target.language === 'c' && writesCpp(preprocessed.tokens)) cpp = 'written';
      world = this.#world(preprocessed);
      if (!cpp) types = this.#types(world, preprocessed);
      if (world.looksCpp) cpp ??= 'likely';
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      this.#structural.push(error);
    }
    if (types.length === 0 && this.#structural.length + this.#problems.length === 0)
      this.#problems.push(new DeclarationError(0, 'This text declares no type: write a struct, union, enum or typedef.'));
    return { types, problems: this.#told(world), included: this.#files.included, cpp, missing, guessed };
  }

  #world({ missing }: Preprocessed): World {
    const rules = rulesOf(this.#target);
    const [name] = missing;
    const hint = name === undefined ? '' : ` It may come from ${quote(name)}, which is not read:`;
    return {
      target: this.#target,
      rules,
      builtins: new Builtins(rules),
      file: new Scope('file', undefined, ''),
      results: [],
      problems: this.#problems,
      hint: `${hint}${hint === '' ? ' Add' : ' add'} its declaration to this text.`,
      instances: 0,
      steps: 0,
      packs: false,
      tags: 0,
      looksCpp: false,
    };
  }

  #types(world: World, { tokens }: Preprocessed): readonly TypeLayout[] {
    if (this.#target.language === 'c++' && tokens.some(({ text }) => text === 'std' || text === 'boost')) {
      readLibrary(world, PRELUDE);
      finishLocks(world);
      const { biggestAlignment, macros } = world.rules;
      for (const [name, macro] of INTERFERENCE) {
        const value = macros.get(macro);
        // clang 14 has none of them.
        if (value !== undefined) readLibrary(world, `namespace std { constexpr size_t ${name} = ${value}; }`);
      }
      if (tokens.some(({ text }) => TRAIT_NAMES.has(text)))
        readLibrary(world, TRAITS.replaceAll('__BIGGEST_ALIGNMENT__', String(biggestAlignment)));
    }
    const { main } = this.#files;
    const run = makeRun(tokens, main.text.trimEnd().length, (error) => this.#structural.push(error));
    readDeclarations(new Reader(world, GRAMMAR, new Cursor(run), world.file));
    return world.results.flatMap(({ type }) => type?.layout ?? []);
  }

  #told(world: World | undefined): Problem[] {
    const [cut] = this.#structural;
    const rest = [...this.#problems].sort((a, b) => a.at - b.at);
    const all = cut === undefined ? rest : [cut, ...rest.filter(({ at }) => at < cut.at)];
    return all.slice(0, PROBLEM_LIMIT).map((error) => ({
      text: `${this.#files.describe(error.at)}: ${error.message}`,
      lost: world ? lostBy(world.file, error) : [],
    }));
  }
}

/** Names of what has no layout because of an error, in all namespaces; one may be open to itself. */
function lostBy(file: Scope, error: DeclarationError): string[] {
  const names = new Set<string>();
  const scopes = new Set<Scope>([file]);
  for (const scope of scopes) {
    for (const [text, entity] of scope.entities) {
      if (entity.kind === 'namespace') scopes.add(entity.scope);
      else if (entity.kind === 'failed' ? entity.failure === error : entity.kind === 'type' && entity.type.failure === error)
        names.add(scope.prefix + text);
    }
    for (const tag of scope.tags.values()) if (tag.failure === error) names.add(tag.name);
  }
  return [...names];
}

/** std and boost, as far as layouts need them; what it declares is not listed. */
function readLibrary(world: World, text: string): void {
  // Its places come before those of the text, so that what is wrong there is told apart.
  const run = makeRun(tokenize(text, -text.length - 1), -1, (error) => {
    throw error;
  });
  readDeclarations(new Reader(world, GRAMMAR, new Cursor(run), world.file));
  world.results.length = 0;
}

function finishLocks(world: World): void {
  const std = scopeOf(world.file, 'std');
  const boost = scopeOf(world.file, 'boost');
  const interprocess = boost && scopeOf(boost, 'interprocess');
  for (const [name] of LOCKS) finishLock(std, name);
  for (const [name] of BOOST_LOCKS) finishLock(interprocess, name);
}

function scopeOf(within: Scope, name: string): Scope | undefined {
  const found = within.find(name);
  return found?.kind === 'namespace' ? found.scope : undefined;
}

function finishLock(scope: Scope | undefined, name: string): void {
  const tag = scope?.tags.get(name);
  if (tag?.layout === undefined) return;
  const { size, alignment } = tag.layout;
  tag.layout = { name: tag.name, kind: 'sync', size, alignment, origin: 'builtin' };
}

/** Takes #pragma pack out of the tokens: it is kept beside them. */
function makeRun(all: readonly Token[], end: number, problem: (error: DeclarationError) => void): TokenRun {
  const tokens: Token[] = [];
  const packs: number[] = [];
  let pack = 0;
  for (const token of all) {
    if (token.kind === 'pack') pack = Number(token.text);
    else {
      tokens.push(token);
      packs.push(pack);
    }
  }
  const last: Token = { kind: 'end', text: '', at: end, lineStart: true };
  return { tokens, packs: Uint8Array.from(packs), partners: pairBrackets(tokens, end, problem), end: last };
}

/** Macros of stdint.h with a parameter; 'c' alone is an int. */
const SUFFIXES: Readonly<Record<string, string>> = {
  ...{ INT8: '', INT16: '', INT32: '', INT64: 'w', INTMAX: 'w', UINT8: '', UINT16: '', UINT32: 'U', UINT64: 'Uw', UINTMAX: 'Uw' },
};

function predefined(macros: ReadonlyMap<string, string>): ReadonlyMap<string, Macro> {
  const wide = macros.has('__LP64__') ? 'L' : 'LL';
  const literals = Object.entries(SUFFIXES).map(([name, suffix]): [string, Macro] => {
    const body = suffix === '' ? 'c' : `c ## ${suffix.replace('w', wide)}`;
    return [`${name}_C`, { parameters: ['c'], body: tokenize(body) }];
  });
  return new Map([...literals, ...plainMacros(macros)]);
}

function plainMacros(macros: Iterable<readonly [name: string, body: string]>): ReadonlyMap<string, Macro> {
  return new Map([...macros].map(([name, body]) => [name, { parameters: undefined, body: tokenize(body) }]));
}
