import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nearestEntry } from '../../../../src/types/compiler/database.ts';

describe('compile_commands.json', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), `shmscope-database-${process.pid}-`));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(name: string, value: unknown): void {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const entry = (file: string, flag: string): object => ({ directory: root, file, arguments: ['gcc', flag, '-c', file] });

  it('gives the file of the same name, else the nearest, else the first', async () => {
    write('compile_commands.json', [entry('a/x.c', '-DX'), entry('b/c/y.c', '-DY'), entry('b/shared.cc', '-DS')]);
    const flagsFor = async (header?: string): Promise<unknown> =>
      (await nearestEntry([root], header === undefined ? undefined : join(root, header)))?.flags;
    assert.deepEqual(await flagsFor('include/shared.h'), ['-DS']);
    assert.deepEqual(await flagsFor('b/c/z.h'), ['-DY']);
    assert.deepEqual(await flagsFor('a/z.h'), ['-DX']);
    assert.deepEqual(await flagsFor(), ['-DX']);
  });

  it('is found in build/ too, and tells folder and language', async () => {
    mkdirSync(join(root, 'build'));
    write('build/compile_commands.json', [
      { directory: '.', file: '../src/a.cpp', command: `c++ -DQ='a b' -o x -c ../src/a.cpp` },
    ]);
    assert.deepEqual(await nearestEntry([join(root, 'none'), root], join(root, 'src/a.h')), {
      compiler: 'c++',
      flags: ['-DQ=a b'],
      directory: join(root, 'build'),
      file: join(root, 'src/a.cpp'),
      language: 'c++',
    });
  });

  it('is passed over where it is none, and entry by entry', async () => {
    assert.equal(await nearestEntry([root], undefined), undefined);
    for (const text of ['', '{', '[{]', '[1, "x", null]', '[{"file": 3}]', '{"a": {"b": "}"}}', '"'.repeat(1000)]) {
      write('compile_commands.json', text);
      assert.equal(await nearestEntry([root], undefined), undefined, text);
    }
    write('compile_commands.json', `[{"file": {}}, {"x": "\\"{"}, ${JSON.stringify(entry('a.c', '-DA'))}, {"file": `);
    assert.deepEqual((await nearestEntry([root], undefined))?.flags, ['-DA']);
  });

  it('is an error where its folder is gone', async () => {
    write('compile_commands.json', [{ directory: join(root, 'gone'), file: 'a.c', command: 'gcc -c a.c' }]);
    await assert.rejects(nearestEntry([root], undefined), { code: 'ENOENT', message: /compile_commands.json names the folder/ });
  });
});
