import assert from 'node:assert/strict';
import { flagsFor, layoutFlags } from '../../../../src/types/compiler/flags.ts';
import { firstError } from '../../../../src/types/compiler/messages.ts';
import { wordsOf } from '../../../../src/types/compiler/words.ts';

describe('the command line of a compiler', () => {
  const split: [string, readonly string[]][] = [
    ['gcc -c a.c', ['gcc', '-c', 'a.c']],
    [`gcc -DA='x y' "-DB=\\"q\\"" -DC=a\\ b`, ['gcc', '-DA=x y', '-DB="q"', '-DC=a b']],
    [`gcc '' "" x`, ['gcc', '', '', 'x']],
    ['gcc $(rm -rf x) `y` $HOME ; z', ['gcc', '$(rm', '-rf', 'x)', '`y`', '$HOME', ';', 'z']],
    [`gcc "open`, ['gcc', 'open']],
    [' \t\n', []],
  ];
  for (const [line, words] of split) it(`is split without a shell: ${line}`, () => assert.deepEqual(wordsOf(line), words));

  it('gives what says how types are laid out, and nothing else', () => {
    const line =
      'gcc -I../x -I y -isystem /s -iquote q -DA=1 -D B -UC -include pre.h -std=gnu17 -m32 -mabi=ms -fpack-struct=2 -fshort-enums ' +
      '--target=arm -target aarch64 --sysroot /r -pthread -nostdinc -O2 -g -Wall -Werror -MD -MF -Ifake -o -Iout -c a.c -flto -fsanitize=address';
    assert.deepEqual(layoutFlags(wordsOf(line)), {
      compiler: 'gcc',
      flags: (
        '-I../x -I y -isystem /s -iquote q -DA=1 -D B -UC -include pre.h -std=gnu17 -m32 -mabi=ms -fpack-struct=2 -fshort-enums ' +
        '--target=arm --target=aarch64 --sysroot=/r -pthread -nostdinc'
      ).split(' '),
    });
  });

  it('gives nothing that has another program run, or reads flags elsewhere', () => {
    const line =
      'gcc -fplugin=./evil.so -fplugin-arg-evil-x=1 -wrapper sh,-c -specs=evil -B ./evil -B./evil @flags -Xclang -load -Xclang ./evil.so -mllvm -load=x -no-canonical-prefixes -c a.c';
    assert.deepEqual(layoutFlags(wordsOf(line)).flags, []);
  });

  it('begins with a compiler that is known, behind what only passes it on', () => {
    const compilers: Record<string, string | undefined> = {
      'gcc -c': 'gcc',
      'ccache /usr/bin/aarch64-linux-gnu-g++-12 -c': '/usr/bin/aarch64-linux-gnu-g++-12',
      'env A=1 clang++ -c': 'clang++',
      './evil -c': undefined,
      'sh -c gcc': undefined,
      '': undefined,
    };
    for (const [line, compiler] of Object.entries(compilers)) assert.equal(layoutFlags(wordsOf(line)).compiler, compiler, line);
  });

  it('has no standard of the other language, and says nothing of another machine', () => {
    const flags = ['-std=c11', '-std=c++20', '-m32', '--target=arm', '-DA'];
    assert.deepEqual(flagsFor('c', flags, 'own'), ['-std=c11', '-m32', '--target=arm', '-DA']);
    assert.deepEqual(flagsFor('c++', flags, 'other'), ['-std=c++20', '-DA']);
  });
});

describe("a compiler's first error", () => {
  const said: [string, string][] = [
    ['/t/text.c: In function f:\n/t/text.c:3:4: warning: w\n/t/text.c:5:6: error: unknown type\n', '5:6: Unknown type.'],
    ['In file included from /t/text.c:1:\n/w/b.h:2:3: fatal error: x.h: No such file\n', '/w/b.h:2:3: x.h: No such file.'],
    ['/t/text.c:7: error: no column', '7:1: No column.'],
    ["gcc: fatal error: cannot execute 'cc1plus'\ncompilation terminated.", "1:1: gcc failed: Cannot execute 'cc1plus'."],
    ['', '1:1: gcc failed: It does not say why.'],
  ];
  for (const [text, error] of said) it(error, () => assert.equal(firstError(text, '/t/text.c', '/usr/bin/gcc'), error));
});
