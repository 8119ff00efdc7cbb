/** What the host tests share: the public API as another extension gets it, and what a test makes, removed after it even when it fails. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import type { CreateOptions, Segment, ShmScopeApi } from '../../api.d.ts';
import { start, type Running } from '../programs/build.ts';

let last = 0;
/** A name that no other run and no other test has. */
export function unique(what: string): string {
  return `shmscope-host-${process.pid}-${++last}-${what}`;
}

export async function activate(): Promise<ShmScopeApi> {
  const extension = vscode.extensions.getExtension<ShmScopeApi>('shmscope.shmscope');
  if (!extension) throw new Error('shmscope.shmscope is not installed');
  return extension.activate();
}

/** Rows of /proc/sysvipc/shm by their columns' names, as proc_sysvipc(5) has them. Keys are signed there. */
export function sysvRows(): Record<string, number>[] {
  const [head = '', ...rows] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n');
  const names = head.trim().split(/\s+/);
  return rows.map((row) => {
    const cells = row.trim().split(/\s+/);
    return Object.fromEntries(names.map((name, i) => [name, Number(cells[i])]));
  });
}

/** A key that no segment of this machine has. */
export function freeKey(from = 0x5348_0000): number {
  const taken = new Set(sysvRows().map((row) => (row['key'] ?? 0) >>> 0));
  let key = from + (process.pid % 0x4000);
  while (taken.has(key)) key++;
  return key;
}

/** For assert.rejects: an Error with this code, a sentence, and where it has them, texts as syscall and remedy. */
export function failsWith(code: string, message?: RegExp) {
  return (error: unknown): boolean => {
    if (!(error instanceof Error)) throw new Error(`${String(error)} is no Error`);
    const { code: had, syscall, remedy } = shmFace(error);
    const texts = [syscall, remedy].every((text) => text === undefined || (typeof text === 'string' && text !== ''));
    if (had === code && texts && error.message.length > 10 && (message?.test(error.message) ?? true)) return true;
    throw new Error(`expected ${code} ${message ?? ''}, had ${String(had)}: ${error.message}`, { cause: error });
  };
}

/** What api.d.ts gives a ShmError beside its message. */
export function shmFace(error: Error): { code: unknown; syscall: unknown; remedy: unknown } {
  const get = (key: string): unknown => Reflect.get(error, key);
  return { code: get('code'), syscall: get('syscall'), remedy: get('remedy') };
}

/** Calls a member of the API as JavaScript can: with any arguments. */
export function call(api: ShmScopeApi, member: keyof ShmScopeApi, ...args: readonly unknown[]): unknown {
  const inner: unknown = api[member];
  if (typeof inner !== 'function') throw new Error(`${member} is no function`);
  return Reflect.apply(inner, api, args);
}

/** As `call`, for the members that promise. */
export async function promised(api: ShmScopeApi, member: keyof ShmScopeApi, ...args: readonly unknown[]): Promise<unknown> {
  return call(api, member, ...args);
}

/** Resolves with what `look` finds once it finds something; rejects after `ms`. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string, ms = 5000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not seen within ${ms} ms`);
    await pause(10);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Closes after each test what it opened. Call it in a describe block. */
export function closeEditors(): void {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
}

/** Call it in a describe block. */
export function cleanup() {
  const programs: Running[] = [];
  const paths: string[] = [];
  const shmids: number[] = [];
  const disposables: vscode.Disposable[] = [];
  afterEach(async () => {
    for (const disposable of disposables.splice(0)) disposable.dispose();
    for (const program of programs.splice(0)) await program.dispose();
    for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true });
    for (const shmid of shmids.splice(0))
      if (sysvRows().some((row) => row['shmid'] === shmid)) execFileSync('ipcrm', ['-m', String(shmid)], { stdio: 'ignore' });
  });
  /** The name of a POSIX object that is not there yet. */
  const name = (what: string): string => {
    const one = unique(what);
    paths.push(`/dev/shm/${one}`);
    return `/${one}`;
  };
  /** A segment by the API; it is removed after the test. */
  const create = async (api: ShmScopeApi, options: CreateOptions): Promise<Segment> => {
    const segment = await api.create(options);
    if (segment.sysv) shmids.push(segment.sysv.shmid);
    else if (segment.path !== undefined) paths.push(segment.path);
    return segment;
  };
  return {
    name,
    file(what: string): string {
      const path = `/tmp/${unique(what)}`;
      paths.push(path);
      return path;
    },
    shmid: (shmid: number) => void shmids.push(shmid),
    dispose: <T extends vscode.Disposable>(disposable: T): T => {
      disposables.push(disposable);
      return disposable;
    },
    async start(program: string, ...args: string[]): Promise<Running> {
      const running = await start(program, args);
      programs.push(running);
      return running;
    },
    create,
    /** A POSIX object of `size` bytes by the API; it is removed after the test. */
    posix: async (what: string, size = 4096): Promise<Segment> =>
      create(await activate(), { kind: 'posix', name: name(what), size }),
  };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (from: Uint8Array): string => new TextDecoder().decode(from);
