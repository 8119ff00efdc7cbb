import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import type { Suggestion } from '../../../src/types/debuginfo/finder.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { skipBecause } from '../../support/skip.ts';
import { makeModel } from '../model/support.ts';
import { addon, cleanup } from '../support.ts';
import { compiling } from './programs.ts';
import { needsHelper, readerOf } from './reader.ts';

const SIZE = 24;

describe('finder: local variables', () => {
  const made = cleanup();
  const { compile, folder } = compiling();
  before(function () {
    needsHelper(this);
    if (process.arch !== 'x64') skipBecause(this, 'frames are found on x86-64 only');
  });

  async function suggested(program: string): Promise<{ suggestions: readonly Suggestion[]; pid: number }> {
    const path = made.path('local');
    addon.createPath(path, SIZE, 0o666, true, false);
    chmodSync(path, 0o666);
    const { pid } = await made.start(program, path.slice('/dev/shm'.length));
    const model = makeModel();
    try {
      const { segments } = await model.store.refresh();
      const found = segments.find((one) => one.path === path) ?? assert.fail();
      return { suggestions: await new DebugTypeFinder(addon, readerOf(folder)).suggest(found), pid };
    } finally {
      model.dispose();
    }
  }

  function needs(test: Mocha.Context, compiler: string): void {
    if (spawnSync(compiler, ['--version']).error) skipBecause(test, `there is no ${compiler} on PATH`);
  }

  const found: readonly (readonly [what: string, variable: string, flags: readonly string[]])[] = [
    ['main', 'main::latest', []],
    ['main at a fixed address', 'main::latest', ['-no-pie', '-fno-pie']],
    ['main with a protected stack and marked branches', 'main::latest', ['-fstack-protector-all', '-fcf-protection']],
    ['main in DWARF 4', 'main::latest', ['-gdwarf-4']],
    ['main without a frame pointer', 'main::latest', ['-fomit-frame-pointer']],
    ['a function that called itself', 'run::latest', ['-DHOLD_CALLED']],
    ['main, as a member in an array', 'main::views[1].latest', ['-DHOLD_MEMBER']],
  ];
  for (const compiler of ['gcc', 'clang'])
    for (const [what, variable, flags] of found)
      it(`is certain by one of ${what}, by ${compiler}`, async function () {
        needs(this, compiler);
        const { suggestions, pid } = await suggested(compile('local', 'local.c', flags, compiler));
        assert.deepEqual(
          suggestions.map(({ type, offset, why, certain }) => [type.name, offset, why, certain]),
          [['struct sample', 0, `'${variable}' on the stack of local (${pid}) points here; its size is the segment's.`, true]],
        );
      });

  for (const compiler of ['gcc', 'clang'])
    for (const [what, flags] of [
      ['a function that has returned', ['-DHOLD_RETURNED']],
      ['optimized code, which moves it', ['-O2']],
    ] as const)
      it(`takes none of ${what} for one, by ${compiler}`, async function () {
        needs(this, compiler);
        const { suggestions } = await suggested(compile('none', 'local.c', flags, compiler));
        assert.deepEqual(
          suggestions.map(({ why }) => why.replace(/ it is of .*/, '')),
          ["Its size is the segment's, though no variable points here;"],
        );
      });

  for (const compiler of ['gcc', 'clang'])
    for (const [what, flags] of [
      ['another thread', ['-DHOLD_THREAD', '-pthread']],
      ['a function that may have returned', ['-DHOLD_STALE']],
    ] as const)
      it(`is not certain by one of ${what}, by ${compiler}`, async function () {
        needs(this, compiler);
        const { suggestions, pid } = await suggested(compile('left', 'local.c', flags, compiler));
        assert.deepEqual(
          suggestions.map(({ type, why, certain }) => [type.name, why, certain]),
          [
            [
              'struct sample',
              `'run::latest', perhaps of a call that has ended, on the stack of left (${pid}) points here; its size is the segment's.`,
              false,
            ],
          ],
        );
      });

  it('says nothing wrong of a function that makes room on its stack as it goes', async () => {
    const { suggestions } = await suggested(compile('alloca', 'local.c', ['-DHOLD_ALLOCA'], 'gcc'));
    assert.deepEqual(
      suggestions.map(({ type, offset }) => [type.name, offset]),
      [['struct sample', 0]],
    );
  });
});
