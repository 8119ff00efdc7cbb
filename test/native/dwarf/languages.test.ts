/** What C++ and Rust add: names, library types, and what has no layout that always holds. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { TypeLayout } from '../../../api.d.ts';
import { parseLayouts } from '../../../src/types/debuginfo/file/layoutText.ts';
import { needsProgram, skipBecause } from '../../support/skip.ts';
import { assertAgrees, assertVariables } from './judge.ts';
import { elf, Folder, layoutOf, placeOf, readerFor, sourceOf, works } from './support.ts';

/** Name and kind of a member's type. */
function typeAt(type: TypeLayout, path: string): string {
  const found = placeOf(type, path)?.type;
  return found === undefined ? 'nothing' : `${found.kind} ${found.name}`;
}

describe('C and C++ as their debug info has them', () => {
  it('writes types as layouts from declarations do', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'gcc');
    using folder = new Folder();
    folder.run('gcc', '-std=gnu17', '-g', '-w', '-o', 'program', sourceOf('shapes.c'));
    const index = await reader.index(elf(folder.file('program')));
    const book = await layoutOf(reader, index, 'struct book');
    const expected = {
      id: 'integer uint64_t',
      at: 'array vector[2][3]',
      'first.compare': 'pointer int (*)()',
      last: 'pointer struct node *',
      color: 'enum enum color',
      state: 'enum toggle',
      lock: 'sync pthread_mutex_t',
      ready: 'sync sem_t',
      ratio: 'float long double',
      wave: 'array _Complex float',
      names: 'array char *[3]',
      on: 'bool atomic_bool',
      busy: 'sync atomic_flag',
      temperature: 'integer signed char',
      inner: 'struct struct {…}',
      tail: 'array int[]',
      'line.head': 'integer _Atomic uint32_t',
    };
    for (const [path, what] of Object.entries(expected)) assert.equal(typeAt(book, path), what, path);
    assert.deepEqual(placeOf(book, 'color')?.type.enumerators, [
      { name: 'RED', value: -1n },
      { name: 'GREEN', value: 0n },
      { name: 'BLUE', value: 7n },
    ]);
    assert.deepEqual(placeOf(book, 'huge')?.type.enumerators?.[1], { name: 'HUGE_ONE', value: 2n ** 63n });
    assert.equal(placeOf(book, 'tail')?.type.count, undefined);
    assert.equal(book.origin, `dwarf:${folder.file('program')}`);
    assert.equal(placeOf(book, 'first.next')?.type, placeOf(book, 'last')?.type, 'what is used twice is one object');
  });

  it('gcc and clang give the same names and kinds', async function () {
    const reader = readerFor(this);
    using folder = new Folder();
    const told: string[][] = [];
    for (const compiler of ['g++', 'clang++']) {
      if (!works(compiler)) skipBecause(this, `there is no ${compiler} on PATH`);
      folder.run(compiler, '-std=c++20', '-g', '-w', '-o', compiler, sourceOf('shapes.cc'));
      const index = await reader.index(elf(folder.file(compiler)));
      const limit = await layoutOf(reader, index, 'market::Limit');
      const paths =
        'id side open name price mark ring ring.slots ring.head lock ready next low wide member inner whole part stamp'.split(
          ' ',
        );
      told.push([
        ...paths.map((path) => `${path}: ${typeAt(limit, path)}`),
        ...(limit.fields ?? []).slice(0, 3).map(({ name }) => name),
      ]);
      const order = await layoutOf(reader, index, 'market::Order');
      assert.deepEqual(
        order.fields?.map(({ name }) => name),
        ['<vptr>', 'id', 'side', 'open'],
      );
      assert.ok([...index.entries].some(({ name }) => name === 'market::(anonymous namespace)::Hidden'));
    }
    assert.deepEqual(told[0], told[1]);
    for (const line of [
      'ring: struct market::Ring<market::Stamp, 3>',
      'ring.slots: array std::array<market::Stamp, 3>',
      'ring.head: integer std::atomic<unsigned int>',
      'lock: sync std::mutex',
      'ready: bool std::atomic<bool>',
      'next: pointer std::atomic<market::Order*>',
      'side: enum market::Side',
      'stamp: pointer market::Stamp &',
      '<market::Order>',
    ])
      assert.ok(told[0]?.includes(line), `${line} in ${told[0]?.join('; ')}`);
  });

  it('says why a type has no layout', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'g++');
    using folder = new Folder();
    writeFileSync(
      folder.file('virtual.cc'),
      'struct A { int a; }; struct B : virtual A { int b; }; B b; int main() { return 0; }',
    );
    folder.run('g++', '-g', '-o', 'virtual', 'virtual.cc');
    const index = await reader.index(elf(folder.file('virtual')));
    await assert.rejects(
      layoutOf(reader, index, 'B'),
      /ETYPE|B has a virtual base class, whose place only the running program knows/,
    );
    assert.equal((await layoutOf(reader, index, 'A')).size, 4);
  });

  it('reads pointers of boost::interprocess as the structs that they are', async function () {
    const reader = readerFor(this);
    needsProgram(this, 'g++');
    if (!existsSync('/usr/include/boost/interprocess/offset_ptr.hpp'))
      skipBecause(this, 'the headers of boost are not installed');
    using folder = new Folder();
    writeFileSync(
      folder.file('boost.cc'),
      `#include <boost/interprocess/offset_ptr.hpp>
       #include <boost/interprocess/sync/interprocess_mutex.hpp>
       namespace bip = boost::interprocess;
       struct Node { bip::offset_ptr<Node> next; bip::interprocess_mutex lock; int value; };
       Node node; Node *where; int main() { return node.value; }`,
    );
    folder.run('g++', '-g', '-w', '-o', 'boost', 'boost.cc');
    const index = await reader.index(elf(folder.file('boost')));
    const node = await layoutOf(reader, index, 'Node');
    assert.match(typeAt(node, 'next'), /^struct boost::interprocess::offset_ptr<Node, long, unsigned long, 0>$/);
    assert.equal(typeAt(node, 'lock'), 'sync boost::interprocess::interprocess_mutex');
    assert.deepEqual(
      index.variables.filter(({ name }) => name.startsWith('node') || name === 'where').map(({ name }) => name),
      ['where'],
      'an offset is no address',
    );
  });
});

