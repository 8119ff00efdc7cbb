/** A name is looked for without reading all. */
import assert from 'node:assert/strict';
import { needsProgram } from '../../support/skip.ts';
import { elf, Folder, readerFor, sourceOf } from './support.ts';

const WAYS = [[], ['-gz'], ['-gsplit-dwarf'], ['-gdwarf-4', '-fdebug-types-section'], ['-O2', '-flto']] as const;

describe('one name in debug info', () => {
  for (const [compiler, source] of [
    ['gcc', 'shapes.c'],
    ['g++', 'shapes.cc'],
  ] as const) {
    // prettier-ignore
    for (const flags of WAYS) {
      it(`is found where it is, and not where it is not: ${compiler} ${flags.join(' ')}`, async function () {
        const reader = readerFor(this);
        needsProgram(this, compiler);
        using folder = new Folder();
        folder.run(compiler, '-g', '-w', ...flags, '-o', 'program', sourceOf(source));
        const file = elf(folder.file('program'));
        const whole = await reader.index(file);
        assert.ok(whole.entries.length > 10);
        for (const { name } of whole.entries) assert.ok(await readerFor(this).indexWith(file, name), name);
        for (const name of ['no_such_type', 'struct no_such_type', 'std::no_such_type<int, 4>', 'ns::no_such_type'])
          assert.equal(await readerFor(this).indexWith(file, name), undefined, name);
        // What it cannot know without reading all.
        assert.ok(await readerFor(this).indexWith(file, 'struct {…}'));
      });
    }
  }

  it('says the same as an index where there is no debug info', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    folder.run('gcc', '-w', '-o', 'program', sourceOf('shapes.c'));
    assert.match((await reader.indexWith(elf(folder.file('program')), 'no_such_type'))?.lack ?? '', /-g/);
  });
});
