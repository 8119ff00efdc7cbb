/** How the caller's frame is found, beside what readelf makes of the rules. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { Step } from '../../../src/code/face.ts';
import { needsProgram, skipBecause } from '../../support/skip.ts';
import { Folder, works } from '../dwarf/support.ts';
import { ask, helperFor, run, sourceOf } from './support.ts';

interface Rule {
  readonly from: bigint;
  readonly step: Step | undefined;
}

interface Machine {
  readonly readelf: string;
  readonly sp: string;
  readonly bp: string;
  readonly link: boolean;
}

const X86: Machine = { readelf: 'readelf', sp: 'rsp', bp: 'rbp', link: false };
const ARM: Machine = { readelf: 'aarch64-linux-gnu-readelf', sp: 'sp', bp: 'x29', link: true };

/** The rows of --debug-dump=frames-interp: 'LOC CFA rbx rbp ra', then a line for each, with 'c-16', 'u', 's', 'exp'. */
function rulesOf(path: string, { readelf, sp, bp, link }: Machine): Rule[] {
  const rules: Rule[] = [];
  for (const entry of run(readelf, '--debug-dump=frames-interp', '--debug-dump=no-follow-links', path).split('\n\n')) {
    if (!/ FDE /.test(entry)) continue;
    const lines = entry
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
    const names = (lines[0] ?? '').trim().split(/\s+/);
    for (const line of lines.slice(1)) {
      // 'r10 (r10)'
      const values = line
        .replaceAll(/ \(\w+\)/g, '')
        .trim()
        .split(/\s+/);
      if (!/^[\da-f]{8,16}$/.test(values[0] ?? '')) break;
      const value = (name: string): string => values[names.indexOf(name)] ?? (name === 'ra' ? 's' : 'u');
      rules.push({ from: BigInt(`0x${values[0]}`), step: stepOf(values[1] ?? '', value('ra'), value(bp)) });
    }
  }
  return rules;

  function stepOf(cfa: string, back: string, frame: string): Step | undefined {
    const [, base, offset = ''] = /^(\w+)\+(\d+)$/.exec(cfa) ?? [];
    if (base !== sp && base !== bp) return undefined;
    const at = /^c([+-]\d+)$/.exec(back)?.[1];
    const kept = /^c([+-]\d+)$/.exec(frame)?.[1];
    if (at === undefined && (!link || !/^[us]$/.test(back))) return undefined;
    if (kept === undefined && !/^[us]$/.test(frame)) return undefined;
    return {
      cfa: base === sp ? 'sp' : 'bp',
      offset: Number(offset),
      returnAt: at === undefined ? 'lr' : Number(at),
      ...(kept === undefined ? {} : { framePointerAt: Number(kept) }),
    };
  }
}

async function compare(context: Mocha.Context, path: string, machine: Machine): Promise<number> {
  const helper = helperFor(context);
  const rules = rulesOf(path, machine).slice(0, 90_000);
  const { answers } = await ask(
    helper,
    path,
    rules.map(({ from }) => ({ address: from, kind: 'exact' })),
  );
  // One may be the last of its address only where another one begins there as well.
  rules.forEach(({ from, step }, i) => {
    if (rules[i + 1]?.from !== from) assert.deepEqual(answers[i]?.step, step, `at ${from.toString(16)}`);
  });
  return rules.filter(({ step }) => step !== undefined).length;
}

describe('code: the way to the caller', () => {
  it('is what readelf says of the whole C library', async function () {
    needsProgram(this, 'readelf');
    const library = '/lib/x86_64-linux-gnu/libc.so.6';
    if (!existsSync(library)) skipBecause(this, `there is no ${library}`);
    assert.ok((await compare(this, library, X86)) > 10_000);
  });

  for (const flags of [['-O0'], ['-O2'], ['-O2', '-fno-omit-frame-pointer'], ['-O2', '-fno-asynchronous-unwind-tables', '-g']]) {
    it(`is what readelf says of a program: ${flags.join(' ')}`, async function () {
      needsProgram(this, 'readelf');
      if (process.arch !== 'x64') skipBecause(this, 'the registers are those of x86-64');
      using folder = new Folder();
      // The last of them has .debug_frame alone.
      folder.run('gcc', ...flags, '-nostdlib', '-shared', '-fPIC', '-w', '-o', 'stores', sourceOf('stores.c'));
      assert.ok((await compare(this, folder.file('stores'), X86)) > 3);
    });
  }

  it('is what readelf says of AArch64', async function () {
    const compiler = 'aarch64-linux-gnu-gcc';
    if (!works(compiler)) skipBecause(this, `there is no ${compiler} on PATH`);
    using folder = new Folder();
    folder.run(compiler, '-O0', '-nostdlib', '-shared', '-fPIC', '-w', '-o', 'stores', sourceOf('stores.c'));
    assert.ok((await compare(this, folder.file('stores'), ARM)) > 3);
  });

  it('is found during a call by the rules of the call', async function () {
    const helper = helperFor(this);
    needsProgram(this, 'gcc');
    if (process.arch !== 'x64') skipBecause(this, 'the registers are those of x86-64');
    using folder = new Folder();
    folder.run('gcc', '-O0', '-g', '-w', '-o', 'stores', sourceOf('stores.c'));
    const code = run('objdump', '-d', '--no-show-raw-insn', folder.file('stores')).split('<main>:\n')[1] ?? '';
    const [, at = '', next = ''] = /^ *([\da-f]+):\tcall .*<each>\n *([\da-f]+):/m.exec(code) ?? [];
    const { answers } = await ask(helper, folder.file('stores'), [{ address: BigInt(`0x${next}`), kind: 'return' }]);
    assert.equal(answers[0]?.instruction, BigInt(`0x${at}`));
    assert.deepEqual(answers[0]?.step, { cfa: 'bp', offset: 16, returnAt: -8, framePointerAt: -16 });
  });

  it('tells nothing of a frame and a line that no compiler writes, and all of what is beside them', async function () {
    const helper = helperFor(this);
    needsProgram(this, 'gcc');
    if (process.arch !== 'x64') skipBecause(this, 'the registers are those of x86-64');
    using folder = new Folder();
    writeFileSync(folder.file('broken.c'), BROKEN);
    folder.run('gcc', '-O0', '-g', '-nostdlib', '-shared', '-fPIC', '-o', 'broken', 'broken.c');
    const symbols = run('nm', folder.file('broken'));
    const queries = ['strange', 'plain'].map((name) => {
      const [, at = ''] = new RegExp(`^([\\da-f]+) . ${name}$`, 'm').exec(symbols) ?? [];
      return { address: BigInt(`0x${at}`), kind: 'exact' } as const;
    });
    const { answers } = await ask(helper, folder.file('broken'), queries);
    assert.deepEqual([answers[0]?.step, answers[0]?.line], [undefined, undefined]);
    assert.deepEqual([answers[1]?.function, answers[1]?.line], ['plain', 6]);
    assert.equal(answers[1]?.step?.offset, 8);
  });
});

/** The frame's address is 2^63 - 1 beyond the stack pointer, and the line is 3,000,000,000. */
const BROKEN = `int broken(int x) {
  __asm__ volatile(".cfi_escape 0x0e,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0x7f\\n"
                   ".loc 1 3000000000\\n.globl strange\\nstrange: nop");
  return x + 1;
}
int plain(int x) { return x; }
`;
