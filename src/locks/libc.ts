/** Which C library the programs that map a segment run: it decides what the words of their locks mean. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ProgramCalls, RawLoaded } from '../native/programs.ts';
import { headerAbi } from '../types/debuginfo/file/machine.ts';
import type { Libc } from './formats/words.ts';

export interface ProgramLibc extends Libc {
  /** The file that it was found in, as the process's maps call it; absent where it is assumed. */
  readonly file?: string;
  /** A sentence that says why this one is assumed; absent where it was found. */
  readonly assumed?: string;
}

/** glibc 2.34 and later, and what Debian called it before. */
const GLIBC_NAME = /^libc(?:\.so\.6|-2\.\d+\.so)$/;
const MUSL_NAME = /^(?:ld-musl-.+\.so\.1|libc\.musl-.+\.so\.1)$/;
/** What musl's loader is linked to; Android's is named so too, so its texts have to say whose it is. */
const ANY_NAME = 'libc.so';
/** libc.so.6 has 2 MB, a static program rarely more than 20. */
const MOST_BYTES = 32 * 2 ** 20;
const CHUNK = 2 ** 18;
/** Texts are found where they lie across two chunks, and what stands behind them is there. */
const OVERLAP = 4096;
const MOST_KNOWN = 512;

type FromFile = Libc | undefined;
/** By device, inode, size and time: a file that was replaced is another one. */
const known = new Map<string, Promise<FromFile>>();

/**
 * The libc of a process, from the files that it runs; undefined where none of them is one that is known. Rejects like `loadedFiles`: ESRCH,
 * EACCES, EPERM. Reads each file once, in pieces.
 */
export async function libcOf(calls: Pick<ProgramCalls, 'loadedFiles'>, pid: number): Promise<ProgramLibc | undefined> {
  const { files } = await calls.loadedFiles(pid);
  const shared = files.find(({ name }) => kindNamed(name) !== undefined || bareName(name) === ANY_NAME);
  // A static program holds its own.
  const file = shared ?? files.find(({ executable }) => executable);
  const libc = file && (await fromFile(file));
  return libc && { ...libc, file: file.name };
}

/** For locks of programs that cannot be looked at: what this process runs, and glibc where that is not known either. */
export async function assumedLibc(calls: Pick<ProgramCalls, 'loadedFiles'>): Promise<ProgramLibc> {
  const own = await libcOf(calls, process.pid).catch(() => undefined);
  const { kind, version, abi } = own ?? { kind: 'glibc' as const, version: undefined, abi: machineAbi() };
  const assumed = `The C library of its programs is not known: ${libcText({ kind, abi, ...(version && { version }) })}, as here, is assumed.`;
  return { kind, abi, ...(version && { version }), assumed };
}

/** 'glibc 2.36 (x86_64)' */
export function libcText({ kind, version, abi }: Libc): string {
  return `${kind}${version === undefined ? '' : ` ${version.join('.')}`} (${abi})`;
}

/** Why locks cannot work between these programs, as a sentence; undefined where they can. */
export function libcFinding(found: readonly Libc[]): string | undefined {
  const kinds = [...new Set(found.map(({ kind }) => kind))].sort();
  if (kinds.length > 1)
    return `Programs that map it run ${kinds.join(' and ')}, whose locks are laid out differently: no lock works between them.`;
  const abis = [...new Set(found.map(({ abi }) => abi))].sort();
  if (new Set(abis.map(isWide)).size > 1)
    return `32-bit and 64-bit programs (${abis.join(', ')}) map it, and their locks have different sizes: no lock works between them.`;
  const sides = new Set(found.map(condSide));
  if (sides.has('old') && sides.has('new'))
    return 'Programs that map it run glibc before 2.38 and since 2.41, whose condition variables are laid out differently: do not share one.';
  return undefined;
}

const isWide = (abi: Libc['abi']): boolean => abi === 'x86_64' || abi === 'aarch64';

/** See formats/glibcCond.ts: between the two a version may be either. */
function condSide({ kind, version }: Libc): 'old' | 'new' | undefined {
  const minor = kind === 'glibc' ? version?.[1] : undefined;
  if (minor === undefined) return undefined;
  if (minor >= 41) return 'new';
  return minor < 38 ? 'old' : undefined;
}

