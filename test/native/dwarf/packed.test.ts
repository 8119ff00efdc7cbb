/** Debug info that is read while it is being decompressed: large enough that the beginning is there before the end. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { DebugIndex } from '../../../src/types/debuginfo/face.ts';
import type { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { needsProgram, skipBecause } from '../../support/skip.ts';
import { elf, Folder, isError, readerFor, works } from './support.ts';

const UNITS = 10;
const STRUCTS = 100;
const FUNCTIONS = 1000;
const PARAMETERS = 100;
/** Bytes of .debug_info that are many times what the reader stays behind. */
const LARGE = 4 * 1024 * 1024;

interface Section {
  readonly offset: number;
  readonly size: number;
}

function infoOf(folder: Folder, name: string): Section {
  const [, offset = '', size = ''] = /\s\.debug_info\s+PROGBITS\s+\w+ (\w+) (\w+)/.exec(folder.run('readelf', '-SW', name)) ?? [];
  return { offset: Number.parseInt(offset, 16), size: Number.parseInt(size, 16) };
}

/**
 * Every unit has structs of its own, and some that others have too, with other members in some of them. Most of it are parameters of
 * pointers to functions: the reader passes over them faster than anyone decompresses them, and has to wait.
 */
function compile(folder: Folder): void {
  let random = 1;
  const any = (count: number): number => {
    random = (random * 48271) % 0x7fffffff;
    return random % count;
  };
  const typedefs = Array.from({ length: 40 }, (_, i) => `typedef int t${i};`).join(' ');
  for (let unit = 0; unit < UNITS; unit++) {
    const structs = Array.from({ length: STRUCTS }, (_, i) => {
      const name = i % 10 === 0 ? `shared${i}` : `own${unit}_${i}`;
      return `struct ${name} { int a[${i + 1}]; struct ${name} *next; long of${unit % 3}; } *v${unit}_${i};`;
    });
    const functions = Array.from({ length: FUNCTIONS }, (_, i) => {
      const parameters = Array.from({ length: PARAMETERS }, () => `t${any(40)}`);
      return `void (*f${i})(${parameters.join(', ')});`;
    });
    const bulk = `struct bulk${unit} { ${functions.join('\n')} } *b${unit};`;
    writeFileSync(folder.file(`u${unit}.c`), [typedefs, bulk, ...structs].join('\n'));
  }
  writeFileSync(folder.file('main.c'), 'int main(void) { return 0; }\n');
  const sources = Array.from({ length: UNITS }, (_, unit) => `u${unit}.c`);
  folder.run('gcc', '-g', '-w', '-o', 'plain', 'main.c', ...sources);
  assert.ok(infoOf(folder, 'plain').size > LARGE);
}

/** A copy with what `change` makes of it. */
function changed(folder: Folder, from: string, to: string, change: (bytes: Buffer, info: Section) => void): void {
  const bytes = readFileSync(folder.file(from));
  change(bytes, infoOf(folder, from));
  writeFileSync(folder.file(to), bytes);
}

/** All that does not name the file itself. */
function said({ entries, variables, lack }: DebugIndex, path: string): unknown {
  return { entries: [...entries], variables, lack: lack?.replaceAll(path, '') };
}

async function indexOf(reader: DwarfReader, folder: Folder, name: string): Promise<unknown> {
  const path = folder.file(name);
  return said(await reader.index(elf(path)), path);
}

describe('debug info that is read while it is decompressed', () => {
  let folder: Folder;
  before(function () {
    readerFor(this);
    for (const one of ['gcc', 'objcopy', 'readelf']) needsProgram(this, one);
    this.timeout(120_000);
    folder = new Folder();
    compile(folder);
  });
  after(() => folder[Symbol.dispose]());

  for (const how of ['zlib', 'zlib-gnu', 'zstd'])
    it(`gives what it gives unpacked: ${how}`, async function () {
      const reader = readerFor(this);
      if (!works('objcopy', `--compress-debug-sections=${how}`, folder.file('plain'), folder.file(how)))
        skipBecause(this, `this objcopy does not compress with ${how}`);
      const plain = await indexOf(reader, folder, 'plain');
      for (let round = 0; round < 3; round++) assert.deepEqual(await indexOf(reader, folder, how), plain);
    });

  it('leaves out a unit that is broken, as it does unpacked', async function () {
    const reader = readerFor(this);
    changed(folder, 'plain', 'hurt', (bytes, { offset, size }) => {
      // In the middle of a unit: no compiler counts abbreviations up to that.
      const at = offset + Math.floor(size * 0.35);
      bytes.fill(0x7f, at, at + 512);
    });
    folder.run('objcopy', '--compress-debug-sections=zlib', 'hurt', 'hurt-packed');
    const plain = await reader.index(elf(folder.file('hurt')));
    assert.match(plain.lack ?? '', /is broken, and read in part: in 1 unit /);
    assert.deepEqual(await indexOf(reader, folder, 'hurt-packed'), said(plain, folder.file('hurt')));
  });

  for (const part of [0.1, 0.5, 0.99])
    it(`is an error where it cannot be decompressed, from ${part} on`, async function () {
      const reader = readerFor(this);
      folder.run('objcopy', '--compress-debug-sections=zlib', 'plain', 'packed');
      changed(folder, 'packed', 'torn', (bytes, { offset, size }) => {
        const at = offset + Math.floor(size * part);
        bytes.fill(0xff, at, at + 32);
      });
      await assert.rejects(reader.index(elf(folder.file('torn'))), isError('ETYPE', /compressed section cannot be decompressed/));
    });
});
