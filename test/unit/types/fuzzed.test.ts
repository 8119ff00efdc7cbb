import assert from 'node:assert/strict';
import { makeService } from './support.ts';

/** What `npm run fuzz -- declarations` found, each as small as it goes. */
const FOUND: [string, string, RegExp][] = [
  ['an alias of a namespace within itself', 'namespace a { struct x { nit y; }; namespace b = a; }', /^1:26: /],
  ["a '<' among template parameters that no '>' closes", 'template<class T, class a < b; int c;', /^1:\d+: /],
  ['an #error over two lines', '#error "not\\\n so"', /^1:1: This text says #error: "not so"$/],
];

describe('texts that a fuzz found', () => {
  const service = makeService({ timeLimit: 5000 });
  after(() => service.dispose());

  for (const [name, source, message] of FOUND) {
    it(`${name}: one message with its place`, () =>
      assert.rejects(service.parse({ source, language: 'c++' }), { code: 'ETYPE', message }));
  }
});
