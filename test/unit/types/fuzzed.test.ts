import assert from 'node:assert/strict';
import { makeService } from './support.ts';

/** What `npm run fuzz -- declarations` found, each as small as it goes. */
const FOUND: [string, string, RegExp][] = [
  ['an alias of a namespace within itself', 'namespace a { struct x { nit y; }; namespace b = a; }', /^1:26: /],
  ["a '<' among template parameters that no '>' closes", 'template<class T, class a < b; int c;', /^1:\d+: /],
  [
    'an alias that stands for itself, as a base',
    'template<class T> using A = A<T>; template<class T> struct B : A<T> { int x; }; struct C { B<int> b; };',
    /^1:\d+: /,
  ],
  [
    'aliases of aliases, each twice in the next',
    `struct X { nit y; }; template<class T, class U> using A0 = X; ${Array.from({ length: 60 }, (_, i) => `template<class T, class U> using A${i + 1} = A${i}<A${i}<T, U>, A${i}<T, U>>;`).join(' ')} template<class T> struct B : A60<T, T> { int x; }; struct C { B<int> b; };`,
    /^1:12: /,
  ],
  [
    'arguments of an alias that end nowhere',
    'template<class T> using A = int; template<class T> struct B { A<T; x; }; struct C { B<int> b; };',
    /^1:\d+: /,
  ],
  ['very many of them', `template<class T, class a ${'< '.repeat(40_000)}; int c;`, /declares no type/],
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
