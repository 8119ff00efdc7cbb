/** From a choice to the layout that it means now. */
import { dirname, isAbsolute, relative } from 'node:path';
import type { Abi, Segment, TypeLayout } from '../../api.d.ts';
import { shmError, ShmError, toShmError } from '../native/errors.ts';
import { choiceSource, chosenType, findNamed, type TypeChoice } from './choice.ts';
import type { DebugReader } from './debuginfo/face.ts';
import type { SeenType, TypeFinder } from './debuginfo/finder.ts';
import { entriesNamed } from './debuginfo/lookup.ts';
import { mapperAbi } from './debuginfo/file/machine.ts';
import type { TypeService } from './service.ts';
import type { Place } from './source/text/files.ts';
import type { Declarations } from './source/parse.ts';
import { systemHeaders } from './systemHeaders.ts';

export interface Resolved {
  readonly type: TypeLayout;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** The declarations that it was read from. */
  readonly source?: string;
  /** Absolute paths of the headers that were read; the type is another when one of them changes. */
  readonly files: readonly string[];
}

/** Declarations that do not give the type: `path` is the file that is wrong, where it is one. */
export class WrongDeclarations extends ShmError {
  /** As in Resolved. */
  readonly files: readonly string[];

  constructor({ code, message, remedy }: ShmError, path: string | undefined, files: readonly string[]) {
    super(code, message, { remedy, path });
    this.files = files;
  }
}

export interface ResolverParts {
  readonly service: TypeService;
  /** Whether headers may be read. */
  readonly trusted: () => boolean;
  /** Absolute paths of the workspace's folders, in which included files are looked for. */
  readonly folders: () => readonly string[];
  readonly finder?: TypeFinder | undefined;
  readonly reader?: DebugReader | undefined;
  /** Has a compiler lay out the declarations: only what the user agreed to comes here, and only of a trusted workspace. */
  readonly compile?: Compile | undefined;
}

/** Without a name: all types. */
export type Compile = (
  source: string,
  choice: Declared & { readonly name?: string },
  signal?: AbortSignal,
) => Promise<readonly TypeLayout[]>;

/** Where declarations come from, and how they are read. */
export type Declared = Omit<TypeChoice, 'name' | 'offset'>;

export class TypeResolver {
  readonly #parts: ResolverParts;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
  }

  /** Whether a compiler may be asked. */
  get compiles(): boolean {
    return this.#parts.compile !== undefined && this.#parts.trusted();
  }

  /**
   * Rejects with a ShmError: WrongDeclarations with ETYPE and 'LINE:COLUMN: …' where declarations are wrong; as `choiceSource` and
   * DebugReader for what cannot be read.
   */
  async resolve(segment: Segment, choice: TypeChoice, signal?: AbortSignal): Promise<Resolved> {
    const offset = choice.offset ?? 0;
    if (choice.debug) return { type: await this.#fromDebugInfo(segment, choice, signal), offset, files: [] };
    const { header, name } = choice;
    const source = await this.#source(choice);
    const declared = choice.compiled
      ? await this.#compiled(source, choice, signal)
      : await this.#read(source, await forMapper(segment, choice), signal);
    const files = [...(header === undefined ? [] : [header]), ...declared.included];
    try {
      return { type: chosenType(declared, name), offset, source, files };
    } catch (error) {
      const problem = toShmError(error);
      throw new WrongDeclarations(problem, wrongFile(problem.message, header, declared.included), files);
    }
  }

  /** All types that declarations give, and what is wrong with the others. Rejects as `choiceSource`. */
  async declarations(declared: Declared, signal?: AbortSignal): Promise<Declarations> {
    return this.#read(await this.#source(declared), declared, signal);
  }

  /** The types of a text as a compiler has them, without those of what it includes. Rejects as `compileTypes`. */
  async compiled(source: string, signal?: AbortSignal): Promise<readonly TypeLayout[]> {
    const { types, problems } = await this.#read(source, {}, signal);
    const own = new Set([...types.map(({ name }) => name), ...problems.flatMap(({ lost }) => lost)]);
    const all = (await this.#compiled(source, { source }, signal)).types;
    const found = all.filter(({ name }) => own.has(name));
    return found.length > 0 ? found : all;
  }

  #source(declared: Declared): Promise<string> {
    return choiceSource({ ...declared, name: '' }, this.#parts.trusted());
  }

  #read(source: string, { header, abi, language, dialect }: Declared, signal?: AbortSignal): Promise<Declarations> {
    return this.#parts.service.read({ source, abi, language, dialect, place: this.#place(header, abi) }, signal);
  }

  /** A header may include what is in the workspace, and one from elsewhere what stands beside it. */
  #place(header: string | undefined, abi: Abi | undefined): Place | undefined {
    const system = systemHeaders(abi);
    if (!this.#parts.trusted()) return { folders: [], within: [], system };
    const folders = this.#parts.folders();
    const inside = header === undefined || folders.some((folder) => contains(folder, header));
    return { path: header, folders, within: inside ? folders : [...folders, dirname(header)], system };
  }

  async #compiled(source: string, choice: Declared & { readonly name?: string }, signal?: AbortSignal): Promise<Declarations> {
    const { compile, trusted } = this.#parts;
    if (!trusted())
      throw shmError('EPERM', 'No compiler is run in a workspace that is not trusted.', { remedy: 'Trust the workspace.' });
    if (!compile) throw shmError('ENOTSUP', 'No compiler can be asked here.');
    return { types: await compile(source, choice, signal), problems: [], included: [] };
  }

  /** Of the programs that map the segment now; where none has it, of the file that had it. */
  async #fromDebugInfo(segment: Segment, { name, debug }: TypeChoice, signal?: AbortSignal): Promise<TypeLayout> {
    const { finder } = this.#parts;
    const seen = (await finder?.seen(segment, signal))?.types ?? [];
    const own = seen.filter(({ file }) => file.name === debug?.file);
    const best: SeenType | undefined = findNamed(own, name) ?? findNamed(seen, name);
    if (finder && best) return finder.layout(best, signal);
    return this.#fromFile(name, debug?.file, signal);
  }

  async #fromFile(name: string, path: string | undefined, signal?: AbortSignal): Promise<TypeLayout> {
    const { reader } = this.#parts;
    if (!reader || path === undefined)
      throw shmError('ETYPE', `No program that maps this segment has a type "${name}" in its debug info.`, {
        remedy: 'Start the program that has it, or choose another type.',
      });
    const file = { path, name: path, root: '/' };
    const index = await reader.index(file, signal);
    const entry = findNamed(entriesNamed(index, name), name);
    const [type] = entry ? await reader.layouts(file, [entry.ref], signal) : [];
    if (!type) throw shmError('ETYPE', index.lack ?? `${path} has no type "${name}" in its debug info any more.`);
    return type;
  }
}

/** Declarations say nothing of the machine: that of the programs that map the segment is meant. */
async function forMapper(segment: Segment, choice: TypeChoice): Promise<Declared> {
  const abi = choice.abi ?? (await mapperAbi(segment));
  return abi === undefined ? choice : { ...choice, abi };
}

/** 'x.h:3:5: …' is about an included file, '3:5: …' about the header itself. */
function wrongFile(message: string, header: string | undefined, included: readonly string[]): string | undefined {
  const [, name] = /^(?:(.+?):)?\d+:\d+: /.exec(message) ?? [];
  if (name === undefined) return header;
  const inner = name.replace(/^(\.{1,2}\/)+/, '');
  return included.find((path) => path === name || path.endsWith(`/${inner}`)) ?? header;
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
