/** Every form that compilers and tools give debug info: its offsets against the program's own. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { skipBecause } from '../../support/skip.ts';
import { assertAgrees, assertVariables } from './judge.ts';
import { elf, Folder, readerFor, sourceOf, works } from './support.ts';

interface Language {
  readonly name: string;
  readonly source: string;
  readonly flags: readonly string[];
  readonly compilers: readonly string[];
}

const LANGUAGES: readonly Language[] = [
  { name: 'C', source: 'shapes.c', flags: ['-std=gnu17'], compilers: ['gcc', 'clang'] },
  { name: 'C++', source: 'shapes.cc', flags: ['-std=c++20', '-Wno-invalid-offsetof'], compilers: ['g++', 'clang++'] },
];

interface Form {
  readonly name: string;
  readonly flags?: readonly string[];
  /** Done to 'program' after it was linked. */
  readonly after?: (folder: Folder, version: number) => void;
  /** What must be there: the command that is tried. */
  readonly needs?: (version: number) => readonly string[];
}

const packer = (version: number): string => (version === 4 ? 'dwp' : 'llvm-dwp');

const FORMS: readonly Form[] = [
  { name: 'plain' },
  { name: '-O2', flags: ['-O2'] },
  { name: '-gz', flags: ['-gz'] },
  { name: '-gsplit-dwarf', flags: ['-gsplit-dwarf'] },
  {
    name: 'a .dwp',
    flags: ['-gsplit-dwarf'],
    after: (folder, version) => {
      const dwo = folder.run('sh', '-c', 'ls *.dwo').trim();
      folder.run(packer(version), dwo, '-o', 'program.dwp');
      rmSync(folder.file(dwo));
    },
    needs: (version) => [packer(version)],
  },
  { name: '-fdebug-types-section', flags: ['-fdebug-types-section'] },
  { name: '-fdebug-types-section -gsplit-dwarf', flags: ['-fdebug-types-section', '-gsplit-dwarf'] },
  { name: '-flto', flags: ['-flto'] },
  {
    name: 'dwz',
    // dwz works on what has several units with something in common.
    after: (folder) => folder.run('dwz', 'program'),
    needs: () => ['dwz'],
  },
  {
    name: 'a file of its own, by .gnu_debuglink',
    flags: ['-Wl,--build-id=none'],
    after: (folder) => {
      folder.run('objcopy', '--only-keep-debug', 'program', 'program.debug');
      folder.run('objcopy', '--strip-debug', '--add-gnu-debuglink=program.debug', 'program');
    },
  },
];

/** Why this cannot be done here. */
function lacking(compiler: string, form: Form, version: number): string | undefined {
  if (!works(compiler)) return `there is no ${compiler} on PATH`;
  const [command, ...words] = form.needs?.(version) ?? [];
  if (command !== undefined && !works(command, ...(words.length > 0 ? words : ['--version'])))
    return `there is no ${command} on PATH`;
  return undefined;
}

for (const language of LANGUAGES) {
  for (const compiler of language.compilers) {
    describe(`debug info of ${compiler} (${language.name})`, () => {
      for (const version of [4, 5]) {
        for (const form of FORMS) {
          it(`DWARF ${version}, ${form.name}: every offset is the compiler's own`, async function () {
            const reader = readerFor(this);
            const lack = lacking(compiler, form, version);
            if (lack !== undefined) skipBecause(this, lack);
            using folder = new Folder();
            const flags = [...language.flags, `-gdwarf-${version}`, ...(form.flags ?? [])];
            try {
              folder.run(compiler, ...flags, '-w', '-c', '-o', 'program.o', sourceOf(language.source));
              folder.run(compiler, ...flags, '-o', 'program', 'program.o');
            } catch (error) {
              if (form.flags?.includes('-flto') === true && compiler.startsWith('clang'))
                skipBecause(this, 'this clang does not link with -flto');
              throw error;
            }
            const output = folder.run(folder.file('program'));
            try {
              form.after?.(folder, version);
            } catch (error) {
              // dwz 0.15 refuses a section that it does not know, and clang's DWARF 5 has one.
              if (/Unknown debugging section/.test(String(error)))
                skipBecause(this, `this dwz does not work on what ${compiler} makes`);
              throw error;
            }
            const index = await reader.index(elf(folder.file('program')));
            assert.equal(index.lack, undefined);
            assert.ok((await assertAgrees(reader, index, output)) > 15);
            assertVariables(index, output);
          });
        }
      }
    });
  }
}

describe('debug info in parts', () => {
  it('dwz: what two programs have in common is in a third file', async function () {
    const reader = readerFor(this);
    if (!works('dwz')) skipBecause(this, 'there is no dwz on PATH');
    using folder = new Folder();
    for (const name of ['one', 'two']) {
      writeFileSync(folder.file(`${name}.c`), `#include "${sourceOf('shapes.c')}"\nint ${name}_only;\n`);
      folder.run('gcc', '-std=gnu17', '-g', '-w', '-o', name, `${name}.c`);
    }
    const output = folder.run(folder.file('one'));
    folder.run('dwz', '-m', 'common.debug', 'one', 'two');
    const index = await reader.index(elf(folder.file('one')));
    assert.equal(index.lack, undefined);
    assert.ok((await assertAgrees(reader, index, output)) > 15);
    assertVariables(index, output);
    rmSync(folder.file('common.debug'));
    // Another reader: this one remembers.
    const alone = await readerFor(this).index(elf(folder.file('one')));
    assert.match(alone.lack ?? '', /dwz has put a part .* not at .*common\.debug/);
  });
});
