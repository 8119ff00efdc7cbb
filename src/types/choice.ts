/** Which type a segment is shown as: by its text, pasted, or in a header that is read anew each time. */
import { readFile, stat } from 'node:fs/promises';
import type { TypeLayout } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';

export interface TypeChoice {
  readonly name: string;
  readonly source?: string;
  /** Absolute path of a header. */
  readonly header?: string;
}

/** Bytes of a header that is read. */
export const HEADER_MAX = 4 * 1024 * 1024;

/** Whether a value that was stored, by this version or another, is a choice. */
export function isChoice(value: unknown): value is TypeChoice {
  if (typeof value !== 'object' || value === null || !('name' in value) || typeof value.name !== 'string') return false;
  return ('source' in value && typeof value.source === 'string') || ('header' in value && typeof value.header === 'string');
}

/** The declarations of a choice. EPERM for a header where the workspace is not trusted; EINVAL for what is no file; EFBIG for one of over 4 MiB. */
export async function choiceSource(choice: TypeChoice, trusted: boolean): Promise<string> {
  if (choice.source !== undefined) return choice.source;
  if (!trusted)
    throw shmError('EPERM', 'The type comes from a header of this workspace, which is not trusted.', {
      remedy: 'Trust the workspace, or paste the declarations.',
    });
  const path = choice.header ?? '';
  const found = await stat(path);
  // A FIFO or a device has size 0 and no end.
  if (!found.isFile()) throw shmError('EINVAL', `${path} is no regular file.`);
  const { size } = found;
  if (size > HEADER_MAX) throw shmError('EFBIG', `${path} has ${size} bytes; ShmScope reads headers of up to 4 MiB.`);
  return readFile(path, 'utf8');
}

/** A type by its name, with or without 'struct '; without a name the last one, which is what the others lead up to. ETYPE when there is none. */
export function chosenType(types: readonly TypeLayout[], name: unknown): TypeLayout {
  const found = typeof name === 'string' ? types.find((type) => isNamed(type, name)) : types.at(-1);
  if (!found)
    throw shmError(
      'ETYPE',
      typeof name === 'string' ? `1:1: The text declares no type "${name}".` : '1:1: The text declares no type.',
    );
  return found;
}

/** 'struct student' answers to 'student' as well. */
export function isNamed(type: TypeLayout, name: string): boolean {
  return type.name === name || type.name.replace(/^(struct|union|enum) /, '') === name;
}
