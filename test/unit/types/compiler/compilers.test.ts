import assert from 'node:assert/strict';
import { compilersFor, type Wanted } from '../../../../src/types/compiler/compilers.ts';
import { skipBecause } from '../../../support/skip.ts';

const programs = (wanted: Partial<Wanted>): readonly string[] =>
  compilersFor({ abi: undefined, dialect: undefined, entry: undefined, ...wanted }).map(({ program, args }) =>
    [program, ...args.filter((arg) => !/-debug/.test(arg))].join(' '),
  );
const entry = (compiler: string): Wanted['entry'] => ({ compiler, flags: [] });

describe('compilers that are tried', () => {
  it('are gcc and clang', () => {
    assert.deepEqual(programs({}), ['gcc', 'clang']);
    assert.deepEqual(programs({ dialect: 'gcc' }), ['gcc']);
    assert.deepEqual(programs({ dialect: 'clang' }), ['clang']);
  });

  it('are the one of compile_commands.json first, unless another is asked for', () => {
    assert.deepEqual(programs({ entry: entry('/opt/gcc-13') }), ['/opt/gcc-13', 'gcc', 'clang']);
    assert.deepEqual(programs({ entry: entry('c++'), dialect: 'clang' }), ['clang']);
    assert.deepEqual(programs({ entry: entry('clang-16'), dialect: 'clang' }), ['clang-16', 'clang']);
    assert.deepEqual(programs({ entry: entry('gcc'), abi: 'arm', dialect: 'gcc' }), ['arm-linux-gnueabihf-gcc']);
  });

  it('are not those of this machine in place of a cross compiler', () => {
    assert.deepEqual(programs({ entry: entry('/opt/aarch64-none-linux-gnu-g++') }), ['/opt/aarch64-none-linux-gnu-g++']);
    assert.deepEqual(programs({ entry: entry('arm-linux-gnueabihf-clang') }), ['arm-linux-gnueabihf-clang']);
  });

  it('are those of another ABI', function () {
    if (process.arch !== 'x64') skipBecause(this, `what is another ABI is that of x86-64, and this machine is ${process.arch}`);
    assert.deepEqual(programs({ abi: 'aarch64' }), ['aarch64-linux-gnu-gcc', 'clang --target=aarch64-linux-gnu']);
    assert.deepEqual(programs({ abi: 'i386' }), ['i686-linux-gnu-gcc', 'gcc -m32', 'clang --target=i686-linux-gnu']);
    assert.deepEqual(programs({ abi: 'x86_64' }), ['gcc', 'clang']);
  });
});
