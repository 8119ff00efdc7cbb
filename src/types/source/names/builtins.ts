/** The names that need no declaration: basic types, and what system headers give. */
import type { TypeLayout } from '../../../../api.d.ts';
import type { AbiRules } from '../../layout/abi.ts';
import { systemType } from '../../layout/system.ts';
import { CType, named } from '../expressions/ctype.ts';
import type { Constant } from '../expressions/operand.ts';

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

  /** A constant that headers define. */
  constant(name: string): Constant | undefined {
    const value = this.#rules.constants.get(name);
    const type = value === undefined ? undefined : this.type(this.#typeOf(name, value));
    return value === undefined || type === undefined ? undefined : { value, type };
  }

  /** That of the literal which the header has. */
  #typeOf(name: string, value: bigint): string {
    if (name === 'true' || name === 'false') return this.#rules.target.language === 'c++' ? '_Bool' : 'int';
    const long = this.#rules.pointerSize === 8 ? 'long' : 'long long';
    const wide = /LLONG/.test(name) ? 'long long' : /(INT64|INTMAX)/.test(name) ? long : 'long';
    const isWide = /(LONG|INT64|INTMAX)/.test(name) || (/(SIZE|PTR|PTRDIFF)/.test(name) && this.#rules.pointerSize === 8);
    const rank = isWide ? wide : 'int';
    const unsigned = /^(U|SIZE)/.test(name) && value >= 1n << 31n;
    return unsigned ? `unsigned ${rank}` : rank;
  }

  #make(name: string): CType | undefined {
    if (name === 'void') return new CType({ left: 'void', key: 'void', lack: 'void' });
    const layout = systemType(this.#rules, name);
    return layout && named(layout, this.#rules.named.has(name) ? name : (this.#rules.aliases.get(name) ?? name));
  }
}
