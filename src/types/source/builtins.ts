/** The names that need no declaration: basic types, and what system headers give. */
import type { TypeLayout } from '../../../api.d.ts';
import type { AbiRules } from '../layout/abi.ts';
import { systemType } from '../layout/system.ts';
import { CType, named } from './ctype.ts';

export class Builtins {
  readonly #rules: AbiRules;
  readonly #types = new Map<string, CType>();

  constructor(rules: AbiRules) {
    this.#rules = rules;
  }

  /** A basic type by its one name ('unsigned long'), or a name that headers define. */
  type(name: string): CType | undefined {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const type = this.#make(name);
    if (type !== undefined) this.#types.set(name, type);
    return type;
  }

  /** 'struct timespec' of a system header by its tag; in C++ its name has no 'struct'. */
  tagged(kind: 'struct' | 'union', tag: string): TypeLayout | undefined {
    const layout = systemType(this.#rules, `${kind} ${tag}`);
    return layout && this.#rules.target.language === 'c++' ? { ...layout, name: tag } : layout;
  }

  constant(name: string): bigint | undefined {
    return this.#rules.constants.get(name);
  }

  #make(name: string): CType | undefined {
    if (name === 'void') return new CType({ left: 'void', key: 'void', lack: 'void' });
    const layout = systemType(this.#rules, name);
    return layout && named(layout, this.#rules.named.has(name) ? name : (this.#rules.aliases.get(name) ?? name));
  }
}
