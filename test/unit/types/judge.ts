/** What a compiler says of the layouts of a text's types. */
import type { Target } from '../../../src/types/layout/spec.ts';
import { compile } from './compilers.ts';
import { entriesOf } from './dwarf.ts';
import { sectionsOf, type Section } from './elf.ts';
import { debuggedShapes, type Shape } from './shapes.ts';

export interface Judged extends Shape {
  readonly alignment: number;
}

const DEBUG = { c: ['-g', '-gdwarf-5', '-ffreestanding'], 'c++': ['-g', '-gdwarf-5', '-ffreestanding', '-fno-access-control'] };
/** So that it tells bit-fields by their first bit, as gcc does. */
const TUNING = { gcc: ['-femit-class-debug-always'], clang: ['-glldb', '-fstandalone-debug'] };

/** Constant expressions, as the compiler computes them: 64 bits each. */
export async function valuesOf(
  target: Target,
  source: string,
  expressions: readonly string[],
  flags: readonly string[] = [],
): Promise<bigint[]> {
  return readTable(sectionsOf(await compile(target, source + tableOf(target, expressions), flags)), expressions.length);
}

/** The shape of each type: 'struct s1', 's2_t'; in C++ 's1' too. */
export async function judge(target: Target, source: string, names: readonly string[]): Promise<Judged[]> {
  const alignof = target.language === 'c' ? '_Alignof' : 'alignof';
  const table = tableOf(
    target,
    names.map((name) => `${alignof}(${name})`),
  );
  // clang describes only what is used.
  const uses = names.map((name, i) => `${name} *shmscope_use${i};`).join('\n');
  const sections = sectionsOf(
    await compile(target, source + table + uses, [...DEBUG[target.language], ...TUNING[target.dialect]]),
  );
  const alignments = readTable(sections, names.length);
  const { byOffset, unit } = entriesOf(sections);
  const shapes = debuggedShapes(byOffset, unit);
  return names.map((name, i) => {
    const shape = shapes.get(name.replace(/^(struct|union|class) /, ''));
    if (shape === undefined) throw new Error(`the debug info has no ${name}`);
    return { ...shape, alignment: Number(alignments[i]) };
  });
}

/** Values travel in a section of their own, which needs no linker and no program that runs. */
function tableOf(target: Target, expressions: readonly string[]): string {
  const list = expressions.map((expression) => `(unsigned long long)(${expression})`).join(',\n');
  const linkage = target.language === 'c' ? '' : 'extern ';
  return `\n${linkage}const unsigned long long shmscope_table[] __attribute__((section("shmscope"), used)) = {${list}};\n`;
}

function readTable(sections: ReadonlyMap<string, Section>, count: number): bigint[] {
  const data = sections.get('shmscope')?.data;
  return Array.from({ length: count }, (_, i) => data?.getBigUint64(i * 8, true) ?? 0n);
}