function machineAbi(): Libc['abi'] {
  const abis: Partial<Record<NodeJS.Architecture, Libc['abi']>> = { arm64: 'aarch64', ia32: 'i386', arm: 'arm' };
  return abis[process.arch] ?? 'x86_64';
}

function bareName(name: string): string {
  return basename(name.replace(/ \(deleted\)$/, ''));
}

function kindNamed(name: string): Libc['kind'] | undefined {
  const base = bareName(name);
  if (GLIBC_NAME.test(base)) return 'glibc';
  return MUSL_NAME.test(base) ? 'musl' : undefined;
}

async function fromFile(loaded: RawLoaded): Promise<FromFile> {
  if (loaded.path === '') return undefined;
  try {
    // O_CLOEXEC is Node's own.
    const file = await open(loaded.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { dev, ino, size, mtimeMs } = await file.stat();
      const key = `${dev}:${ino}:${size}:${mtimeMs}`;
      let reading = known.get(key);
      if (reading === undefined) {
        if (known.size >= MOST_KNOWN) known.clear();
        reading = readLibc(file, size, kindNamed(loaded.name));
        known.set(key, reading);
        reading.catch(() => known.delete(key));
      }
      return await reading;
    } finally {
      await file.close();
    }
  } catch {
    // It has ended, or is another user's, or no file that can be read.
    return undefined;
  }
}

async function readLibc(file: FileHandle, size: number, kind: Libc['kind'] | undefined): Promise<FromFile> {
  const head = await file.read(new Uint8Array(64), 0, 64, 0);
  const abi = headerAbi(head.buffer.subarray(0, head.bytesRead));
  if (abi === undefined) return undefined;
  const buffer = Buffer.alloc(CHUNK + OVERLAP);
  // Of a library its version is looked for; a program that holds one has texts of its own.
  let library = kind;
  let seen = kind;
  for (let at = 0; at < Math.min(size, MOST_BYTES); at += CHUNK) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    const bytes = buffer.subarray(0, bytesRead);
    // ldso/dynlink.c: 'musl libc (x86_64)'.
    if (library === undefined && bytes.includes('musl libc (')) library = 'musl';
    const told = textsIn(bytes, library);
    seen ??= told?.kind;
    if (told?.version !== undefined) return { ...told, abi };
    if (bytesRead < CHUNK) break;
  }
  return seen && { kind: seen, abi };
}

/** What a piece of a file says of itself; `library` is what it is known to be. */
function textsIn(bytes: Buffer, library: Libc['kind'] | undefined): Omit<Libc, 'abi'> | undefined {
  if (library !== 'musl') {
    // csu/version.c: 'GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.'
    const banner = textAt(bytes, bytes.indexOf('GNU C Library '), 300);
    const version = /release version (\d+)\.(\d+)/.exec(banner);
    if (version) return { kind: 'glibc', version: [Number(version[1]), Number(version[2])] };
    // A static program has no banner, but elf/dl-tunables.c and older ones' messages.
    if (
      library === undefined &&
      ['GLIBC_TUNABLES', 'FATAL: kernel too old', 'glibc detected'].some((text) => bytes.includes(text))
    )
      return { kind: 'glibc' };
  }
  if (library === 'glibc') return undefined;
  // src/internal/version.c: a text of its own.
  if (library === 'musl') {
    const version = /\0(\d{1,3})\.(\d{1,3})\.(\d{1,3})[\w.-]*\0/.exec(bytes.toString('latin1'));
    return { kind: 'musl', ...(version && { version: version.slice(1).map(Number) }) };
  }
  // A static program: src/locale/locale_map.c, src/errno/__strerror.h.
  return ['MUSL_LOCPATH', 'No error information\0'].some((text) => bytes.includes(text)) ? { kind: 'musl' } : undefined;
}

function textAt(bytes: Buffer, at: number, most: number): string {
  return at < 0 ? '' : bytes.toString('latin1', at, at + most);
}
