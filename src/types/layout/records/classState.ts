/** What becomes known of a class while it is laid out, and what others need of it. */
import type { FieldLayout, TypeLayout } from '../../../../api.d.ts';
import type { BaseSpec, ClassInfo, ClassSpec, MemberSpec, RecordLayout } from '../spec.ts';
import { Empties } from './empties.ts';

export class ClassState {
  readonly spec: ClassSpec;
  readonly empties = new Empties();
  /** Bytes that empty classes reach, which take none of their own. */
  reach = 0;
  /** False where a member could not be packed. */
  readonly packed: boolean;
  /** Plain old data. */
  isPod: boolean;
  #empty = true;

  constructor(spec: ClassSpec, packed: boolean) {
    this.spec = spec;
    this.packed = packed;
    const { constructor, copyAssignment, destructor, defaultInitializer } = spec;
    this.isPod = !(constructor || copyAssignment || destructor || defaultInitializer);
    if (this.isDynamic || spec.bases.length > 0) this.isPod = false;
    if (this.isDynamic || !spec.bases.every((base) => base.class.empty)) this.#empty = false;
  }

  get isDynamic(): boolean {
    return this.spec.virtual || this.primaryBase !== undefined;
  }

  /** The base whose virtual table pointer serves the class too: the first that has one. */
  get primaryBase(): BaseSpec | undefined {
    return this.spec.bases.find((base) => base.class.dynamic);
  }

  /** To a virtual table, at the start. */
  get hasOwnPointer(): boolean {
    return this.spec.virtual && this.primaryBase === undefined;
  }

  get isEmpty(): boolean {
    return this.#empty;
  }

  /** In the order in which they are placed. */
  get bases(): readonly BaseSpec[] {
    const { primaryBase } = this;
    return primaryBase ? [primaryBase, ...this.spec.bases.filter((base) => base !== primaryBase)] : this.spec.bases;
  }

  reachTo(end: number): void {
    this.reach = Math.max(this.reach, end);
  }

  add(member: MemberSpec): void {
    if (member.bitWidth !== 0 && !isOverlappingEmpty(member)) this.#empty = false;
    if (member.nonPublic) this.isPod = false;
    if (member.class === undefined ? member.reference : !member.class.pod) this.isPod = false;
  }

  /** `dataSize` in bytes, without the padding at the end; `memberSize` as ClassInfo has it. */
  info({ size, alignment, userAligned }: RecordLayout, dataSize: number, memberSize = dataSize): ClassInfo {
    if (this.#empty) this.empties.addItself();
    return {
      dataSize: this.isPod && !this.#empty ? size : dataSize,
      memberSize: this.isPod ? size : memberSize,
      baseAlignment: alignment,
      empty: this.#empty,
      dynamic: this.isDynamic,
      pod: this.isPod,
      packed: this.packed,
      userAligned,
      empties: this.empties.list,
    };
  }
}

/** [[no_unique_address]] of a class: others may use its place, or the padding at its end. */
export function isOverlapping({ overlaps, type, class: info }: MemberSpec): boolean {
  return overlaps === true && info !== undefined && type.kind !== 'array';
}

export function isOverlappingEmpty(member: MemberSpec): boolean {
  return isOverlapping(member) && member.class?.empty === true;
}

/** '<vptr>' first, then bases in the order of the declaration. */
export function baseFields(state: ClassState, offsets: ReadonlyMap<BaseSpec, number>, pointerSize: number): FieldLayout[] {
  const type: TypeLayout = { name: 'void *', kind: 'pointer', size: pointerSize, alignment: pointerSize, origin: 'builtin' };
  const bases = state.spec.bases.map((base): FieldLayout => ({
    name: '<Base>',
    offset: offsets.get(base) ?? 0,
    type: base.type,
  }));
  return state.hasOwnPointer ? [{ name: '<vptr>', offset: 0, type }, ...bases] : bases;
}
