import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { lockPlaces, namedSemaphore } from '../../../src/locks/places.ts';
import { makeService } from '../types/support.ts';

const int: TypeLayout = { name: 'int', kind: 'integer', size: 4, alignment: 4, signed: true, origin: 'builtin' };
const mutex: TypeLayout = { name: 'pthread_mutex_t', kind: 'sync', size: 40, alignment: 8, origin: 'builtin' };

function struct(name: string, ...fields: readonly (readonly [name: string, type: TypeLayout])[]): TypeLayout {
  let size = 0;
  const placed = fields.map(([field, type]) => {
    const offset = size;
    size += type.size;
    return { name: field, offset, type };
  });
  return { name, kind: 'struct', size, alignment: 8, fields: placed, origin: 'test' };
}
const array = (element: TypeLayout, count?: number): TypeLayout => ({
  name: `${element.name}[${count ?? ''}]`,
  kind: 'array',
  size: element.size * (count ?? 0),
  alignment: element.alignment,
  element,
  ...(count === undefined ? {} : { count }),
  origin: 'test',
});
const paths = (type: TypeLayout, size = type.size): string[] => lockPlaces(type, 0, size).places.map(({ path }) => path);

describe('lockPlaces', () => {
  const service = makeService();
  after(() => service.dispose());

  async function declared(
    source: string,
    name: string,
    language: 'c' | 'c++',
    abi: 'x86_64' | 'i386' | 'aarch64' | 'arm' = 'x86_64',
  ) {
    const found = (await service.parse({ source, language, abi })).find((type) => type.name === name);
    assert.ok(found, name);
    return found;
  }
  const formats = (type: TypeLayout): Record<string, string> =>
    Object.fromEntries(lockPlaces(type, 0, type.size).places.map(({ path, format }) => [path, format]));

  it('finds every lock of C by its name, on each machine', async () => {
    const source = `struct all { char c; pthread_mutex_t a; mtx_t b; pthread_rwlock_t r; pthread_cond_t c1; cnd_t c2; pthread_barrier_t ba;
      pthread_spinlock_t s; sem_t se; atomic_flag f; pthread_mutexattr_t no; pthread_once_t nor; int neither; };`;
    for (const abi of ['x86_64', 'i386', 'aarch64', 'arm'] as const)
      assert.deepEqual(formats(await declared(source, 'struct all', 'c', abi)), {
        a: 'mutex',
        b: 'mutex',
        r: 'rwlock',
        c1: 'cond',
        c2: 'cond',
        ba: 'barrier',
        s: 'spinlock',
        se: 'semaphore',
        f: 'flag',
      });
  });

  it('knows what a typedef of a lock stands for', async () => {
    const source = `typedef pthread_mutex_t latch; typedef latch gate; typedef volatile sem_t turnstile; struct s { latch a; gate b; turnstile c; };`;
    const type = await declared(source, 'struct s', 'c');
    assert.deepEqual(
      lockPlaces(type, 0, type.size).places.map(({ path, format, type: name }) => [path, format, name]),
      [
        ['a', 'mutex', 'latch'],
        ['b', 'mutex', 'gate'],
        ['c', 'semaphore', 'turnstile'],
      ],
    );
  });

  it("finds C++'s own and Boost's from declarations", async () => {
    const source = `struct s { std::mutex a; std::recursive_mutex b; std::timed_mutex t; std::recursive_timed_mutex rt; std::shared_mutex c;
      std::condition_variable d; std::atomic_flag e; boost::interprocess::interprocess_mutex f;
      boost::interprocess::interprocess_recursive_mutex g; boost::interprocess::interprocess_condition h;
      boost::interprocess::interprocess_semaphore i; std::counting_semaphore<9> j; std::binary_semaphore k; };`;
    assert.deepEqual(formats(await declared(source, 's', 'c++')), {
      a: 'mutex',
      b: 'mutex',
      t: 'mutex',
      rt: 'mutex',
      c: 'rwlock',
      d: 'cond',
      e: 'flag',
      f: 'mutex',
      g: 'mutex',
      h: 'cond',
      i: 'semaphore',
      j: 'counter',
      k: 'counter',
    });
  });

  it('says nothing of a type of that name and of another size: a spinning mutex', () => {
    const word = struct('boost::interprocess::ipcdetail::spin_mutex', ['m_s', int]);
    const spinning = struct('boost::interprocess::interprocess_mutex', ['m_mutex', word]);
    assert.deepEqual(paths(struct('s', ['m', spinning])), []);
    assert.deepEqual(paths({ ...mutex, name: 'std::shared_mutex', size: 168 }), []);
  });

  it('lists what is inside of a class that holds more than its one lock', () => {
    const timed = struct(
      'std::timed_mutex',
      ['_M_mut', { ...mutex, name: 'std::mutex' }],
      ['_M_cv', { ...mutex, name: 'cnd_t', size: 48 }],
    );
    assert.deepEqual(paths(struct('s', ['t', timed])), ['t._M_mut', 't._M_cv']);
  });

  it('goes through arrays, arrays of arrays, unions and anonymous members', () => {
    const slot = struct('slot', ['id', int], ['mutex', mutex]);
    const union: TypeLayout = {
      ...struct('u'),
      kind: 'union',
      size: 44,
      fields: [
        { name: 'slot', offset: 0, type: slot },
        { name: 'lock', offset: 0, type: mutex },
      ],
    };
    const type = struct('s', ['slots', array(array(slot, 2), 2)], ['', union]);
    assert.deepEqual(
      lockPlaces(type, 1000, 5000).places.map(({ path, offset }) => [path, offset]),
      [
        ['slots[0][0].mutex', 1004],
        ['slots[0][1].mutex', 1048],
        ['slots[1][0].mutex', 1092],
        ['slots[1][1].mutex', 1136],
        ['slot.mutex', 1180],
        ['lock', 1176],
      ],
    );
  });

  it('a flexible array has as many as fit, a fixed one those past the end too', () => {
    const slot = struct('slot', ['id', int], ['mutex', mutex]);
    assert.deepEqual(paths(struct('s', ['n', int], ['slots', array(slot)]), 4 + 44 * 2 + 43), [
      'slots[0].mutex',
      'slots[1].mutex',
    ]);
    const found = lockPlaces(array(mutex, 3), 0, 100).places;
    assert.deepEqual(
      found.map(({ path, pastEnd }) => [path, pastEnd]),
      [
        ['[0]', undefined],
        ['[1]', undefined],
        ['[2]', true],
      ],
    );
  });

  it('is the lock itself where the type is one', () => {
    assert.deepEqual(lockPlaces(mutex, 8, 100), {
      places: [{ offset: 8, path: '', format: 'mutex', type: 'pthread_mutex_t', size: 40 }],
      more: false,
    });
  });

  it('ends at the limit, and says so', () => {
    const { places, more } = lockPlaces(array(mutex, 1e9), 0, 4e10, 1000);
    assert.equal(places.length, 1000);
    assert.equal(more, true);
    assert.equal(lockPlaces(array(mutex, 1000), 0, 40_000, 1000).more, false);
  });

  it('looks at each type of a graph once: 2^60 paths without a lock, and one with it', () => {
    let bare = struct('bare', ['x', int]);
    let locked = struct('locked', ['lock', mutex]);
    for (let depth = 0; depth < 60; depth++) {
      bare = struct(`bare${depth}`, ['a', { ...bare, size: 4 }], ['b', bare], ['c', bare]);
      locked = struct(`locked${depth}`, ['a', bare], ['b', bare], ['next', locked]);
    }
    assert.deepEqual(paths(bare), []);
    assert.deepEqual(paths(locked).length, 1);
  });

  it('does not follow pointers, and bears structs nested ten thousand deep', () => {
    const pointer: TypeLayout = { ...int, name: 'pthread_mutex_t *', kind: 'pointer', size: 8, element: mutex };
    assert.deepEqual(paths(struct('s', ['p', pointer])), []);
    let deep = struct('deep', ['lock', mutex]);
    for (let i = 0; i < 10_000; i++) deep = struct('deep', ['d', deep]);
    assert.deepEqual(paths(deep), []);
  });
});

describe('namedSemaphore', () => {
  it('is a POSIX object of that name and size', () => {
    const place = { offset: 0, path: '', format: 'semaphore', type: 'sem_t' };
    assert.deepEqual(namedSemaphore({ kind: 'posix', name: '/sem.jobs', size: 32 }), { ...place, size: 32 });
    assert.deepEqual(namedSemaphore({ kind: 'posix', name: '/sem.jobs', size: 16 }), { ...place, size: 16 });
    assert.equal(namedSemaphore({ kind: 'posix', name: '/sem.jobs', size: 4096 }), undefined);
    assert.equal(namedSemaphore({ kind: 'posix', name: '/jobs', size: 32 }), undefined);
    assert.equal(namedSemaphore({ kind: 'memfd', name: '/sem.jobs', size: 32 }), undefined);
  });
});
