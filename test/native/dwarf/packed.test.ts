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

const OBJECTS = Array.from({ length: UNITS }, (_, unit) => `u${unit}.o`);

/** A unit with a struct and the import of a unit that is not there, and one without a language, which makes the reader look at imports. */
const IMPORTING = `
  .section .debug_abbrev,"",@progbits
abbreviations:
  .uleb128 1, 0x11; .byte 1; .uleb128 0x13, 0x0b, 0, 0       # DW_TAG_compile_unit: DW_AT_language
  .uleb128 2, 0x13; .byte 0; .uleb128 3, 8, 0x0b, 0x0b, 0, 0 # DW_TAG_structure_type: DW_AT_name, DW_AT_byte_size
  .uleb128 3, 0x3d; .byte 0; .uleb128 0x18, 0x13, 0, 0       # DW_TAG_imported_unit: DW_AT_import
  .uleb128 4, 0x11; .byte 1; .uleb128 0, 0
  .byte 0
  .section .debug_info,"",@progbits
  .long 2f - 1f
1: .short 4; .long abbreviations; .byte 8
  .uleb128 1; .byte 0x0c
  .uleb128 2; .asciz "listed"; .byte 4
  .uleb128 3; .long 0x7fffffff
  .byte 0
2: .long 4f - 3f
3: .short 4; .long abbreviations; .byte 8
  .uleb128 4
  .byte 0
4:
  .section .note.GNU-stack,"",@progbits
`;

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
  // Which of the structs of that name it stands for, the order of the units says.
  writeFileSync(folder.file('main.c'), 'typedef struct shared0 pending; pending *wanted; int main(void) { return 0; }\n');
  for (let unit = 0; unit < UNITS; unit++) {
    // Units that refer to others are read when all are there.
    const alone = unit % 4 === 0 ? ['-fdebug-types-section'] : [];
    folder.run('gcc', '-g', '-w', ...alone, '-c', `u${unit}.c`);
  }
  folder.run('gcc', '-g', '-w', '-o', 'plain', ...OBJECTS, 'main.c');
  assert.ok(infoOf(folder, 'plain').size > LARGE);
}

/** A copy with what `change` makes of it. */
function changed(folder: Folder, from: string, to: string, change: (bytes: Buffer, info: Section) => void): void {
  const bytes = readFileSync(folder.file(from));
  change(bytes, infoOf(folder, from));
  writeFileSync(folder.file(to), bytes);
}

/** All that does not name the file itself, as text: it is long, and no difference of two of them should be searched for at length. */
function said({ entries, variables, lack }: DebugIndex, path: string): string {
  const lines = [...entries].map(({ name, size, ref }) => `${name} ${size} ${ref}`);
  const pointers = variables.map(({ name, address, target }) => `${name} ${address} ${target.name} ${target.ref}`);
  return [...lines, ...pointers, lack?.replaceAll(path, '')].join('\n');
}

async function indexOf(reader: DwarfReader, folder: Folder, name: string): Promise<string> {
  const path = folder.file(name);
  return said(await reader.index(elf(path)), path);
}

function assertSame(actual: string, expected: string): void {
  const [lines, wanted] = [actual.split('\n'), expected.split('\n')];
  const first = lines.findIndex((line, i) => line !== wanted[i]);
  assert.ok(actual === expected, `line ${first}: '${lines[first]}' for '${wanted[first]}'`);
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
      for (let round = 0; round < 3; round++) assertSame(await indexOf(reader, folder, how), plain);
    });

  it('leaves out a unit that imports what is not there, as it does unpacked', async function () {
    const reader = readerFor(this);
    writeFileSync(folder.file('importing.s'), IMPORTING);
    folder.run('gcc', '-w', '-o', 'odd', 'importing.s', ...OBJECTS, 'main.c');
    folder.run('objcopy', '--compress-debug-sections=zlib', 'odd', 'odd-packed');
    const plain = await reader.index(elf(folder.file('odd')));
    assert.match(plain.lack ?? '', /in 1 unit a reference leads out of its unit/);
    assert.deepEqual(plain.entries.named('struct listed'), []);
    assertSame(await indexOf(reader, folder, 'odd-packed'), said(plain, folder.file('odd')));
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
    assertSame(await indexOf(reader, folder, 'hurt-packed'), said(plain, folder.file('hurt')));
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
