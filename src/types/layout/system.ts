/** Types that are known without a declaration: those of the language and those of system headers. */
import type { TypeLayout } from '../../../api.d.ts';
import type { AbiRules } from './abi.ts';
import { STRUCT_TYPEDEFS, type SystemStruct } from './abi/structs.ts';
import { layOut } from './record.ts';
import type { MemberSpec } from './spec.ts';

const made = new WeakMap<AbiRules, Map<string, TypeLayout>>();

/**
 * The type that `name` names: 'unsigned long', 'uint8_t', 'pthread_mutex_t', 'struct timespec', 'union sigval', 'fd_set'. The same object
 * each time; undefined where the ABI knows none.
 */
export function systemType(rules: AbiRules, name: string): TypeLayout | undefined {
  const known = made.get(rules) ?? new Map<string, TypeLayout>();
  made.set(rules, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const type = name.endsWith(' *') ? pointer(rules, name) : (scalar(rules, name) ?? structure(rules, name));
  if (type !== undefined) known.set(name, type);
  return type;
}

function scalar(rules: AbiRules, name: string): TypeLayout | undefined {
  const entry = rules.named.get(name) ?? rules.basic.get(rules.aliases.get(name) ?? name);
  if (entry === undefined) return undefined;
  const { element, ...rest } = entry;
  const layout: TypeLayout = { name, ...rest, origin: 'builtin' };
  const inner = element === undefined ? undefined : systemType(rules, element);
  return inner === undefined ? layout : { ...layout, element: inner, count: 2 };
}

function structure(rules: AbiRules, name: string): TypeLayout | undefined {
  const tag = STRUCT_TYPEDEFS.get(name) ?? name;
  const found = rules.structs.get(tag);
  if (found === undefined) return undefined;
  const kind = tag.startsWith('union ') ? 'union' : 'struct';
  const record = layOut(membersOf(rules, found), {
    union: kind === 'union',
    pack: 0,
    aligned: 0,
    packed: found.packed ?? false,
    target: rules.target,
  });
  return { name, kind, size: record.size, alignment: record.alignment, fields: record.fields, origin: 'builtin' };
}

function membersOf(rules: AbiRules, { members }: SystemStruct): MemberSpec[] {
  return members.map((text) => {
    const parts = /^(.*?) ?(\*?)(\w+)(?:\[(\d+)\])?$/.exec(text);
    const [, base = '', star = '', name = '', count] = parts ?? [];
    const one = systemType(rules, base + (star && ' *'));
    if (one === undefined) throw new Error(`'${text}' of a system struct names no type that is known`);
    const type = count === undefined ? one : arrayOf(one, Number(count));
    return { name, type, at: 0, packed: false };
  });
}

function pointer({ pointerSize: size }: AbiRules, name: string): TypeLayout {
  return { name, kind: 'pointer', size, alignment: size, origin: 'builtin' };
}

function arrayOf(element: TypeLayout, count: number): TypeLayout {
  const { name, size, alignment } = element;
  return { name: `${name}[${count}]`, kind: 'array', size: size * count, alignment, element, count, origin: 'builtin' };
}
