/** Which C library a program runs, asked of programs that run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { ProgramCalls } from '../../../src/native/programs.ts';
import { assumedLibc, libcOf, type ProgramLibc } from '../../../src/locks/libc.ts';
import { skipBecause } from '../../support/skip.ts';
import { addon, cleanup, shmErrorOf } from '../support.ts';
import { compiling, HOST, startOn } from './programs.ts';

/** '2.36' */
function systemVersion(context: Mocha.Context): number[] {
  try {
    const text = execFileSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return text.trim().split(' ')[1]?.split('.').slice(0, 2).map(Number) ?? [];
  } catch {
    return skipBecause(context, "this machine's own C library is not glibc");
  }
}

describe('libcOf', () => {
  const made = cleanup();
  const compile = compiling();

  async function libcOfProgram(context: Mocha.Context, compiler: readonly string[]): Promise<ProgramLibc | undefined> {
    const { running } = await startOn(context, made, compile(context, 'lockstate.c', compiler), 'free');
    return libcOf(addon, running.pid);
  }

  it('tells glibc and its version', async function () {
    const version = systemVersion(this);
    const libc = await libcOfProgram(this, ['cc']);
    assert.deepEqual({ ...libc, file: undefined }, { kind: 'glibc', version, abi: HOST, file: undefined });
    assert.match(libc?.file ?? '', /\/libc[.-]/);
  });

  it('tells musl and its version', async function () {
    const libc = await libcOfProgram(this, ['musl-gcc']);
    assert.equal(libc?.kind, 'musl');
    assert.match(libc.version?.join('.') ?? '', /^1\.\d+\.\d+$/);
  });

  it('tells both in programs that hold them, without a version', async function () {
    const glibc = await libcOfProgram(this, ['cc', '-static']);
    assert.deepEqual([glibc?.kind, glibc?.version, glibc?.abi], ['glibc', undefined, HOST]);
    const musl = await libcOfProgram(this, ['musl-gcc', '-static']);
    assert.deepEqual([musl?.kind, musl?.version, musl?.abi], ['musl', undefined, HOST]);
  });

  it('tells that a program is of 32 bits', async function () {
    const libc = await libcOfProgram(this, ['i686-linux-gnu-gcc', '-static']);
    assert.deepEqual([libc?.kind, libc?.abi], ['glibc', 'i386']);
  });

  it('rejects for a process that has ended', async function () {
    const { running } = await startOn(this, made, compile(this, 'lockstate.c', ['cc']), 'free');
    await running.dispose();
    await assert.rejects(libcOf(addon, running.pid), shmErrorOf('ESRCH'));
  });

  it('knows nothing of what is no ELF file, is gone, or is a device', async () => {
    const calls = (path: string): Pick<ProgramCalls, 'loadedFiles'> => ({
      loadedFiles: () =>
        Promise.resolve({
          root: '/',
          files: [{ name: '/lib/libc.so.6', path, device: '0:1', inode: 1, bias: 0n, executable: false, code: [] }],
        }),
    });
    for (const path of ['', '/nonexistent/libc.so.6', import.meta.filename, '/dev/zero', '/proc/self/maps'])
      assert.equal(await libcOf(calls(path), 1), undefined, path);
  });

  it('assumes the library of this process, and says so', async () => {
    const own = await libcOf(addon, process.pid);
    assert.ok(own);
    const { assumed, ...libc } = await assumedLibc(addon);
    assert.deepEqual(libc, { kind: own.kind, version: own.version, abi: own.abi });
    assert.match(assumed ?? '', new RegExp(`${own.kind} .* is assumed`));
  });

  it('closes what it opens', async () => {
    const count = (): number => readdirSync('/proc/self/fd').length;
    await libcOf(addon, process.pid);
    const before = count();
    for (let i = 0; i < 50; i++) await libcOf(addon, process.pid);
    assert.ok(count() < before + 25, `${before} descriptors became ${count()}`);
  });
});
