import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileTypes, type CompileRequest } from '../../../src/types/compiler/compile.ts';
import type { DebugReader, ElfFile } from '../../../src/types/debuginfo/face.ts';
import { needsProgram } from '../../support/skip.ts';
import { entriesOf } from '../../unit/types/fakeEntries.ts';

/** Names of types in the debug info, as readelf tells them. */
class Names implements DebugReader {
  readonly files: ElfFile[] = [];
  readonly found = new Set<string>();

  index(file: ElfFile): ReturnType<DebugReader['index']> {
    this.files.push(file);
    const text = execFileSync('readelf', ['--debug-dump=info', file.path], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    for (const [, name = ''] of text.matchAll(/DW_AT_name\s+:(?: \([^)]*\):)? (?:\(indirect.*?\): )?(\S+)/g))
      this.found.add(name);
    const entries = [...this.found].map((name) => ({ name, kind: 'struct', size: 0, ref: name, language: 'c' }) as const);
    return Promise.resolve({ file, buildId: '', abi: undefined, pointerSize: 8, entries: entriesOf(entries), variables: [] });
  }

  indexWith(file: ElfFile): ReturnType<DebugReader['indexWith']> {
    return this.index(file);
  }

  layouts(_file: ElfFile, refs: readonly string[]): ReturnType<DebugReader['layouts']> {
    return Promise.resolve(refs.map((name) => ({ name, kind: 'struct', size: 0, alignment: 1, origin: 'dwarf' })));
  }

  someLayouts(file: ElfFile, refs: readonly string[]): ReturnType<DebugReader['someLayouts']> {
    return this.layouts(file, refs);
  }
}

describe('types from a compiler', function () {
  this.timeout(60_000);
  let root = '';
  const before_ = process.env['TMPDIR'];
  before(function () {
    needsProgram(this, 'gcc');
    needsProgram(this, 'readelf');
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), `shmscope-compile-${process.pid}-`));
    mkdirSync(join(root, 'tmp'));
    process.env['TMPDIR'] = join(root, 'tmp');
  });
  afterEach(() => {
    if (before_ === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before_;
    const left = readdirSync(join(root, 'tmp'));
    rmSync(root, { recursive: true, force: true });
    assert.deepEqual(left, [], 'nothing is left of the temporary folder');
  });

  function write(name: string, text: string): string {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
  const program = (name: string, script: string): string => {
    const file = write(name, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  async function compile(
    request: Partial<CompileRequest>,
    more: { timeLimit?: number; signal?: AbortSignal } = {},
  ): Promise<readonly string[]> {
    const { signal, ...options } = more;
    const types = await compileTypes({ source: '', folders: [], ...request }, { reader: new Names(), ...options }, signal);
    return types.map((type) => type.name);
  }

  it('a text: all of its types, though nothing uses them', async () => {
    const names = await compile({ source: '1: struct a { int x; };\n2: typedef struct { struct a y; } b_t;\n3: enum e { A };' });
    for (const name of ['a', 'b_t', 'e']) assert.ok(names.includes(name), `${name} of ${names.join()}`);
  });

  it('one type, where one is asked for', async () => {
    assert.deepEqual(await compile({ source: 'struct a { int x; }; struct b { int y; };', name: 'b' }), ['b']);
  });

  it('a header, with the flags and in the folder of compile_commands.json', async () => {
    const header = write('src/a.h', '#include "b.h"\nstruct a { struct b x; WORD y; };');
    write('inc/b.h', 'struct b { int z; };');
    write(
      'compile_commands.json',
      JSON.stringify([{ directory: root, file: 'src/a.c', command: "gcc -Iinc -D'WORD=long long' -c src/a.c" }]),
    );
    const names = await compile({ source: '', header, folders: [root] });
    for (const name of ['a', 'b']) assert.ok(names.includes(name), `${name} of ${names.join()}`);
    await assert.rejects(compile({ header }), { code: 'ETYPE', message: /^1:10: b\.h: No such file/ });
  });

  it('C++, where the text is no C, or is said to be', async function () {
    needsProgram(this, 'g++');
    const source = 'namespace n { template <class T> struct v { T x; }; struct p { virtual ~p(); v<int> q; }; }';
    assert.ok((await compile({ source })).includes('p'));
    assert.ok((await compile({ source, language: 'c++' })).includes('p'));
    await assert.rejects(compile({ source, language: 'c' }), { code: 'ETYPE', message: /^1:\d+: / });
  });

  it('by clang, where that is asked for', async function () {
    needsProgram(this, 'clang');
    assert.ok((await compile({ source: 'struct a { int x; };', dialect: 'clang' })).includes('a'));
  });

  it('tells the first error with its place', async () => {
    await assert.rejects(compile({ source: 'struct a {\n  nit x;\n  tin y;\n};' }), {
      code: 'ETYPE',
      message: /^2:3: Unknown type name/,
    });
    const header = write('a.h', '#include "b.h"\n');
    const other = write('b.h', '\nstruct b { nit z; };');
    await assert.rejects(compile({ header }), (error: Error) => error.message.startsWith(`${other}:2:12: Unknown type name`));
  });

  it('runs nothing that the flags bring along, and no shell', async () => {
    const mark = join(root, 'ran');
    program('evil', `touch '${mark}'`);
    const command = `gcc -wrapper ./evil -B . -fplugin=./evil.so "-DX=$(touch ${mark})" -c a.c ; touch ${mark}`;
    write('compile_commands.json', JSON.stringify([{ directory: root, file: 'a.c', command }]));
    assert.ok((await compile({ source: 'struct a { int x; };', folders: [root] })).includes('a'));
    write('compile_commands.json', JSON.stringify([{ directory: root, file: 'a.c', command: './evil -c a.c' }]));
    assert.ok((await compile({ source: 'struct a { int x; };', folders: [root] })).includes('a'));
    assert.ok(!existsSync(mark));
  });

  /** A compiler that does not end, nor what it starts; its pids are in a file. */
  function slowCompiler(): string {
    const pids = join(root, 'pids');
    program('gcc', `echo $$ >> '${pids}'; sleep 1000 & echo $! >> '${pids}'; wait`);
    write('compile_commands.json', JSON.stringify([{ directory: root, file: 'a.c', command: './gcc -c a.c' }]));
    return pids;
  }
  async function assertGone(pids: string): Promise<void> {
    const alive = (pid: string): boolean => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    };
    const all = readFileSync(pids, 'utf8').trim().split('\n');
    while (all.some(alive)) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it('ends a compiler that takes too long, and what it started', async () => {
    const pids = slowCompiler();
    const slow = compile({ source: 'struct a { int x; };', folders: [root] }, { timeLimit: 1000 });
    await assert.rejects(slow, { code: 'ETIMEDOUT', message: /took more than 1 seconds/ });
    await assertGone(pids);
  });

  it('ends it when it is cancelled', async () => {
    const pids = slowCompiler();
    const abort = new AbortController();
    const slow = compile({ source: 'struct a { int x; };', folders: [root] }, { signal: abort.signal });
    const never = assert.rejects(slow, { name: 'AbortError' });
    while (!existsSync(pids) || readFileSync(pids, 'utf8').trim().split('\n').length < 2)
      await new Promise((resolve) => setTimeout(resolve, 10));
    abort.abort();
    await never;
    await assertGone(pids);
    await assert.rejects(compile({ source: 'struct a { int x; };' }, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('says that there is no compiler', async () => {
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = root;
      await assert.rejects(compile({ source: 'struct a { int x; };' }), {
        code: 'ENOTSUP',
        message: /neither gcc nor clang/,
        remedy: /Install gcc/,
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});
