/** What an ABI and a compiler's dialect say of types: one table for each target. */
import { typeAliases } from './abi/aliases.ts';
import { basicTypes, type Basic } from './abi/basic.ts';
import { namedTypes } from './abi/glibc.ts';
import { LIMITS, limits } from './abi/limits.ts';
import { predefinedMacros } from './abi/macros.ts';
import { systemStructs, type SystemStruct } from './abi/structs.ts';
import { WORDS } from './abi/words.ts';
import type { Target } from './spec.ts';

export interface AbiRules {
  readonly target: Target;
  readonly pointerSize: 4 | 8;
  /** What 'aligned' without a number asks for; bytes. */
  readonly biggestAlignment: 8 | 16;
  /** By canonical name: 'unsigned long'. What the ABI lacks is not in it. */
  readonly basic: ReadonlyMap<string, Basic>;
  /** Names that headers define as another type of the language. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Types with a name of their own that headers define. */
  readonly named: ReadonlyMap<string, Basic>;
  /** 'struct timespec', 'union sigval', 'fd_set': see systemType. */
  readonly structs: ReadonlyMap<string, SystemStruct>;
  readonly macros: ReadonlyMap<string, string>;
  /** Constants of limits.h, stdint.h, stdbool.h and endian.h; a declaration of the source goes before them. */
  readonly constants: ReadonlyMap<string, bigint>;
}

const made = new Map<string, AbiRules>();

/** The rules of a target; the same object each time. */
export function rulesOf(target: Target): AbiRules {
  const { abi, dialect, language } = target;
  const key = `${abi} ${dialect} ${language}`;
  const before = made.get(key);
  if (before !== undefined) return before;
  const basic = basicTypes(abi);
  const aliases = typeAliases(abi, dialect);
  const rules: AbiRules = {
    target,
    pointerSize: WORDS[abi].word,
    biggestAlignment: WORDS[abi].biggestAlignment,
    basic,
    aliases,
    named: namedTypes(abi, dialect === 'clang', basic, aliases),
    structs: systemStructs(abi),
    macros: predefinedMacros(target, basic, aliases),
    constants: new Map([...LIMITS, ...limits(basic)]),
  };
  made.set(key, rules);
  return rules;
}
