/** The fields that mappers lay out differently, by their paths with '[]' for every index. Pure. */
import type { TypeLayout } from '../../api.d.ts';
import { formatPath } from '../../src/decode/format.ts';
import { isStructure, membersOf, partAt, stepEnds } from '../../src/decode/members.ts';
import { memberPath } from '../../src/decode/value.ts';
import type { ConflictInfo } from '../../src/protocol/typing.ts';

/** A struct that is used at many places is gone through at each of them; after so many it is not marked any more. */
const MOST_PLACES = 20_000;

/** What stands on the mark of a field: 'feed (12): double, 8 bytes at 16\nstrategy (13): absent'. */
export function conflictMarks(root: TypeLayout | undefined, conflicts: readonly ConflictInfo[]): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  const byName = new Map(conflicts.map((one) => [bare(one.name), one]));
  let places = 0;
  const visit = (type: TypeLayout, path: string): void => {
    if (++places > MOST_PLACES) return;
    const conflict = byName.get(bare(type.name));
    for (const { path: part, cells } of conflict?.rows ?? []) {
      const text = cells.map((cell, index) => `${conflict?.sides[index] ?? ''}: ${cell}`).join('\n');
      const inside = fieldOf(type, part);
      marks.set(inside === '' ? path : memberPath(path, inside), text);
    }
    if (type.kind === 'array' && type.element) visit(type.element, `${path}[]`);
    else if (isStructure(type)) for (const member of membersOf(type).list) visit(member.type, memberPath(path, member.name));
  };
  if (root && conflicts.length > 0) visit(root, '');
  return marks;
}

/** Of 'side.SELL' the field, 'side': what differs is a name of its enum. */
function fieldOf(root: TypeLayout, path: string): string {
  const indexed = path.replaceAll('[]', '[0]');
  let type = root;
  for (let from = 0; from < indexed.length;) {
    const step = stepEnds(type, indexed, from);
    const part = step && partAt(type, step.index);
    if (!step || !part) return formatPath(indexed.slice(0, from));
    type = part.type;
    from = step.end;
  }
  return path;
}

/** C says 'struct sample', C++ 'sample'. */
function bare(name: string): string {
  return name.replace(/^(struct|union|class|enum) /, '');
}
