/** shmscope.create: a POSIX object, a System V segment, or a file to be mapped. */
import type { CreateOptions, Segment } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { checkSize, parseSize, posixName } from '../segments/names.ts';
import { askChoice, askText } from './ask.ts';
import type { Command } from './register.ts';

export const create: Command = async ({ api, explorer, panels, requireTrust }, { programmatic, target }) => {
  requireTrust();
  if (programmatic) return api.create(asOptions(target));
  const options = await askOptions();
  if (!options) return undefined;
  const segment: Segment = await api.create(options);
  await explorer.refresh();
  panels.open(segment);
  return segment;
};

/** The API checks each member; here only that it is an object. */
function asOptions(value: unknown): CreateOptions {
  if (!isOptions(value)) throw shmError('EINVAL', "create takes { kind: 'posix' | 'sysv' | 'file', name or key, size }.");
  return value;
}

function isOptions(value: unknown): value is CreateOptions {
  return typeof value === 'object' && value !== null && 'kind' in value && 'size' in value;
}

async function askOptions(): Promise<CreateOptions | undefined> {
  const kind = await askChoice<CreateOptions['kind']>('Create which kind of segment?', [
    { label: 'POSIX object', description: 'shm_open: a name in /dev/shm', value: 'posix' },
    { label: 'System V segment', description: 'shmget: a key, or IPC_PRIVATE', value: 'sysv' },
    { label: 'File', description: 'a regular file that programs can map', value: 'file' },
  ]);
  if (kind === undefined) return undefined;
  const named = kind === 'sysv' ? await askKey() : await askName(kind);
  if (!named) return undefined;
  const size = await askSize('4096');
  return size === undefined ? undefined : { kind, ...named, size };
}

function askName(kind: 'posix' | 'file'): Promise<{ name: string } | undefined> {
  if (kind === 'posix')
    return askText({ prompt: 'Name of the object', placeHolder: '/frames' }, (text) => ({ name: posixName(text) }));
  return askText({ prompt: 'Path of the file', placeHolder: '/tmp/shared.bin' }, (text) => {
    if (!text.startsWith('/')) throw shmError('EINVAL', 'An absolute path is needed.');
    return { name: text };
  });
}

function askKey(): Promise<{ key: number } | undefined> {
  return askText({ prompt: 'Key (decimal or 0x…), empty for IPC_PRIVATE', placeHolder: '0x000004d2' }, (text) => {
    const typed = text.trim();
    if (typed !== '' && !/^-?\d+$|^0x[0-9a-f]{1,8}$/i.test(typed))
      throw shmError('EINVAL', 'A key is a number of 32 bits, such as 1234 or 0x4d2.');
    const key = Number(typed);
    if (key < -(2 ** 31) || key > 2 ** 32 - 1) throw shmError('EINVAL', `A key has 32 bits: ${typed} is none.`);
    return { key };
  });
}

/** A number of bytes, or one with a unit. */
export function askSize(
  value: string,
  prompt = 'Size in bytes, or with a unit: 4096, 64 KiB, 1 MiB',
): Promise<number | undefined> {
  return askText({ prompt, value }, (text) => {
    const size = parseSize(text);
    if (size === undefined) throw shmError('EINVAL', 'A size is a number of bytes, such as 4096, 0x1000 or 64 KiB.');
    return checkSize(size);
  });
}
