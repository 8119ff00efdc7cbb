/** Processes that map a segment, made up: what the addon and the reader of debug info would tell of them. */
import type { Abi, Segment, TypeLayout } from '../../../api.d.ts';
import { shmError } from '../../../src/native/errors.ts';
import type { ProgramCalls } from '../../../src/native/programs.ts';
import type { DebugIndex, DebugReader, ElfFile } from '../../../src/types/debuginfo/face.ts';
import { entriesOf } from './fakeEntries.ts';

export interface FakeFile {
  readonly name: string;
  readonly types: readonly TypeLayout[];
  /** Names of pointer variables, and of the types that they point to. */
  readonly pointers: Readonly<Record<string, string>>;
  readonly abi?: Abi;
  readonly lack?: string;
}

export interface FakeProcess {
  readonly pid: number;
  readonly process: string;
  readonly files: readonly FakeFile[];
  /** Where in the segment each variable points; others are NULL. */
  readonly points?: Readonly<Record<string, number>>;
  /** The errno name with which it may not be looked at. */
  readonly refused?: string;
}

/** Where each process maps the segment, in two parts. */
export const AT = 0x7f00_0000_0000n;
const ELSEWHERE = 0x7e00_0000_0000n;
const STEP = 0x1000;

export function fakeMachine(processes: readonly FakeProcess[]) {
  const asked = { index: 0, layouts: 0, peek: 0 };
  const files = [...new Set(processes.flatMap((process) => process.files))];
  const fileOf = ({ path }: ElfFile): FakeFile => {
    const found = files.find(({ name }) => name === path);
    if (!found) throw shmError('ENOENT', `${path} is not there`);
    return found;
  };
  const processOf = (pid: number): FakeProcess => {
    const found = processes.find((one) => one.pid === pid);
    if (!found) throw shmError('ESRCH', 'no such process');
    if (found.refused !== undefined) throw shmError(found.refused, 'not allowed');
    return found;
  };
  const biasOf = (pid: number, file: FakeFile): bigint => BigInt(pid) * 0x1_0000_0000n + BigInt(files.indexOf(file) * STEP);

  const calls: ProgramCalls = {
    loadedFiles: async (pid) => ({
      root: '/',
      files: processOf(pid).files.map((file, i) => ({
        ...{ name: file.name, path: file.name, device: '1:1', inode: files.indexOf(file) },
        ...{ bias: biasOf(pid, file), executable: i === 0, code: [] },
      })),
    }),
    peek: async (pid, addresses) => {
      asked.peek++;
      const process = processOf(pid);
      const values = addresses.map((address) => {
        for (const file of process.files) {
          const name = Object.keys(file.pointers)[Number(address - biasOf(pid, file)) / 8];
          const offset = name === undefined ? undefined : process.points?.[name];
          if (offset !== undefined) return offset < 0x1000 ? AT + BigInt(offset) : ELSEWHERE + BigInt(offset - 0x1000);
        }
        return 0n;
      });
      return { values, had: new Uint8Array(values.length).fill(1) };
    },
  };
  const reader: DebugReader = {
    async index(file, signal) {
      asked.index++;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      return indexOf(file, fileOf(file));
    },
    indexWith: (file, _name, signal) => reader.index(file, signal),
    layouts: async (file, refs) => (await reader.someLayouts(file, refs)).filter((type) => type !== undefined),
    async someLayouts(file, refs) {
      asked.layouts++;
      const { types } = fileOf(file);
      return refs.map((ref) => {
        const type = types[Number(ref)];
        const good = type && type.origin !== 'broken';
        if (!good && refs.length === 1) throw shmError('ETYPE', `type ${ref} cannot be made out`);
        return good ? { ...type, origin: `dwarf:${file.name}` } : undefined;
      });
    },
  };
  return { calls, reader, asked };
}

function indexOf(file: ElfFile, { types, pointers, abi = 'x86_64', lack }: FakeFile): DebugIndex {
  const entries = types.map(({ name, kind, size }, i) => ({ name, kind, size, ref: String(i), language: 'c' as const }));
  return {
    file,
    buildId: '',
    abi,
    pointerSize: 8,
    entries: entriesOf(entries.filter(({ kind }) => kind !== 'integer')),
    variables: Object.entries(pointers).flatMap(([name, type], i) => {
      const target = entries.find((one) => one.name === type);
      return target ? [{ name, address: BigInt(8 * i), target }] : [];
    }),
    ...(lack === undefined ? {} : { lack }),
  };
}

/** A segment that all of these processes map: its first page at AT, the next ones elsewhere. */
export function segmentOf(processes: readonly FakeProcess[], size: number, kind: Segment['kind'] = 'posix'): Segment {
  const part = { length: 0x1000, protection: 'rw-', shared: true, startedAt: 1, pastEnd: false };
  return {
    ...{ id: 'fake', kind, name: '/fake', device: '1:1', inode: 1, size, uid: 0, gid: 0, mode: 0o600, namespace: 'host' },
    ...{ unlinked: false, orphaned: false, holders: [], access: { read: true, write: true } },
    mappings: processes.flatMap(({ pid, process }) => [
      { ...part, pid, process, address: AT, offset: 0 },
      { ...part, pid, process, address: ELSEWHERE, offset: 0x1000 },
    ]),
  };
}
