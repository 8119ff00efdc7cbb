/** x86-64 code as far as finding a frame takes it: how much a function's prologue puts on the stack, and where a call stands. */

/** Bytes of a function's begin that are looked at. */
export const PROLOGUE = 32;
/** Bytes before a return address that are looked at. */
export const CALL = 8;

export interface Prologue {
  /** Bytes between the return address and the stack pointer while the function's own code runs. */
  readonly size: number;
  /** %rbp points to the caller's %rbp, below the return address. */
  readonly framePointer: boolean;
}

/**
 * What compilers write without optimization: endbr64; push %rbp; mov %rsp,%rbp; pushes; sub $n,%rsp, each of which may be missing.
 * Whether it is what the function does is for the caller to check: optimized code puts other instructions in between.
 */
export function prologueOf(code: Uint8Array): Prologue {
  let at = starts(code, 0, 0xf3, 0x0f, 0x1e, 0xfa) ? 4 : 0;
  let size = 0;
  const framePointer = starts(code, at, 0x55, 0x48, 0x89, 0xe5);
  if (framePointer) {
    at += 4;
    size += 8;
  }
  // push %r8 to %r15 has a prefix.
  for (let length = pushAt(code, at); length > 0; length = pushAt(code, at)) {
    at += length;
    size += 8;
  }
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  if (starts(code, at, 0x48, 0x83, 0xec) && at + 4 <= code.length) size += Math.max(0, view.getInt8(at + 3));
  else if (starts(code, at, 0x48, 0x81, 0xec) && at + 7 <= code.length) size += Math.max(0, view.getInt32(at + 3, true));
  return { size, framePointer };
}

/** Whether `code`, the 8 bytes before an address, ends with a call (Intel SDM, volume 2, CALL): e8, or ff with 2 in its second byte. */
export function endsWithCall(code: Uint8Array): boolean {
  if (code[CALL - 5] === 0xe8) return true;
  return [2, 3, 4, 6, 7].some((length) => {
    const second = code[CALL - length + 1] ?? 0;
    return code[CALL - length] === 0xff && ((second >> 3) & 7) === 2;
  });
}

/** Where the call that ends there leads, if it says so itself. */
export function callTarget(code: Uint8Array, end: number): number | undefined {
  if (code[CALL - 5] !== 0xe8) return undefined;
  return end + new DataView(code.buffer, code.byteOffset, code.byteLength).getInt32(CALL - 4, true);
}

function pushAt(code: Uint8Array, at: number): number {
  const prefixed = code[at] === 0x41;
  const byte = code[prefixed ? at + 1 : at] ?? 0;
  return byte >= 0x50 && byte <= 0x57 ? (prefixed ? 2 : 1) : 0;
}

function starts(code: Uint8Array, at: number, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => code[at + i] === byte);
}
