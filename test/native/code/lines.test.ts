/** Functions, files and lines, beside what addr2line of binutils says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Answer } from '../../../src/code/answers.ts';
import { needsProgram } from '../../support/skip.ts';
import { Folder, works } from '../dwarf/support.ts';
import { ask, functionsOf, helperFor, sourceOf } from './support.ts';

/** Addresses of the program's own functions, and some in each of them. */
function addressesIn(path: string): bigint[] {
  return functionsOf(path, '-C')
    .filter(({ name }) => /shop::|^main$|^plain_c$/.test(name))
    .flatMap(({ address, size }) => Array.from({ length: Math.ceil(size / 3) }, (_, i) => address + BigInt(3 * i)));
}

/** [function, 'file:line'], outward. */
type Chain = readonly (readonly [string, string])[];

function chainOf({ function: name = '??', file = '??', line = 0, inlinedInto = [] }: Answer): Chain {
  const outer = inlinedInto.map(({ function: one = '??', file: where = '??', line: at = 0 }) => [one, `${where}:${at}`] as const);
  return [[name, `${file}:${line}`], ...outer];
}

/** 'shop::added<int>' of 'int shop::added<int>(int, int) [clone .constprop.0]'. */
function bare(name: string): string {
  return (
    name
      .replaceAll('(anonymous namespace)', '~')
      .replace(/ \[clone .*/, '')
      .replace(/\(.*/, '')
      .split(' ')
      .at(-1) ?? ''
  ).replaceAll('~', '(anonymous namespace)');
}

function addr2line(command: string, path: string, addresses: readonly bigint[]): Chain[] {
  const input = addresses.map((one) => `0x${one.toString(16)}`).join('\n');
  const said = execFileSync(command, ['-a', '-f', '-i', '-C', '-e', path], { input, encoding: 'utf8', stdio: 'pipe' });
  return said
    .split(/^0x[\da-f]+\n/m)
    .slice(1)
    .map((block) => {
      const lines = block.trim().split('\n');
      return Array.from({ length: lines.length / 2 }, (_, i) => {
        const where = (lines[2 * i + 1] ?? '').replace(/ \(discriminator.*/, '').replace(/:\?$/, ':0');
        return [bare(lines[2 * i] ?? ''), where] as const;
      });
    });
}

const FORMS: readonly (readonly [what: string, compiler: string, ...flags: string[]])[] = [
  ['gcc -O0, DWARF 5', 'g++', '-O0', '-gdwarf-5'],
  ['gcc -O2, DWARF 5', 'g++', '-O2', '-gdwarf-5'],
  ['gcc -O2, DWARF 4', 'g++', '-O2', '-gdwarf-4'],
  ['gcc -O2, DWARF 4 with type units', 'g++', '-O2', '-gdwarf-4', '-fdebug-types-section'],
  ['gcc -O2, compressed, at a fixed address', 'g++', '-O2', '-g', '-gz', '-no-pie'],
  ['gcc -O2, linked statically', 'g++', '-O2', '-g', '-static'],
  ['gcc -O2, DWARF 3', 'g++', '-O2', '-gdwarf-3', '-gstrict-dwarf'],
  ['clang -O0, DWARF 5', 'clang++', '-O0', '-gdwarf-5'],
  ['clang -O2, DWARF 5', 'clang++', '-O2', '-gdwarf-5'],
  ['clang -O2, DWARF 4', 'clang++', '-O2', '-gdwarf-4'],
];

describe('code: functions and lines', () => {
  before(function () {
    needsProgram(this, 'g++');
    needsProgram(this, 'addr2line');
  });

  for (const [what, compiler, ...flags] of FORMS) {
    it(`are those of addr2line: ${what}`, async function () {
      const helper = helperFor(this);
      needsProgram(this, compiler);
      // That of binutils 2.40 does not follow DW_FORM_rnglistx, which clang writes.
      const oracle = compiler === 'g++' ? 'addr2line' : 'llvm-addr2line';
      needsProgram(this, oracle);
      using folder = new Folder();
      folder.run(compiler, ...flags, '-o', 'places', sourceOf('places.cc'));
      const path = folder.file('places');
      const addresses = addressesIn(path);
      assert.ok(addresses.length > 50);
      const { answers, lack } = await ask(
        helper,
        path,
        addresses.map((address) => ({ address, kind: 'exact' })),
      );
      assert.equal(lack, undefined);
      const wanted = addr2line(oracle, path, addresses);
      answers.forEach((answer, i) => {
        assert.deepEqual(chainOf(answer), wanted[i], `at ${addresses[i]?.toString(16)}`);
      });
      assert.ok(answers.some(({ inlinedInto = [] }) => inlinedInto.length === 2));
    });
  }

  it('are the same from .dwo files, a .dwp and separate files', async function () {
    const helper = helperFor(this);
    using folder = new Folder();
    folder.run('g++', '-O2', '-gdwarf-5', '-Wl,--build-id=sha1', '-o', 'places', sourceOf('places.cc'));
    const path = folder.file('places');
    const addresses = addressesIn(path);
    const queries = addresses.map((address) => ({ address, kind: 'exact' as const }));
    const { answers: wanted } = await ask(helper, path, queries);

    // Found by its name beside the program, then by its build-id below a root of its own.
    folder.run('objcopy', '--only-keep-debug', 'places', 'places.debug');
    folder.run('objcopy', '--strip-all', '--add-gnu-debuglink=places.debug', 'places');
    assert.deepEqual((await ask(helper, path, queries)).answers, wanted);
    const id = /Build ID: ([\da-f]+)/.exec(folder.run('readelf', '-n', 'places'))?.[1] ?? '';
    const kept = `${folder.path}/usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
    mkdirSync(dirname(kept), { recursive: true });
    renameSync(folder.file('places.debug'), kept);
    assert.deepEqual((await ask(helper, path, queries, folder.path, '/places')).answers, wanted);
    assert.match((await ask(helper, path, queries)).lack ?? '', /no debug info, and there is none at .*places\.debug/);

    for (const compiler of ['g++', 'clang++'])
      for (const version of ['-gdwarf-5', '-gdwarf-4']) {
        if (!works(compiler)) continue;
        const flags = ['-O2', version, '-o'];
        folder.run(compiler, ...flags, 'whole', sourceOf('places.cc'));
        folder.run(compiler, '-gsplit-dwarf', ...flags, 'split.o', '-c', sourceOf('places.cc'));
        folder.run(compiler, '-o', 'split', 'split.o');
        const places = addressesIn(folder.file('split')).map((address) => ({ address, kind: 'exact' as const }));
        const [whole, split] = [await ask(helper, folder.file('whole'), places), await ask(helper, folder.file('split'), places)];
        assert.deepEqual(split.answers, whole.answers, `${compiler} ${version}`);
        // dwp of binutils knows only version 4, and llvm-dwp 14 does not end on gcc's version 5.
        const packer = version === '-gdwarf-4' ? 'dwp' : 'llvm-dwp';
        if (!works(packer) || (compiler === 'g++' && version === '-gdwarf-5')) continue;
        folder.run(packer, 'split.dwo', '-o', 'split.dwp');
        folder.run('rm', 'split.dwo');
        assert.deepEqual(
          (await ask(helper, folder.file('split'), places)).answers,
          whole.answers,
          `${compiler} ${version}, .dwp`,
        );
        folder.run('rm', 'split.dwp');
      }
  });

  it('have names of symbols, and no more, where there is no debug info', async function () {
    const helper = helperFor(this);
    using folder = new Folder();
    folder.run('g++', '-O1', '-g0', '-rdynamic', '-o', 'places', sourceOf('places.cc'));
    const path = folder.file('places');
    const functions = functionsOf(path).filter(({ name }) => /shop|main|plain_c/.test(name) && !name.includes('@'));
    const queries = functions.map(({ address, size }) => ({ address: address + BigInt(size) - 1n, kind: 'exact' as const }));
    const { answers, lack } = await ask(helper, path, queries);
    assert.match(lack ?? '', /compile it with -g/);
    const names = answers.map(({ function: name }) => name);
    for (const name of [
      'shop::run',
      'shop::Order::fill',
      'shop::(anonymous namespace)::added<int>',
      'shop::inner::first',
      'main',
      'plain_c',
    ])
      assert.ok(names.includes(name), `${name} of ${names.join(', ')}`);
    assert.ok(answers.every(({ line, file }) => line === undefined && file === undefined));
    // Then only what others may call has a name.
    folder.run('strip', 'places');
    const stripped = (await ask(helper, path, queries)).answers.map(({ function: name }) => name);
    assert.ok(stripped.includes('shop::run') && !stripped.includes('shop::(anonymous namespace)::added<int>'));
  });

  it('refuses what is no query', async function () {
    const helper = helperFor(this);
    for (const text of ['q 12\n', 's\n', 's 12 \n', 's 11112222333344445\n', '12\n'])
      await assert.rejects(
        helper.ask(['code', text], { path: '/bin/true', name: '/bin/true', root: '/' }, async (output) => {
          for await (const _ of output);
        }),
        { code: 'EINVAL' },
      );
  });
});
