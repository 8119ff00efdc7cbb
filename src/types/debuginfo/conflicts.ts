/** Type names that the mappers of a segment lay out in more than one way. */
import type { Abi, LayoutConflict, TypeLayout } from '../../../api.d.ts';
import type { SeenFile } from './candidates.ts';
import { differences, sameLayout } from './compare.ts';
import type { Hit } from './process/hits.ts';
import type { Layouts, Wanted } from './layouts.ts';
import { entriesNamed, plainName } from './lookup.ts';
import { isSystemLibrary, nameOf, type Mapper } from './process/programs.ts';

export interface Evidence {
  readonly mappers: readonly Mapper[];
  readonly files: readonly SeenFile[];
  readonly hits: readonly Hit[];
}

/** A way to lay out a name, and who has it. */
interface Variant {
  readonly type: TypeLayout;
  readonly abi: Abi;
  readonly mappers: Mapper[];
}

/** Names of which layouts are compared at most. */
const MOST = 500;

/**
 * For each of `types`, which one mapper has, how the others lay out the same name. The names of all mappers are not compared with each
 * other: hundreds of them mean different things in different libraries.
 */
export async function conflictsOf(
  types: readonly TypeLayout[],
  evidence: Evidence,
  layouts: Layouts,
  signal: AbortSignal,
): Promise<LayoutConflict[]> {
  const wanted = types.slice(0, MOST);
  await layouts.load(
    wanted.flatMap(({ name }) => optionsOf(name, evidence.files)),
    signal,
  );
  return wanted.flatMap((type) => {
    const variants = variantsOf(type, evidence, layouts);
    return variants.length > 1 ? [conflictOf(type.name, variants)] : [];
  });
}

/** The type itself and the structs, unions and enums that it is made of, each name once. */
export function typesWithin(types: readonly TypeLayout[]): TypeLayout[] {
  const found = new Map<string, TypeLayout>();
  const seen = new Set<TypeLayout>();
  const waiting = [...types];
  for (let type = waiting.shift(); type; type = waiting.shift()) {
    if (seen.has(type)) continue;
    seen.add(type);
    const named = type.kind === 'struct' || type.kind === 'union' || type.kind === 'enum';
    const name = plainName(type.name);
    if (named && name !== '' && !found.has(name)) found.set(name, type);
    if (type.element) waiting.push(type.element);
    for (const field of type.fields ?? []) waiting.push(field.type);
  }
  return [...found.values()];
}

/** A name that only one build of one file has needs no reading: who runs it has the same layout. */
function optionsOf(name: string, files: readonly SeenFile[]): Wanted[] {
  const having = files.filter((file) => optionsIn(file, name).length > 0);
  const builds = new Set(having.map(({ run, index }) => (index.buildId === '' ? run.key : index.buildId)));
  return builds.size > 1 ? having.flatMap((file) => optionsIn(file, name)) : [];
}

function optionsIn({ run, index }: SeenFile, name: string): Wanted[] {
  return isSystemLibrary(run) ? [] : entriesNamed(index, name).map(({ ref }) => ({ run, ref }));
}

function variantsOf(type: TypeLayout, evidence: Evidence, layouts: Layouts): Variant[] {
  const variants: Variant[] = [];
  for (const mapper of evidence.mappers) {
    for (const { type: one, abi } of layoutsOf(mapper, type, evidence, layouts)) {
      const same = variants.find((variant) => sameLayout(variant.type, one));
      if (!same) variants.push({ type: one, abi, mappers: [mapper] });
      else if (!same.mappers.includes(mapper)) same.mappers.push(mapper);
    }
  }
  // That which was asked about first.
  return variants.sort((a, b) => Number(sameLayout(b.type, type)) - Number(sameLayout(a.type, type)));
}

interface Found {
  readonly type: TypeLayout;
  readonly abi: Abi;
}

/** How a mapper lays out the name: as its own pointers into the segment say; else like `type` where any of its files does; else as its first file does. */
function layoutsOf(mapper: Mapper, type: TypeLayout, { files, hits }: Evidence, layouts: Layouts): Found[] {
  const name = plainName(type.name);
  const pointed = hits.filter((hit) => hit.mapper === mapper && plainName(hit.variable.target.name) === name);
  if (pointed.length > 0)
    return pointed.flatMap(({ run, index, variable }) => found(layouts.get({ run, ref: variable.target.ref }), index.abi));
  const own = files.filter((file) => file.mappers.includes(mapper));
  const options = own.flatMap((file) => optionsIn(file, name).flatMap((one) => found(layouts.get(one), file.index.abi)));
  return [options.find((one) => sameLayout(one.type, type)) ?? options[0]].filter((one) => one !== undefined);
}

/** A machine that the API has no word for is left out. */
function found(type: TypeLayout | undefined, abi: Abi | undefined): Found[] {
  return type && abi ? [{ type, abi }] : [];
}

function conflictOf(name: string, variants: readonly Variant[]): LayoutConflict {
  const [first, ...others] = variants.map((variant, i) => ({ name: labelOf(variant, i, variants), type: variant.type }));
  return {
    name,
    variants: variants.map(({ type, abi, mappers }) => ({ pids: mappers.map(({ pid }) => pid), origin: type.origin, abi, type })),
    differences: first ? others.flatMap((other) => differences(first, other)) : [],
  };
}

/** The name of its first process, with the pid where another variant's is the same. */
function labelOf({ mappers: [first] }: Variant, own: number, all: readonly Variant[]): string {
  if (!first) return '';
  const shared = all.some(({ mappers }, i) => i !== own && mappers[0]?.process === first.process);
  return shared ? nameOf(first) : first.process;
}
