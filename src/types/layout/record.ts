/** Sizes and offsets of a struct, union or class, as its declaration says and the target's compiler lays it out. */
import { ClangRecord } from './records/clang.ts';
import { GccRecord } from './records/gcc.ts';
import type { MemberSpec, RecordLayout, RecordSpec } from './spec.ts';

/** Throws a DeclarationError at the member where the type passes 2^53 bytes, or a bit-field 2^53 bits. */
export function layOut(members: readonly MemberSpec[], spec: RecordSpec): RecordLayout {
  const record = spec.target.dialect === 'gcc' ? new GccRecord(spec, members) : new ClangRecord(spec);
  for (const member of members) record.place(member);
  return record.finish();
}

/** The names that a member brings into its struct: its own, or those of an anonymous member. */
export function memberNames(member: MemberSpec): string[] {
  if (member.name !== '') return [member.name];
  if (member.bitWidth !== undefined) return [];
  const names: string[] = [];
  const stack = [member.type];
  for (let type = stack.pop(); type !== undefined; type = stack.pop()) {
    for (const field of type.fields ?? []) {
      if (field.name !== '') names.push(field.name);
      else stack.push(field.type);
    }
  }
  return names;
}
