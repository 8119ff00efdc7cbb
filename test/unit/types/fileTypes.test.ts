import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { FileTypes } from '../../../src/types/debuginfo/fileTypes.ts';
import { fakeMachine, type FakeFile, type FakeProcess } from './fakeMachine.ts';

const struct = (name: string, size: number): TypeLayout => ({
  ...{ name, kind: 'struct', size, alignment: 4, origin: 'test', fields: [] },
});
const file = (name: string, types: readonly TypeLayout[], lack?: string): FakeFile => ({
  ...{ name, types, pointers: {} },
  ...(lack === undefined ? {} : { lack }),
});
const code = (expected: string, message: RegExp) => (error: Error & { code?: unknown }) =>
  error.code === expected && message.test(error.message);

describe('types: of files and processes', () => {
  const app = file('/bin/app', [struct('struct book', 64), struct('struct level', 16)]);
  const library = file('/lib/liblevel.so', [struct('struct level', 16), struct('struct level', 24), struct('struct own', 8)]);
  const bare = file('/bin/bare', [], '/bin/bare has no debug info: compile it with -g.');
  const processes: readonly FakeProcess[] = [
    { pid: 1, process: 'app', files: [app, library] },
    { pid: 2, process: 'bare', files: [bare] },
    { pid: 3, process: 'closed', files: [], refused: 'EACCES' },
  ];
  const { calls, reader } = fakeMachine(processes);
  const types = new FileTypes(calls, reader);
  const sizes = (found: readonly TypeLayout[]) => found.map(({ name, size, origin }) => [name, size, origin]);

  it('gives those of the executable first, and of a name each layout once', async () => {
    assert.deepEqual(sizes(await types.ofProcess(1)), [
      ['struct book', 64, 'dwarf:/bin/app'],
      ['struct level', 16, 'dwarf:/bin/app'],
      ['struct level', 24, 'dwarf:/lib/liblevel.so'],
      ['struct own', 8, 'dwarf:/lib/liblevel.so'],
    ]);
    assert.deepEqual(sizes(await types.ofProcess(1, 'own')), [['struct own', 8, 'dwarf:/lib/liblevel.so']]);
    assert.deepEqual(sizes(await types.ofElf('/bin/app', 'struct level')), [['struct level', 16, 'dwarf:/bin/app']]);
  });

  it('gives the others where one cannot be made out, and says so where that one is wanted', async () => {
    const broken = { ...struct('struct broken', 8), origin: 'broken' };
    const odd = file('/bin/odd', [struct('struct a', 4), broken, struct('struct c', 12), struct('struct d', 16)]);
    const machine = fakeMachine([{ pid: 1, process: 'odd', files: [odd] }]);
    const some = new FileTypes(machine.calls, machine.reader);
    assert.deepEqual(
      (await some.ofElf('/bin/odd')).map(({ size }) => size),
      [4, 12, 16],
    );
    await assert.rejects(some.ofElf('/bin/odd', 'broken'), code('ETYPE', /cannot be made out/));
  });

  it('says what is missing, and what would bring it', async () => {
    await assert.rejects(types.ofProcess(2), code('ETYPE', /compile it with -g/));
    await assert.rejects(types.ofElf('/bin/bare', 'struct x'), code('ETYPE', /compile it with -g/));
    await assert.rejects(types.ofProcess(1, 'teacher'), code('ETYPE', /process 1 has no type "teacher"/));
    await assert.rejects(types.ofProcess(3), code('EACCES', /./));
    await assert.rejects(types.ofProcess(4), code('ESRCH', /./));
    await assert.rejects(types.ofElf('/bin/none'), code('ENOENT', /./));
    await assert.rejects(types.ofElf('bin/app'), code('EINVAL', /absolute/));
  });
});
