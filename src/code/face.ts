/** What code of a process is, by its address. */

/**
 * How an address came: 'after-store': the processor has told of a store, and where the thread stands since (perf_event_open(2),
 * PERF_TYPE_BREAKPOINT); 'return': where a call returns to; 'exact': the instruction itself.
 */
export type CodeKind = 'after-store' | 'return' | 'exact';

export interface CodeQuery {
  /** In the process. */
  readonly address: bigint;
  readonly kind: CodeKind;
}

/**
 * How the frame of the caller is found (call frame information, DWARF 5, 6.4): the canonical frame address (CFA) is `cfa` plus `offset`
 * bytes, which is the caller's stack pointer. For 'after-store' and 'exact' by the registers at the address, for 'return' by those
 * during the call.
 */
export interface Step {
  /** The stack pointer, or the frame pointer (rbp, ebp, x29). */
  readonly cfa: 'sp' | 'bp';
  readonly offset: number;
  /** Bytes from the CFA to the return address; 'lr' where that is in the link register of AArch64. */
  readonly returnAt: number | 'lr';
  /** Bytes from the CFA to the caller's frame pointer; absent where that is still in its register. */
  readonly framePointerAt?: number;
}

/** A function, and a line in it. */
export interface CodeLine {
  /** 'ns::Order::fill', 'memcpy'. */
  readonly function?: string;
  /** Where the compiler had it: absolute where that is known. */
  readonly file?: string;
  readonly line?: number;
}

export interface CodePlace extends CodeLine {
  /** Run-time address of the storing or calling instruction; a byte of it where its start could not be found out. */
  readonly instruction: bigint;
  /** Where the function is inlined there: the functions around it, outward, each with the line that calls the one before. */
  readonly inlinedInto?: readonly CodeLine[];
  /** The ELF file, as it is called where it runs: '/usr/lib/x86_64-linux-gnu/libc.so.6'. */
  readonly object?: string;
  /** The program's own code: its executable, a library that is not the system's, or what was made at run time. */
  readonly own: boolean;
  readonly step?: Step;
  /** Why there is no line: one sentence, with what helps where that is known. */
  readonly lack?: string;
}
