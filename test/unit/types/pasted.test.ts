import assert from 'node:assert/strict';
import { withoutPaste } from '../../../src/types/source/text/pasted.ts';
import { fieldsOf } from './foreign/support.ts';
import { makeService } from './support.ts';

const PLAIN = 'struct a {\n  int x;\n\n  char name[8];\n};';
const lines = (before: (number: number, line: string) => string): string =>
  PLAIN.split('\n')
    .map((line, i) => before(i + 1, line))
    .join('\n');
const FIELDS = 'x@0 int, name@4 char[8]';

/** Texts that all are the struct above. */
const PASTED: Record<string, string> = {
  'line numbers, spaces': lines((number, line) => `  ${String(number).padStart(2)}  ${line}`),
  'line numbers from 98, colons': lines((number, line) => `${number + 97}: ${line}`),
  'line numbers, bars': lines((number, line) => `${number}|${line}`),
  'line numbers, tabs': lines((number, line) => `${number}\t${line}`),
  'line numbers, points': lines((number, line) => `${number}. ${line}`),
  'line numbers, blank lines without': lines((number, line) => (line === '' ? '' : `${number}  ${line}`)),
  'line numbers, blank lines not counted': lines((number, line) =>
    line === '' ? '' : `${number > 3 ? number - 1 : number}  ${line}`,
  ),
  'grep -n with context': lines((number, line) => `${number}${number === 2 ? ':' : '-'}${line}`),
  'line numbers with no-break spaces': lines((number, line) => `\u00a0${number}\u00a0\u00a0${line}`),
  'a column of numbers before it': `1\n2\n3\n4\n5\n${PLAIN}`,
  'numbers between the lines': lines((number, line) => `${number}\n${line}`),
  'carriage returns': lines((number, line) => `${number}: ${line}`).replaceAll('\n', '\r\n'),
  'a fence': `Here it is:\n\n\`\`\`c\n${PLAIN}\n\`\`\`\n\nIt isn't much.`,
  'a fence of tildes, indented': `~~~ C++\n${PLAIN}\n~~~`,
  'a fence that is not closed': `\`\`\`\n${PLAIN}`,
  'a fence with line numbers': `\`\`\`c\n${lines((number, line) => `${number} ${line}`)}\n\`\`\``,
  'two fences': `first\n\`\`\`\nstruct b { int y; };\n\`\`\`\nthen\n\`\`\`\n${PLAIN}\n\`\`\``,
  'added lines of a diff': lines((_, line) => `+${line}`),
  'a piece of a diff': lines((number, line) => (number === 2 ? `-  long x;\n+${line}` : line === '' ? '' : ` ${line}`)),
  'a diff': `diff --git a/a.h b/a.h\nindex 1234567..89abcde 100644\n--- a/a.h\n+++ b/a.h\n@@ -1,3 +1,5 @@\n${lines((number, line) => (number === 2 ? `-  long x;\n+${line}` : ` ${line}`))}\n\\ No newline at end of file`,
  'a mail': lines((_, line) => `> ${line}`),
  'a mail, twice quoted': lines((_, line) => `> > ${line}`),
  'HTML entities':
    '#include &lt;stdint.h&gt;\nstruct a {\n&nbsp;&nbsp;int x;\n#if 1 &amp;&amp; 2 &gt; 1\n  char name[8];\n#endif\n};',
  'HTML numbers': 'struct a {&#10;int x;&#x20;char name[&#56;];&#125;;',
  'no-break spaces and thin ones': PLAIN.replaceAll(' ', '\u00a0').replace('[8]', '[\u20098\u2009]'),
  'zero-width spaces and a byte order mark': `\ufeff${PLAIN.replaceAll(' ', ' \u200b')}`,
  'typographic quotes': `#define FIRST ‘\\b’\nstruct a {\n  int x;\n  char name[FIRST];\n};\nstatic const char *text = “it’s; {”;`,
  'a dash of typography': 'struct a { int x; char name[10 – 2]; };',
  'U+2028 for line ends': PLAIN.replaceAll('\n', '\u2028'),
  'a whole header': `/* SPDX: MIT */
#ifndef A_H
#define A_H
#include <stdint.h>
#include <pthread.h>
#ifdef __cplusplus
extern "C" {
#endif
#define NAME_MAX_LENGTH 8
struct b;
typedef void (*callback)(struct b *, int);
int open_it(const char *name, callback then);
static inline int twice(int x) { struct { int y; } local = { x }; return 2 * local.y; }
extern struct b *first;
#ifdef __cplusplus
}
#endif
struct a {
  int x;
  char name[NAME_MAX_LENGTH];
};
#endif`,
};

describe('text as people paste it', () => {
  const service = makeService();
  after(() => service.dispose());

  for (const [name, source] of Object.entries(PASTED)) {
    it(name, async () => {
      assert.equal(withoutPaste(source).length, source.length);
      const types = await service.parse({ source, abi: 'x86_64' });
      assert.equal(fieldsOf(types.at(-1)), FIELDS);
    });
  }

  it('an error keeps its place', async () => {
    const source = lines((number, line) => `${number}: ${line}`).replace('int', 'nit');
    await assert.rejects(service.parse({ source, abi: 'x86_64' }), /^ShmError: 2:6: |2:6: /);
    const diff = `@@ -1 +1 @@\n${lines((_, line) => `+${line}`).replace('int', 'nit')}`;
    await assert.rejects(service.parse({ source: diff, abi: 'x86_64' }), /3:4: /);
  });

  it('a line of millions of quote marks is one too', () => {
    const marks = '> '.repeat(5_000_000);
    assert.equal(withoutPaste(`${marks}\n> ${PLAIN.replaceAll('\n', '\n> ')}`).trim(), PLAIN.replaceAll('\n', '\n  '));
  });

  const kept = [
    PLAIN,
    '',
    '1',
    'enum e { A = 1\n+ 2\n- 1 };',
    'int x[] = {\n1,\n2,\n3\n};',
    '>Id',
    'struct a { int x[3 & 1]; };\nint *p = &lt;',
    '3 x\n5 y',
    '#define F `\n```x```',
    '1.5\n2.5',
  ];
  for (const source of kept)
    it(`stays as it is: ${source.replaceAll('\n', '⏎')}`, () => assert.equal(withoutPaste(source), source));
});
