/** The ABI that an ELF file says it is for (elf(5)). */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Abi, Segment } from '../../../../api.d.ts';

/** e_machine and bits. */
const ABIS: ReadonlyMap<string, Abi> = new Map([
  ['62/64', 'x86_64'],
  ['183/64', 'aarch64'],
  ['3/32', 'i386'],
  ['40/32', 'arm'],
]);
/** e_ident, e_type and e_machine. */
const HEADER_BYTES = 20;
/** Mappers that are looked at: more of one kind say nothing new. */
const MOST = 16;

/** Undefined for a machine that ShmScope has no words for. */
export function elfAbi(machine: number, bits: number): Abi | undefined {
  return ABIS.get(`${machine}/${bits}`);
}

/** The one ABI of the programs that map a segment, as far as they can be looked at; undefined where there is none, or several. */
export async function mapperAbi({ mappings }: Segment): Promise<Abi | undefined> {
  const pids = [...new Set(mappings.map(({ pid }) => pid))].slice(0, MOST);
  const found = new Set(await Promise.all(pids.map((pid) => abiOf(`/proc/${pid}/exe`))));
  found.delete(undefined);
  const [abi] = found;
  return found.size === 1 ? abi : undefined;
}

async function abiOf(path: string): Promise<Abi | undefined> {
  try {
    // O_CLOEXEC is Node's own.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return bytesRead === HEADER_BYTES ? headerAbi(buffer) : undefined;
    } finally {
      await file.close();
    }
  } catch {
    // It has ended, or is another user's.
    return undefined;
  }
}

/** From the first bytes of a file; undefined where it is no ELF file, or for another machine. */
export function headerAbi(bytes: Uint8Array): Abi | undefined {
  const [m0, m1, m2, m3, width, order] = bytes;
  if (m0 !== 0x7f || m1 !== 0x45 || m2 !== 0x4c || m3 !== 0x46) return undefined;
  const machine = new DataView(bytes.buffer, bytes.byteOffset).getUint16(18, order === 1);
  return elfAbi(machine, width === 1 ? 32 : 64);
}