describe('Rust as its debug info has it', () => {
  it('has every offset where rustc puts it, and leaves closed what depends on values', async function () {
    const reader = readerFor(this);
    if (!works('rustc')) skipBecause(this, 'there is no rustc on PATH');
    this.timeout(120_000);
    using folder = new Folder();
    folder.run(
      'rustc',
      '--edition',
      '2021',
      '-g',
      '-A',
      'warnings',
      '-o',
      'program',
      '--crate-name',
      'shapes',
      sourceOf('shapes.rs'),
    );
    const output = folder.run(folder.file('program'));
    const index = await reader.index(elf(folder.file('program')));
    assert.equal(await assertAgrees(reader, index, output), 13);
    assertVariables(index, output);
    const holder = await layoutOf(reader, index, 'shapes::Holder');
    assert.equal(typeAt(holder, 'state'), 'opaque shapes::State');
    assert.equal(typeAt(holder, 'level'), 'enum shapes::Level');
  });
});

describe('what the helper says', () => {
  const bad = [
    '',
    '[0]\nend 1\n',
    '{"name":"a","kind":"integer","size":4,"alignment":4}\n[0]\n',
    '{"name":"a","kind":"integer","size":-4,"alignment":4}\n[0]\nend 1\n',
    '{"name":"a","kind":"number","size":4,"alignment":4}\n[0]\nend 1\n',
    '{"name":"a","kind":"struct","size":4,"alignment":4,"fields":[["a",0,0]]}\n[0]\nend 1\n',
    '{"name":"a","kind":"enum","size":4,"alignment":4,"enumerators":[["a","x"]]}\n[0]\nend 1\n',
    '{"name":"a"\n[0]\nend 1\n',
  ];
  for (const text of bad) {
    it(`is not taken where it is damaged: ${JSON.stringify(text).slice(0, 60)}`, async () => {
      await assert.rejects(parseLayouts([Buffer.from(text)], 'dwarf:x'), { code: 'EIO' });
    });
  }
});
