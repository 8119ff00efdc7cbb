/** Debug info that contradicts itself, or is not the one that was asked about. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ShmError } from '../../../src/native/errors.ts';
import { needsProgram } from '../../support/skip.ts';
import { build, elf, Folder, isError, layoutOf, readerFor, SMALL, sourceOf } from './support.ts';

describe('debug info that is damaged', () => {
  it('cut anywhere, gives an index or one error', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    this.timeout(120_000);
    using folder = new Folder();
    folder.run('gcc', '-g', '-w', '-o', 'program', sourceOf('shapes.c'));
    const whole = readFileSync(folder.file('program'));
    for (let part = 0; part < 64; part++) {
      const path = folder.file(`cut${part}`);
      writeFileSync(path, whole.subarray(0, Math.floor((whole.length * part) / 64)));
      try {
        await reader.index(elf(path));
      } catch (error) {
        assert.ok(error instanceof ShmError, String(error));
        assert.match(error.code, /^(ENOEXEC|ETYPE)$/, `cut ${part}: ${error.message}`);
      }
      rmSync(path);
    }
  });

  it('in one unit, gives the others, and says so once', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    writeFileSync(folder.file('good.c'), SMALL);
    const bad = ['struct lost { int a; } one;', 'struct gone { int b; } two;'];
    bad.forEach((text, i) => {
      writeFileSync(folder.file(`bad${i}.c`), text);
      folder.run('gcc', '-g', '-dA', '-S', '-o', `bad${i}.s`, `bad${i}.c`);
      const assembly = readFileSync(folder.file(`bad${i}.s`), 'latin1');
      // The first entry behind that of the unit has an abbreviation that is not there.
      const hurt = assembly.replace(/(DW_TAG_compile_unit\)[^]*?\.uleb128 )0x\w+(.*DW_TAG_structure_type\))/, '$10x77$2');
      assert.notEqual(hurt, assembly);
      writeFileSync(folder.file(`bad${i}.s`), hurt);
    });
    folder.run('gcc', '-g', '-w', '-o', 'program', 'good.c', 'bad0.s', 'bad1.s');
    const path = folder.file('program');
    const index = await reader.index(elf(path));
    assert.deepEqual(
      [...index.entries].map(({ name }) => name),
      ['struct point'],
    );
    assert.equal(index.variables[0]?.name, 'book');
    const why = 'in 2 units an entry has an unknown abbreviation.';
    assert.equal(index.lack, `The debug info of ${path} is broken, and read in part: ${why}`);
    assert.equal((await layoutOf(reader, index, 'struct point')).size, 8);
    folder.run('gcc', '-c', '-o', 'bad.o', 'bad0.s');
    await assert.rejects(reader.index(elf(folder.file('bad.o'))), isError('ETYPE', /broken: an entry has an unknown abbr/));
  });

  for (const [what, hurt, why] of [
    [
      'an unknown version',
      (text: string) => text.replace(/\.value\s+0x5(.*DWARF version)/, '.value 0x9$1'),
      'a unit has the version 9.',
    ],
    ['no abbreviations', (text: string) => text.replace(/\.long\s+\.Ldebug_abbrev0(.*Offset)/, '.long 0x7fffff$1'), /./],
    [
      'a length past the end',
      (text: string) => text.replace(/\.long\s+\S+(.*Length of Compilation Unit)/, '.long 0x7fffff$1'),
      'a unit reaches past the end of its section.',
    ],
  ] as const) {
    it(`in the header of one unit, which has ${what}, gives those before it, and says so`, async function () {
      const reader = readerFor(this);
      needsProgram(this, 'gcc');
      using folder = new Folder();
      writeFileSync(folder.file('good.c'), SMALL);
      writeFileSync(folder.file('bad.c'), 'struct lost { int a; } one;');
      folder.run('gcc', '-gdwarf-5', '-dA', '-S', '-o', 'bad.s', 'bad.c');
      const assembly = readFileSync(folder.file('bad.s'), 'latin1');
      assert.notEqual(hurt(assembly), assembly);
      writeFileSync(folder.file('bad.s'), hurt(assembly));
      folder.run('gcc', '-gdwarf-5', '-w', '-o', 'program', 'good.c', 'bad.s');
      const path = folder.file('program');
      const index = await reader.index(elf(path));
      assert.deepEqual(
        [...index.entries].map(({ name }) => name),
        ['struct point'],
      );
      const lack = `The debug info of ${path} is broken, and read in part: in 1 unit `;
      assert.ok(index.lack?.startsWith(lack), index.lack);
      if (typeof why === 'string') assert.equal(index.lack, lack + why);
    });
  }

  it('another build under the same path: a reference to the old one is stale', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    const path = build(folder, 'program', SMALL);
    const index = await reader.index(elf(path));
    const refs = [...index.entries].filter(({ name }) => name === 'struct point').map(({ ref }) => ref);
    build(folder, 'program', SMALL.replace('int x, y', 'long x, y'));
    await assert.rejects(reader.layouts(elf(path), refs), isError('ESTALE', /not the one/));
    await assert.rejects(reader.layouts(elf(path), ['m0-0']), isError('ETYPE', /reference leads out of its unit/));
    await assert.rejects(reader.layouts(elf(path), ['x']), isError('ETYPE', /'x' is no type/));
  });

  it('is given up when nobody wants it any more', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    const path = build(folder, 'program', SMALL);
    const all = Array.from({ length: 6 }, () => {
      const controller = new AbortController();
      const asked = reader.index(elf(path), controller.signal);
      controller.abort();
      return assert.rejects(asked, isError('ECANCELED', /cancelled/));
    });
    await Promise.all(all);
    assert.ok((await reader.index(elf(path))).entries.length > 0);
  });
});
