import assert from 'node:assert/strict';
import { declaredTypes } from '../../../src/commands/typePicker/declared.ts';
import { NameSearch } from '../../../src/commands/typePicker/search.ts';

const { signal } = new AbortController();

describe('the names of the type picker', () => {
  const found = async (names: readonly string[], query: string, limit = 200) => {
    const search = new NameSearch<{ name: string }>();
    await search.add(
      names.map((name) => ({ name })),
      signal,
    );
    const hits = await search.find(query, limit, signal);
    return [hits?.hits.map(({ name }) => name), hits?.total];
  };

  it('are found by any of their words, the best first', async () => {
    const names = [
      'struct notebook',
      'std::vector<book>',
      'struct bookshelf',
      'struct order_book',
      'struct book',
      'struct shelf',
    ];
    assert.deepEqual(await found(names, 'book'), [
      ['struct book', 'struct bookshelf', 'std::vector<book>', 'struct notebook', 'struct order_book'],
      5,
    ]);
    assert.deepEqual(await found(names, 'struct Book'), await found(names, 'book'));
    assert.deepEqual(await found(names, 'book order'), [['struct order_book'], 1]);
    assert.deepEqual(await found(names, 'nothing'), [[], 0]);
    assert.deepEqual(await found(names, '', 2), [names.slice(0, 2), 6]);
  });

  it('are counted where they are more than are shown, and let go of when more is typed', async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `struct some_name_${i}`);
    const [hits, total] = await found(names, 'name_9');
    assert.deepEqual([Array.isArray(hits) && hits.length, total], [200, 11_111]);
    const search = new NameSearch<{ name: string }>();
    await search.add(
      names.map((name) => ({ name })),
      signal,
    );
    const typing = new AbortController();
    const late = search.find('some', 200, typing.signal);
    typing.abort();
    assert.equal(await late, undefined);
  });

  it('come from a header without its comments, its uses and its forward declarations', () => {
    const source = `
      // struct comment { int x; };
      /* struct other { }; */
      struct forward;
      struct student { struct inner { int y; } inner; struct student *next; };
      typedef struct { int a; struct { int b; } c; } order_t;
      typedef struct named { int a; } __attribute__((packed)) named_t;
      union __attribute__((packed)) u { int i; };
      class Base { }; class Derived final : public Base { };
      const char *text = "struct quoted { };";
      static struct student *use(struct student *of) { return of; }
    `;
    assert.deepEqual(declaredTypes(source), [
      'struct student',
      'struct inner',
      'struct named',
      'union u',
      'Base',
      'Derived',
      'order_t',
      'named_t',
    ]);
  });
});
