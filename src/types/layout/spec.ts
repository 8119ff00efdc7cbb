/** What a declaration says of a struct, union or class, as the layout rules take it, and what they make of it. */
import type { Abi, FieldLayout, TypeLayout } from '../../../api.d.ts';

export type Dialect = 'gcc' | 'clang';

/** Which compiler for which machine. */
export interface Target {
  readonly abi: Abi;
  readonly dialect: Dialect;
  readonly language: 'c' | 'c++';
}

/** A machine mode of gcc: one of integers, of doubles and complex ones, of other numbers, or what fits no register (BLKmode). */
export type Mode = 'integer' | 'double' | 'other' | 'block';

/** What gcc makes of a type for the machine; it matters on i386. */
export interface MachineType {
  readonly mode: Mode;
  /** Where it is no field (TYPE_ALIGN); bytes. */
  readonly alignment: number;
}

export interface MemberSpec {
  /** '' for an anonymous struct or union, and for an unnamed bit-field. */
  readonly name: string;
  readonly type: TypeLayout;
  /** UTF-16 units from the start of the source, for messages. */
  readonly at: number;
  readonly bitWidth?: number;
  /** The strictest of aligned(n), alignas and _Alignas on the member; bytes. */
  readonly aligned?: number;
  /** packed on the member itself. */
  readonly packed: boolean;
  /** The alignment of its type, or of something in it, was asked for by aligned(n) or alignas: it matters on i386. */
  readonly userAligned?: boolean;
  /** Of its type, where more is known than its layout. */
  readonly machine?: MachineType;
  /** C++: the class of the member, or of the elements of an array. */
  readonly class?: ClassInfo;
  /** C++: [[no_unique_address]]. */
  readonly overlaps?: boolean;
  /** C++: private or protected. */
  readonly nonPublic?: boolean;
  /** C++: a reference; its type is a pointer's. */
  readonly reference?: boolean;
}

export interface BaseSpec {
  readonly type: TypeLayout;
  readonly class: ClassInfo;
  readonly at: number;
}

/** What a class definition says beside its non-static data members. */
export interface ClassSpec {
  /** Non-virtual ones, in the order of the declaration. */
  readonly bases: readonly BaseSpec[];
  /** It declares, or overrides, a virtual function itself. */
  readonly virtual: boolean;
  /** It has what takes away that it is plain old data (C++03, 9/4): gcc counts what is provided, clang what is declared. */
  readonly constructor: boolean;
  readonly copyAssignment: boolean;
  readonly destructor: boolean;
  /** A non-static data member has an initializer in the class. */
  readonly defaultInitializer: boolean;
}

export interface RecordSpec {
  readonly union: boolean;
  /** #pragma pack in force at the closing brace; bytes, 0 = off. */
  readonly pack: number;
  /** aligned(n) or alignas on the type; bytes, 0 = none. */
  readonly aligned: number;
  /** packed on the type. */
  readonly packed: boolean;
  readonly target: Target;
  /** C++ only. */
  readonly class?: ClassSpec;
}

/** What the layouts of classes that have this one as a base or a member need of it. */
export interface ClassInfo {
  /** Bytes without the padding at its end that others may use (dsize and nvsize of the Itanium C++ ABI, 2.4). */
  readonly dataSize: number;
  /** Bytes that it takes as a member that others may overlap. */
  readonly memberSize: number;
  /** Alignment as a base (nvalign). */
  readonly baseAlignment: number;
  readonly empty: boolean;
  /** It has a virtual table pointer at offset 0. */
  readonly dynamic: boolean;
  /** Plain old data for the purpose of layout. */
  readonly pod: boolean;
  /** packed had its effect on all members. */
  readonly packed: boolean;
  /** See MemberSpec.userAligned. */
  readonly userAligned: boolean;
  /** Its empty subobjects, itself included: no two of one type may stand at one place. */
  readonly empties: readonly EmptyPlace[];
}

/** A class without padding at its end, bases or virtual functions. */
export function plainClass({ size, alignment }: TypeLayout, pod: boolean, userAligned = false): ClassInfo {
  return {
    dataSize: size,
    memberSize: size,
    baseAlignment: alignment,
    empty: false,
    dynamic: false,
    pod,
    packed: false,
    userAligned,
    empties: [],
  };
}

export interface EmptyPlace {
  /** Stands for the type: the same object for the same class. */
  readonly identity: object;
  /** Bytes from the start of the class. */
  readonly offset: number;
}

export interface RecordLayout {
  readonly size: number;
  readonly alignment: number;
  /** Of a class: '<vptr>' and '<Base>' first, as api.d.ts names them. */
  readonly fields: readonly FieldLayout[];
  /** For MemberSpec.userAligned of members that have this type. */
  readonly userAligned: boolean;
  /** The same. Of gcc. */
  readonly machine?: MachineType;
  readonly class?: ClassInfo;
}
