/** Code of running processes: their files, where they are loaded, and what cannot be told. */
import assert from 'node:assert/strict';
import { readFileSync, unlinkSync } from 'node:fs';
import { ProcessCode } from '../../../src/code/processCode.ts';
import type { Helper } from '../../../src/types/debuginfo/file/helper.ts';
import { compiling } from '../finder/programs.ts';
import { addon, cleanup, shmErrorOf } from '../support.ts';
import { functionsOf, helperFor } from './support.ts';

describe('code: of a process', () => {
  const made = cleanup();
  const { compile } = compiling();

  /** A program that waits; it maps a segment of a name of its own. */
  async function started(program: string) {
    const path = made.path('code');
    addon.createPath(path, 4096, 0o600, true, false);
    return made.start(program, path.slice('/dev/shm'.length));
  }

  async function mainOf(pid: number, program: string): Promise<bigint> {
    const { files } = await addon.loadedFiles(pid);
    const main = functionsOf(program).find(({ name }) => name === 'main');
    assert.ok(main && files[0]);
    return BigInt.asUintN(64, main.address + files[0].bias);
  }

  for (const [what, flags] of [
    ['position-independent', ['-pie', '-fPIE']],
    ['static', ['-static']],
    ['static and position-independent', ['-static-pie', '-fPIE']],
  ] as const) {
    it(`is found in a program that is ${what}`, async function () {
      const helper = helperFor(this);
      const program = compile(`code-${flags[0]}`, 'holder.c', ['-DHOLD_GLOBAL', ...flags]);
      const { pid } = await started(program);
      const address = await mainOf(pid, program);
      const [place] = await new ProcessCode(addon, helper).places(pid, [{ address, kind: 'exact' }]);
      assert.deepEqual([place?.instruction, place?.function, place?.object, place?.own], [address, 'main', program, true]);
      assert.match(place?.file ?? '', /holder\.c$/);
      const source = readFileSync(place?.file ?? '', 'utf8').split('\n')[(place?.line ?? 0) - 1];
      assert.match(source ?? '', /main/);
      assert.deepEqual(place?.step, { cfa: 'sp', offset: 8, returnAt: -8 });
      assert.equal(place?.lack, undefined);
    });
  }

  it('is found in libraries, and in a program that was removed since', async function () {
    const helper = helperFor(this);
    const library = compile('libcode.so', 'library.c', ['-shared', '-fPIC']);
    const program = compile('code-gone', 'holder.c', ['-DHOLD_LIBRARY', library]);
    const { pid } = await started(program);
    const main = await mainOf(pid, program);
    unlinkSync(program);
    const { files } = await addon.loadedFiles(pid);
    const own = files.find(({ name }) => name === library);
    const libc = files.find(({ name }) => /libc\.so/.test(name));
    const hold = functionsOf(library).find(({ name }) => name === 'hold');
    const write = functionsOf(libc?.path ?? '', '-D').find(({ name }) => name.startsWith('write@'));
    assert.ok(own && libc && hold && write);
    for (const { code } of files) assert.ok(code.length > 0 && code.every(({ start, end }) => start < end));
    const places = await new ProcessCode(addon, helper).places(pid, [
      { address: own.bias + hold.address, kind: 'exact' },
      { address: libc.bias + write.address, kind: 'exact' },
      { address: main, kind: 'exact' },
      { address: 16n, kind: 'exact' },
    ]);
    assert.deepEqual(
      places.map(({ function: name, object, own: mine }) => [name?.replace(/^_+(GI_+)?(libc_)?/, ''), object, mine]),
      [
        ['hold', library, true],
        ['write', libc.name, false],
        ['main', program, true],
        [undefined, undefined, true],
      ],
    );
    assert.match(places[3]?.lack ?? '', /in no file/);
  });

  it('is asked for once, and says why it tells nothing', async function () {
    const helper = helperFor(this);
    let asked = 0;
    const counting: Pick<Helper, 'ask'> = {
      ask: (...words) => {
        asked++;
        return helper.ask(...words);
      },
    };
    const program = compile('code-plain', 'holder.c', ['-DHOLD_GLOBAL', '-g0']);
    const running = await started(program);
    const { pid } = running;
    const address = await mainOf(pid, program);
    const code = new ProcessCode(addon, counting);
    const first = await code.places(pid, [{ address, kind: 'exact' }]);
    assert.match(first[0]?.lack ?? '', /no debug info.*: compile it with -g/);
    assert.equal(first[0]?.function, 'main');
    assert.deepEqual(await code.places(pid, [{ address, kind: 'exact' }]), first);
    assert.equal(asked, 1);
    await assert.rejects(code.places(pid, [{ address: address + 1n, kind: 'exact' }], { signal: AbortSignal.abort() }), {
      code: 'ECANCELED',
    });
    const broken = new ProcessCode(addon, { ask: () => Promise.reject(new TypeError('a mistake')) });
    await assert.rejects(broken.places(pid, [{ address, kind: 'exact' }]), /a mistake/);
    await running.dispose();
    await assert.rejects(new ProcessCode(addon, helper).places(pid, [{ address, kind: 'exact' }]), shmErrorOf('ESRCH'));
  });
});
