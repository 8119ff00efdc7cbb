/** A TypeFinder that says what a test wants. */
import type { LayoutConflict, Segment, TypeLayout } from '../../../api.d.ts';
import type { SeenType, Suggestion, TypeFinder } from '../../../src/types/debuginfo/finder.ts';
import { shmError } from '../../../src/native/errors.ts';

export const int: TypeLayout = { name: 'int', kind: 'integer', size: 4, alignment: 4, signed: true, origin: 'dwarf:/bin/a' };
export const char: TypeLayout = { ...int, name: 'char', kind: 'char', size: 1, alignment: 1 };
export const double: TypeLayout = { ...int, name: 'double', kind: 'float', size: 8, alignment: 8 };

export function struct(name: string, size: number, fields: TypeLayout['fields'] = [], file = '/bin/a'): TypeLayout {
  return { name, kind: 'struct', size, alignment: 8, fields, origin: `dwarf:${file}` };
}

/** `type` as the file `path`, run by `pids`, has it. */
export function seenIn(type: TypeLayout, path: string, pids: readonly number[]): SeenType {
  const { name, kind, size } = type;
  return { name, kind, size, ref: `${path} ${name}`, language: 'c', file: { path, name: path, root: '/' }, pids };
}

export class FakeFinder implements TypeFinder {
  types: readonly (readonly [TypeLayout, SeenType])[] = [];
  suggestions: readonly Suggestion[] = [];
  found: readonly LayoutConflict[] = [];
  lacks: readonly string[] = [];
  looks = 0;

  async suggest(): Promise<readonly Suggestion[]> {
    this.looks++;
    return this.suggestions;
  }

  async seen(_segment: Segment): ReturnType<TypeFinder['seen']> {
    return { types: this.types.map(([, seen]) => seen), lacks: this.lacks };
  }

  async layout(seen: SeenType): Promise<TypeLayout> {
    const found = this.types.find(([, one]) => one.ref === seen.ref);
    if (!found) throw shmError('ENOENT', 'gone');
    return found[0];
  }

  async conflicts(): Promise<readonly LayoutConflict[]> {
    return this.found;
  }
}
