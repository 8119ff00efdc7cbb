/** What the debug info of one ELF file gives, as the rest of ShmScope sees it. */
import type { Abi, TypeLayout } from '../../../api.d.ts';

/** A file whose debug info is wanted. */
export interface ElfFile {
  /** As this process can open it: '/usr/bin/app', '/proc/12/exe', '/proc/12/map_files/…'. */
  readonly path: string;
  /** What it is called where it runs, for messages and origins: '/usr/bin/app'. */
  readonly name: string;
  /** Where separate debug info is looked for: '/' or '/proc/12/root'. */
  readonly root: string;
}

/** A type that has a name; types of one name that are laid out alike are one entry. */
export interface TypeEntry {
  /** As the language writes it: 'struct student', 'ns::Order', 'order_t'. */
  readonly name: string;
  readonly kind: TypeLayout['kind'];
  readonly size: number;
  /** Finds it again in this file; opaque. */
  readonly ref: string;
  readonly language: 'c' | 'c++' | 'rust' | 'other';
}

/** A variable with a place of its own (global, static, function-local static) that is a pointer, or a pointer that is a member of one. */
export interface PointerVariable {
  /** 'book', 'main::book', 'state.shared', 'table[2].shared', 'ns::book'. */
  readonly name: string;
  /** Where it stands, as the file counts addresses: its place in a process is this plus the load bias. */
  readonly address: bigint;
  /** What it points to: never void or a function; 'char' and the like are listed too, since they point into segments. */
  readonly target: Pick<TypeEntry, 'name' | 'kind' | 'size' | 'ref'>;
  /** 'feed.c:31', where the debug info tells. */
  readonly declared?: string;
}

/** A pointer, or one that is a member, in the frame of a function of x86-64. Its address is counted from `base`, and may be below. */
export interface LocalVariable extends PointerVariable {
  /** The canonical frame address, or the frame or stack pointer behind the prologue. */
  readonly base: 'c' | 'b' | 's';
  /** Of the function's code, as the file counts addresses. */
  readonly low: bigint;
  readonly high: bigint;
}

/** Sorted by name, and made as they are asked for. */
export interface TypeEntries extends Iterable<TypeEntry> {
  readonly length: number;
  /** Those of exactly this name. */
  named(name: string): TypeEntry[];
  /** Those of exactly as many bytes. */
  ofSize(size: number): TypeEntry[];
}

export interface DebugIndex {
  readonly file: ElfFile;
  /** Hex; '' where the file has none. */
  readonly buildId: string;
  /** Undefined for a machine that ShmScope has no words for; its types are read all the same. */
  readonly abi: Abi | undefined;
  readonly pointerSize: 4 | 8;
  /** Empty where there is no debug info; `lack` says why, and which package or flag would bring it. */
  readonly entries: TypeEntries;
  readonly variables: readonly PointerVariable[];
  /** Only those that have one place for the whole function, as without optimization. */
  readonly locals?: readonly LocalVariable[];
  readonly lack?: string;
}

/** Reads debug info. Every failure is a ShmError: ENOENT, EACCES, ENOEXEC (no ELF file), ETYPE (broken debug info), ETIMEDOUT, ENOMEM. */
export interface DebugReader {
  index(file: ElfFile, signal?: AbortSignal): Promise<DebugIndex>;
  /** The same; undefined where it is certain without reading all that no type has the name. */
  indexWith(file: ElfFile, name: string, signal?: AbortSignal): Promise<DebugIndex | undefined>;
  /** In the order of `refs`; their layouts share what they have in common, and have the origin 'dwarf:NAME'. */
  layouts(file: ElfFile, refs: readonly string[], signal?: AbortSignal): Promise<TypeLayout[]>;
  /** The same, with undefined for those of several that cannot be made out (ETYPE), as one that another program only declares; alone it is the error. */
  someLayouts(file: ElfFile, refs: readonly string[], signal?: AbortSignal): Promise<(TypeLayout | undefined)[]>;
}
