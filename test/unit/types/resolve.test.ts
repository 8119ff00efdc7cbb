import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypeLayout } from '../../../api.d.ts';
import type { DebugReader } from '../../../src/types/debuginfo/face.ts';
import { TypeResolver, WrongDeclarations, type ResolverParts } from '../../../src/types/resolve.ts';
import { segment } from '../explorer/segments.ts';
import { FakeFinder, seenIn, struct } from './fakeFinder.ts';
import { makeService } from './support.ts';
import { entriesOf } from './fakeEntries.ts';

describe('from a choice to a layout', () => {
  const service = makeService();
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-resolve-'));
  after(() => {
    service.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const made = (parts: Partial<ResolverParts> = {}) =>
    new TypeResolver({ service, trusted: () => true, folders: () => [folder], ...parts });
  const here = segment();
  const [newer, older] = [struct('struct book', 64), struct('struct book', 48, [], '/bin/b')];
  const finder = new FakeFinder();
  finder.types = [
    [newer, seenIn(newer, '/bin/a', [1])],
    [older, seenIn(older, '/bin/b', [2])],
  ];

  it('reads declarations, and stands where the choice says', async () => {
    const source = 'struct a { int x; }; struct b { struct a a; };';
    const found = await made().resolve(here, { name: 'b', source, offset: 64 });
    assert.deepEqual([found.type.name, found.offset, found.source, found.files], ['struct b', 64, source, []]);
    await assert.rejects(made().resolve(here, { name: 'c', source }), { code: 'ETYPE' });
  });

  it('follows what a header includes within the workspace, and names the file that is wrong', async () => {
    mkdirSync(join(folder, 'inner'));
    const [header, inner] = [join(folder, 'a.h'), join(folder, 'inner/b.h')];
    writeFileSync(header, '#include "inner/b.h"\nstruct a { struct b b; };');
    writeFileSync(inner, 'struct b { int x; };');
    const found = await made().resolve(here, { name: 'a', header });
    assert.deepEqual([found.type.size, found.files], [4, [header, inner]]);
    writeFileSync(inner, '\nstruct b { strange_t x; };');
    await assert.rejects(made().resolve(here, { name: 'a', header }), (error) => {
      assert.ok(error instanceof WrongDeclarations);
      assert.match(error.message, /^inner\/b\.h:2:12: /);
      assert.deepEqual([error.code, error.path, error.files], ['ETYPE', inner, [header, inner]]);
      return true;
    });
  });

  it('shows a type beside others that are wrong, and says what the one that is wrong is lost by', async () => {
    const source = 'struct a { int x; };\nstruct b { strange_t y; };\nstruct c { other_t z; };';
    assert.equal((await made().resolve(here, { name: 'a', source })).type.size, 4);
    await assert.rejects(made().resolve(here, { name: 'c', source }), { code: 'ETYPE', message: /^3:12: / });
  });

  it('finds a type of debug info by its name, of the file that it was chosen from first', async () => {
    const size = async (debug: object) => (await made({ finder }).resolve(here, { name: 'book', debug })).type.size;
    assert.equal(await size({ file: '/bin/b' }), 48);
    assert.equal(await size({ file: '/bin/other' }), 64);
    assert.equal(await size({}), 64);
  });

  it('takes the file itself when none of its programs runs, and says when neither has it', async () => {
    const gone = struct('struct gone', 8);
    const reader: DebugReader = {
      index: async (file) => ({
        file, buildId: '', abi: 'x86_64', pointerSize: 8, variables: [],
        entries: entriesOf(file.path === '/bin/old' ? [seenIn(gone, '/bin/old', [])] : []),
        ...(file.path === '/bin/old' ? {} : { lack: 'It has no debug info: build it with -g.' }),
      }), // prettier-ignore
      indexWith: (file) => reader.index(file),
      layouts: async (): Promise<TypeLayout[]> => [gone],
      someLayouts: async (): Promise<TypeLayout[]> => [gone],
    };
    const resolver = made({ finder, reader });
    assert.equal((await resolver.resolve(here, { name: 'struct gone', debug: { file: '/bin/old' } })).type, gone);
    await assert.rejects(resolver.resolve(here, { name: 'gone', debug: { file: '/bin/x' } }), { code: 'ETYPE', message: /-g/ });
    await assert.rejects(resolver.resolve(here, { name: 'gone', debug: {} }), { code: 'ETYPE', message: /No program/ });
  });

  it('gives what a compiler makes of a text without what that includes', async () => {
    const compile = async (): Promise<TypeLayout[]> => ['size_t', 'struct a', 'struct b'].map((name) => struct(name, 8));
    const source = 'struct a { int x; }; struct b { int y[__builtin_parity(7) + 1]; };';
    const found = await made({ compile }).compiled(source);
    assert.deepEqual(
      found.map(({ name }) => name),
      ['struct a', 'struct b'],
    );
    await assert.rejects(made().compiled(source), { code: 'ENOTSUP' });
    await assert.rejects(made({ compile, trusted: () => false }).compiled(source), { code: 'EPERM' });
  });

  it('asks a compiler only where the choice says so and the workspace is trusted', async () => {
    const compile = async (): Promise<TypeLayout[]> => [struct('struct a', 99)];
    const choice = { name: 'a', source: 'struct a { int x; };' };
    assert.equal((await made({ compile }).resolve(here, choice)).type.size, 4);
    assert.equal((await made({ compile }).resolve(here, { ...choice, compiled: true })).type.size, 99);
    const untrusted = made({ compile, trusted: () => false });
    await assert.rejects(untrusted.resolve(here, { ...choice, compiled: true }), { code: 'EPERM' });
  });
});
