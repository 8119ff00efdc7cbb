/** What names a file's content: the build-id that the linker wrote, or where the file is and when it was changed. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const NT_GNU_BUILD_ID = 3;
const PT_NOTE = 4;
/** Bytes of program headers and of notes that are looked at. */
const MOST = 64 * 1024;

/** A name for the content of a file, fit for a file name; undefined for what is no regular file, or cannot be opened. */
export async function contentKey(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    // A FIFO without O_NONBLOCK waits for a writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const status = await file.stat({ bigint: true });
    if (!status.isFile()) return undefined;
    // dwz and strip keep the build-id, and not the size.
    const id = await buildIdOf(file);
    return id === undefined ? `file-${status.dev}-${status.ino}-${status.mtimeNs}-${status.size}` : `id-${id}-${status.size}`;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, MOST)));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

/** Hex; in the notes that are loaded (elf(5)). Little-endian files only: others are named by place and time. */
async function buildIdOf(file: FileHandle): Promise<string | undefined> {
  const header = await bytesAt(file, 0, 64);
  if (header.length < 52 || header.readUInt32BE(0) !== 0x7f454c46 || header[5] !== 1) return undefined;
  const wide = header[4] === 2;
  if (wide && header.length < 64) return undefined;
  const at = wide ? Number(header.readBigUInt64LE(32)) : header.readUInt32LE(28);
  const size = header.readUInt16LE(wide ? 54 : 42);
  const count = header.readUInt16LE(wide ? 56 : 44);
  if (!Number.isSafeInteger(at) || size < (wide ? 56 : 32)) return undefined;
  const table = await bytesAt(file, at, size * count);
  for (let i = 0; i + size <= table.length; i += size) {
    if (table.readUInt32LE(i) !== PT_NOTE) continue;
    const offset = wide ? Number(table.readBigUInt64LE(i + 8)) : table.readUInt32LE(i + 4);
    const length = wide ? Number(table.readBigUInt64LE(i + 32)) : table.readUInt32LE(i + 16);
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) continue;
    const id = inNotes(await bytesAt(file, offset, length));
    if (id !== undefined) return id;
  }
  return undefined;
}

function inNotes(notes: Buffer): string | undefined {
  const padded = (length: number): number => (length + 3) & ~3;
  for (let at = 0; at + 12 <= notes.length;) {
    const [nameLength, length, type] = [notes.readUInt32LE(at), notes.readUInt32LE(at + 4), notes.readUInt32LE(at + 8)];
    const name = at + 12;
    const content = name + padded(nameLength);
    if (nameLength > notes.length || length > notes.length || content + length > notes.length) return undefined;
    if (type === NT_GNU_BUILD_ID && notes.toString('latin1', name, name + nameLength) === 'GNU\0' && length > 0)
      return notes.toString('hex', content, content + length);
    at = content + padded(length);
  }
  return undefined;
}
