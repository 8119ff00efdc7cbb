/** From a choice to the layout that it means now. */
import type { Segment, TypeLayout } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { choiceSource, chosenType, isNamed, type TypeChoice } from './choice.ts';
import type { DebugReader } from './debuginfo/face.ts';
import type { TypeFinder } from './debuginfo/finder.ts';
import type { TypeService } from './service.ts';

export interface Resolved {
  readonly type: TypeLayout;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** The declarations that it was read from. */
  readonly source?: string;
  /** Absolute paths of the headers that were read; the type is another when one of them changes. */
  readonly files: readonly string[];
}

export interface ResolverParts {
  readonly service: TypeService;
  /** Whether headers may be read. */
  readonly trusted: () => boolean;
  readonly finder?: TypeFinder | undefined;
  readonly reader?: DebugReader | undefined;
  /** Has a compiler lay out the declarations: only what the user agreed to comes here, and only of a trusted workspace. */
  readonly compile?: ((source: string, choice: TypeChoice, signal?: AbortSignal) => Promise<readonly TypeLayout[]>) | undefined;
}

export class TypeResolver {
  readonly #parts: ResolverParts;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
  }

  /** Whether there is a way to ask a compiler. */
  get compiles(): boolean {
    return this.#parts.compile !== undefined;
  }

  /** Rejects with a ShmError: ETYPE, with 'LINE:COLUMN: …' where declarations are wrong; as `choiceSource` and DebugReader for what cannot be read. */
  async resolve(segment: Segment, choice: TypeChoice, signal?: AbortSignal): Promise<Resolved> {
    const offset = choice.offset ?? 0;
    if (choice.debug) return { type: await this.#fromDebugInfo(segment, choice, signal), offset, files: [] };
    const { name, header, abi, language, dialect } = choice;
    const source = await choiceSource(choice, this.#parts.trusted());
    const types = choice.compiled
      ? await this.#compiled(source, choice, signal)
      : await this.#parts.service.parse({ source, abi, language, dialect }, signal);
    return { type: chosenType(types, name), offset, source, files: header === undefined ? [] : [header] };
  }

  async #compiled(source: string, choice: TypeChoice, signal?: AbortSignal): Promise<readonly TypeLayout[]> {
    const { compile, trusted } = this.#parts;
    if (!trusted())
      throw shmError('EPERM', 'No compiler is run in a workspace that is not trusted.', { remedy: 'Trust the workspace.' });
    if (!compile) throw shmError('ENOTSUP', 'No compiler can be asked here.');
    return compile(source, choice, signal);
  }

  /** Of the programs that map the segment now; where none has it, of the file that had it. */
  async #fromDebugInfo(segment: Segment, { name, debug }: TypeChoice, signal?: AbortSignal): Promise<TypeLayout> {
    const { finder } = this.#parts;
    const seen = (await finder?.seen(segment, signal))?.types.filter((type) => isNamed(type, name)) ?? [];
    const best = seen.find(({ file }) => file.name === debug?.file) ?? seen[0];
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
    const { entries, lack } = await reader.index(file, signal);
    const entry = entries.find((one) => isNamed(one, name));
    const [type] = entry ? await reader.layouts(file, [entry.ref], signal) : [];
    if (!type) throw shmError('ETYPE', lack ?? `${path} has no type "${name}" in its debug info any more.`);
    return type;
  }
}
