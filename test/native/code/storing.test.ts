/** Which instruction has stored, where the processor tells of the one behind it: beside what objdump makes of the code. */
import assert from 'node:assert/strict';
import { needsProgram, skipBecause } from '../../support/skip.ts';
import { Folder, works } from '../dwarf/support.ts';
import { ask, helperFor, run, sourceOf } from './support.ts';

interface Line {
  readonly address: bigint;
  readonly next: bigint;
  readonly text: string;
}

/** The instructions of some functions. */
function disassembled(path: string, functions: RegExp): Line[] {
  const lines: Line[] = [];
  for (const part of run('objdump', '-d', '--no-show-raw-insn', '-j', '.text', path).split('\n\n')) {
    if (!functions.test(part.split('\n')[0] ?? '')) continue;
    const found = [...part.matchAll(/^ *([\da-f]+):\s+(.*)$/gm)].map(([, address = '', text = '']) => ({
      address: BigInt(`0x${address}`),
      text,
    }));
    found.slice(0, -1).forEach(({ address, text }, i) => {
      // What fills the room up to the next function is nobody's.
      if (!/nop|xchg +%ax,%ax|^(data16|cs)/.test(text)) lines.push({ address, text, next: found[i + 1]?.address ?? 0n });
    });
  }
  return lines;
}

/** The last operand of AT&T syntax is what is written, and memory where it ends with ')'; TEST and CMP only read it. */
const stores = ({ text }: Line): boolean => {
  const [what = ''] = text.replace(/^(lock|rep|repz|repnz) /, '').split(' ');
  return text.endsWith(')') && text.includes(',') && !/^(test|cmp[bwlq]?$|lea|nop|call|jmp|bt)/.test(what);
};

describe('code: the storing instruction', () => {
  before(function () {
    if (process.arch !== 'x64') skipBecause(this, 'objdump is asked for x86 code');
    needsProgram(this, 'gcc');
    needsProgram(this, 'objdump');
  });

  for (const flags of [
    ['-O0', '-g'],
    ['-O2', '-g'],
    ['-O3', '-g', '-march=x86-64-v4'],
    ['-O2', '-g0'],
    ['-Os', '-g', '-mstringop-strategy=rep_byte'],
    ['-O2', '-g', '-m32'],
  ]) {
    it(`is the one before what is reported: ${flags.join(' ')}`, async function () {
      const helper = helperFor(this);
      using folder = new Folder();
      if (flags.includes('-m32') && !works('gcc', '-m32', '-c', '-x', 'c', '/dev/null', '-o', '/dev/null'))
        skipBecause(this, 'gcc makes no code for i386');
      // i386 is only compiled: its C library need not be there.
      const link = flags.includes('-m32') ? ['-shared', '-nostdlib', '-fPIC'] : [];
      const source = flags.includes('-m32') ? ['-D__int128=long'] : [];
      folder.run('gcc', ...flags, ...link, ...source, '-w', '-o', 'stores', sourceOf('stores.c'));
      const path = folder.file('stores');
      const lines = disassembled(path, /<(each|wide|locked|main)>/);
      const writing = lines.filter(stores);
      assert.ok(writing.length > 20, `${writing.length} stores`);
      const all = await ask(
        helper,
        path,
        lines.map(({ next }) => ({ address: next, kind: 'after-store' })),
      );
      let strings = 0;
      lines.forEach(({ address, next, text }, i) => {
        const behind = lines[i + 1]?.text ?? '';
        // Told while it is under way, unless what is before it stores itself.
        if (/^rep (stos|movs)/.test(behind) && all.answers[i]?.instruction === next) strings++;
        else assert.equal(all.answers[i]?.instruction, address, `${text}, before ${behind}`);
      });
      if (flags.some((flag) => flag.includes('rep_byte'))) assert.ok(strings > 0, 'no string instruction');
      if (!flags.includes('-g')) return;
      // The line is that of the instruction itself.
      const exact = await ask(
        helper,
        path,
        writing.map(({ address }) => ({ address, kind: 'exact' })),
      );
      const after = await ask(
        helper,
        path,
        writing.map(({ next }) => ({ address: next, kind: 'after-store' })),
      );
      writing.forEach(({ text, address }, i) => {
        if (after.answers[i]?.instruction !== address) return;
        assert.deepEqual(after.answers[i]?.line, exact.answers[i]?.line, text);
        assert.ok(exact.answers[i]?.line !== undefined, text);
      });
    });
  }

  it('is found among the code of the C library, and a call before where it returns to', async function () {
    const helper = helperFor(this);
    const library = '/lib/x86_64-linux-gnu/libc.so.6';
    if (!works('objdump', '-h', library)) skipBecause(this, `there is no ${library}`);
    const lines = disassembled(library, /<(memcpy|printf|qsort|malloc|free|strtol|getenv|sem_|pthread_)/);
    const calls = lines.filter(({ text }) => text.startsWith('call'));
    assert.ok(lines.length > 500 && calls.length > 20);
    const { answers } = await ask(
      helper,
      library,
      lines.map(({ next }) => ({ address: next, kind: 'return' })),
    );
    lines.forEach(({ address, text }, i) => {
      // glibc's assembly jumps over prefixes, and gives what is behind them a line of its own.
      if (!/^(lock|rep|pause)/.test(text)) assert.equal(answers[i]?.instruction, address, text);
    });
  });

  it('is what is reported itself on AArch64', async function () {
    const helper = helperFor(this);
    const compiler = 'aarch64-linux-gnu-gcc';
    if (!works(compiler)) skipBecause(this, `there is no ${compiler} on PATH`);
    using folder = new Folder();
    folder.run(compiler, '-O1', '-g', '-w', '-shared', '-nostdlib', '-o', 'stores', sourceOf('stores.c'));
    const path = folder.file('stores');
    const each = run('aarch64-linux-gnu-objdump', '-d', '--no-show-raw-insn', path).split('<each>:\n')[1]?.split('\n\n')[0] ?? '';
    const found = [...each.matchAll(/^ *([\da-f]+):\tstr/gm)].map(([, address]) => BigInt(`0x${address}`));
    assert.ok(found.length > 4);
    const { answers } = await ask(
      helper,
      path,
      found.flatMap((address) => [
        { address, kind: 'after-store' as const },
        { address, kind: 'exact' as const },
      ]),
    );
    found.forEach((address, i) => {
      assert.equal(answers[2 * i]?.instruction, address);
      assert.deepEqual(answers[2 * i], answers[2 * i + 1]);
      assert.equal(answers[2 * i]?.function, 'each');
    });
  });
});
