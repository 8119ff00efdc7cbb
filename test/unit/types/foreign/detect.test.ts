import assert from 'node:assert/strict';
import { formOf, type Form } from '../../../../src/types/foreign/detect.ts';

describe('the form of a text of types', () => {
  const forms: Record<Form, readonly string[]> = {
    python: [
      "dtype([('a', '<i4')])",
      "  np.dtype('f8')",
      "order = np.dtype([('a', '<i4')])",
      '# the feed writes this\nimport numpy as np\norder = np.dtype([])',
      "[('a', '<i4')]",
      "{'names': ['a'], 'formats': ['<i4']}",
      '{"names": ["a"], "formats": ["<i4"]}',
      "{'a': ('<i4', 0)}",
      "struct.unpack('<ciq', data)",
      "a, b, c = struct.unpack('<ciq', data)",
      "'<ciq'",
      '“<ciq”',
      "b'<ciq'\n",
    ],
    json: ['{"name": "T", "fields": []}', '[ { "name": "T" } ]', '// c\n{ "name": "T" }', '{}', '[{', '{ /* c */ "name": 3'],
    format: ['<ciq', '@ci0q', ' !2H ', '3i 2x d', '<ciz'],
    declarations: [
      '',
      'struct a { int x; };',
      '#include <stdint.h>\nstruct a { int x; };',
      '# define X 1\nstruct a { int x[X]; };',
      '// a comment\ntypedef int x;',
      '/* c */ enum { A };',
      'from x;',
      'int x;',
      'dtype x;',
      'dtype_t f(int);',
      'struct dtype { int x; };',
      'extern "C" { struct a { int x; }; }',
      '[[gnu::packed]] struct a {};',
      '{ int x; }',
      'import_t x;',
      'x = 3',
      '+struct a { int x; };',
      '<html>\n<p>',
    ],
  };
  it('is told of millions of comments too', () => {
    assert.equal(formOf(`${'#\n'.repeat(3_000_000)}dtype('i4')`), 'python');
    assert.equal(formOf(`${'//\n'.repeat(3_000_000)}{}`), 'json');
    assert.equal(formOf('a, '.repeat(3_000_000)), 'declarations');
  });

  for (const [form, sources] of Object.entries(forms)) {
    for (const source of sources) it(`${form}: ${source.replace(/\n/g, ' ')}`, () => assert.equal(formOf(source), form));
  }
});
