/** Programs whose debug info is read, built in a folder that goes away with the test, and what they say of themselves. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TypeLayout } from '../../../api.d.ts';
import { ShmError } from '../../../src/native/errors.ts';
import type { DebugIndex, ElfFile } from '../../../src/types/debuginfo/face.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { skipBecause } from '../../support/skip.ts';

export const program = fileURLToPath(new URL('../../../build/dwarf/shmscope-dwarf', import.meta.url));
export const sourceOf = (name: string): string => fileURLToPath(new URL(`../../programs/types/${name}`, import.meta.url));

/** A reader that keeps nothing, or skips the test where it was not built. */
export function readerFor(context: Mocha.Context): DwarfReader {
  if (!existsSync(program)) skipBecause(context, 'the reader of debug info was not built: libelf is not there');
  return new DwarfReader({ program });
}

export function elf(path: string): ElfFile {
  return { path, name: path, root: '/' };
}

/** A folder that is removed at the end of its scope. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), `shmscope-dwarf-${process.pid}-`));

  file(name: string): string {
    return join(this.path, name);
  }

  /** Runs a program in the folder; what it prints. */
  run(command: string, ...words: string[]): string {
    return execFileSync(command, words, {
      cwd: this.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 26,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Whether a program is on PATH and does what it is asked. */
export function works(command: string, ...words: string[]): boolean {
  return spawnSync(command, words.length > 0 ? words : ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The type of that name. */
export async function layoutOf(reader: DwarfReader, index: DebugIndex, name: string): Promise<TypeLayout> {
  const found = [...index.entries].filter((entry) => entry.name === name);
  if (found.length !== 1) throw new Error(`${found.length} types are named ${name} in ${basename(index.file.path)}`);
  const [type] = await reader.layouts(
    index.file,
    found.map(({ ref }) => ref),
  );
  if (type === undefined) throw new Error(`${name} has no layout`);
  return type;
}

export interface Place {
  readonly offset: number;
  readonly type: TypeLayout;
  readonly bitOffset?: number;
  readonly bitWidth?: number;
}

/** Where 'a.b' is in a type; the members of anonymous ones and of bases are its own. */
export function placeOf(type: TypeLayout, path: string): Place | undefined {
  const [first = '', ...rest] = path.split('.');
  const found = memberOf(type, first, 0);
  if (found === undefined || rest.length === 0) return found;
  const inner = placeOf(found.type, rest.join('.'));
  return inner && { ...inner, offset: found.offset + inner.offset };
}

function memberOf(type: TypeLayout, name: string, base: number): Place | undefined {
  for (const field of type.fields ?? []) {
    if (field.name === name) {
      const { bitOffset, bitWidth } = field;
      const bits = bitOffset === undefined || bitWidth === undefined ? {} : { bitOffset: base * 8 + bitOffset, bitWidth };
      return { offset: base + field.offset, type: field.type, ...bits };
    }
    const inner = field.name === '' || field.name.startsWith('<') ? memberOf(field.type, name, base + field.offset) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** A program of one file, with debug info. */
export function build(folder: Folder, name: string, text: string, ...flags: string[]): string {
  writeFileSync(folder.file(`${name}.c`), text);
  folder.run('gcc', '-g', '-w', ...flags, '-o', name, `${name}.c`);
  return folder.file(name);
}

/** For assert.rejects. */
export const isError = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ShmError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
};

export const SMALL = 'struct point { int x, y; } *book; int main(void) { return book != 0; }';
