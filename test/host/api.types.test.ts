import assert from 'node:assert/strict';
import type { DecodedValue, ShmScopeApi, TypeLayout } from '../../api.d.ts';
import { activate, bytes, cleanup, failsWith, freeKey, promised } from './support.ts';

const STUDENT = 'struct student { char name[32]; int age; };';

describe('types and decode', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  async function layout(source: string, name?: string): Promise<TypeLayout> {
    const type = (await api.types({ source }, name)).at(-1);
    assert.ok(type);
    return type;
  }
  const child = (value: DecodedValue, path: string): DecodedValue => {
    const found = value.children?.find((one) => one.path === path);
    assert.ok(found, `${path} is not in ${value.children?.map((one) => one.path).join()}`);
    return found;
  };

  it('gives all types of a text in order, or the one that is named', async () => {
    const source = `enum side { BUY, SELL = 5 };\nunion word { int i; float f; };\n${STUDENT}\ntypedef struct student pupil;`;
    const all = await api.types({ source });
    assert.deepEqual(
      all.map((type) => type.name),
      ['enum side', 'union word', 'struct student', 'pupil'],
    );
    for (const name of ['struct student', 'student', 'pupil']) {
      const [type, ...others] = await api.types({ source }, name);
      assert.ok(type);
      assert.deepEqual([type.kind, type.size, type.alignment, type.origin, others.length], ['struct', 36, 4, 'source', 0]);
      assert.deepEqual(
        type.fields?.map((field) => [field.name, field.offset, field.type.size]),
        [
          ['name', 0, 32],
          ['age', 32, 4],
        ],
      );
    }
    assert.deepEqual((await layout(source, 'side')).enumerators, [
      { name: 'BUY', value: 0n },
      { name: 'SELL', value: 5n },
    ]);
    await assert.rejects(api.types({ source }, 'teacher'), failsWith('ETYPE', /teacher/));
  });

  it('decodes what a program has in its segment', async () => {
    const key = freeKey();
    await made.start('sysv_writer', String(key));
    const segment = (await api.listSegments()).find((one) => one.sysv?.key === key);
    assert.ok(segment?.sysv);
    made.shmid(segment.sysv.shmid);
    const value = await api.decode(segment.id, await layout(STUDENT));
    assert.deepEqual([value.path, value.offset, value.type], ['', 0, 'struct student']);
    assert.deepEqual([child(value, 'name').value, child(value, 'name').text], ['hello', '"hello"']);
    assert.deepEqual([child(value, 'age').value, child(value, 'age').offset], [20, 32]);
  });

  it('decodes either byte order, at any offset', async () => {
    const { id } = await made.create(api, { kind: 'posix', name: made.name('order'), size: 32 });
    await api.write(id, 3, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const type = await layout('#include <stdint.h>\nstruct pair { uint64_t big; };');
    const at = async (byteOrder?: 'little' | 'big') =>
      child(await api.decode(id, type, 3, byteOrder ? { byteOrder } : undefined), 'big').value;
    assert.equal(await at('little'), 0x0807060504030201n);
    assert.equal(await at('big'), 0x0102030405060708n);
    assert.equal(await at(), 0x0807060504030201n);
    await assert.rejects(promised(api, 'decode', id, type, 0, { byteOrder: 'middle' }), failsWith('EINVAL'));
    await assert.rejects(api.decode(id, type, -1), failsWith('ERANGE'));
    await assert.rejects(promised(api, 'decode', id), failsWith('EINVAL'));
    await assert.rejects(promised(api, 'decode', id, {}), failsWith('EINVAL'));
  });

  it('says what lies past the end, and gives the rest', async () => {
    const { id } = await made.create(api, { kind: 'posix', name: made.name('past'), size: 6 });
    await api.write(id, 0, Uint8Array.of(7, 0, 0, 0, 9, 9));
    const value = await api.decode(id, await layout('struct three { int a, b, c; };'));
    assert.equal(child(value, 'a').value, 7);
    for (const path of ['b', 'c']) {
      assert.equal(child(value, path).value, undefined);
      assert.equal(child(value, path).text, 'past the end');
    }
    const beyond = await api.decode(id, await layout('struct one { int a; };'), 100);
    assert.equal(beyond.text, 'past the end');
  });

  it('lets a flexible array member reach to the end', async () => {
    const { id } = await made.create(api, { kind: 'posix', name: made.name('flexible'), size: 18 });
    await api.write(id, 0, Uint8Array.of(9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 4));
    const value = await api.decode(id, await layout('struct list { int n; int items[]; };'));
    assert.deepEqual(
      child(value, 'items').children?.map((item) => item.value),
      [1, 2, 3],
    );
  });

  it('says where a text is wrong', async () => {
    await assert.rejects(api.types({ source: 'struct a { int x; };\nstruct b { strange y; };' }), failsWith('ETYPE', /2:\d+/));
    await assert.rejects(api.types({ source: 'struct student { char name[32]; int' }), failsWith('ETYPE', /\d+:\d+/));
    await assert.rejects(api.types({ source: 'struct s { struct s inner; };' }), failsWith('ETYPE', /1:\d+/));
  });

  it('lives through garbage, endless arrays and deep nesting', async () => {
    let seed = 1;
    const garbage = Array.from({ length: 2 ** 20 }, () => {
      seed = (seed * 48271) % 0x7fffffff;
      return String.fromCharCode(32 + (seed % 95));
    }).join('');
    await assert.rejects(api.types({ source: garbage }), failsWith('ETYPE'));
    const nested = `${'struct { '.repeat(10_000)}int x;${' } s;'.repeat(10_000)}`;
    await assert.rejects(api.types({ source: `struct deep { ${nested} };` }), failsWith('ETYPE'));
    const { id } = await made.create(api, { kind: 'posix', name: made.name('endless'), size: 16 });
    await api.write(id, 0, bytes('text'));
    const [huge] = await api.types({ source: 'struct huge { char a[1ULL<<40]; };' });
    assert.ok(huge);
    assert.equal(huge.size, 2 ** 40);
    assert.equal(child(await api.decode(id, huge), 'a').value, 'text');
    const numbers = await layout('struct many { int a[1ULL<<38]; };');
    await assert.rejects(api.decode(id, numbers), failsWith('EOVERFLOW'));
    // In C `1<<40` overflows an int: gcc refuses it as well, or the text is read as the number that was meant.
    const plain = await layout('struct huge { char a[1<<40]; };').then(
      ({ size }) => size,
      (error: unknown) => error,
    );
    assert.ok(typeof plain === 'number' ? plain === 2 ** 40 : failsWith('ETYPE', /1:\d+/)(plain));
    // And afterwards a type is read as before.
    assert.equal((await layout(STUDENT)).size, 36);
  });

  const sources: readonly [string, unknown, string][] = [
    ['another language', { source: STUDENT, language: 'ada' }, 'ENOTSUP'],
    ['another ABI', { source: STUDENT, abi: 'vax' }, 'ENOTSUP'],
    ["another compiler's rules", { source: STUDENT, dialect: 'msvc' }, 'ENOTSUP'],
    ['a source that is no text', { source: 5 }, 'EINVAL'],
    ['nothing', undefined, 'EINVAL'],
    ['an empty object', {}, 'EINVAL'],
  ];
  for (const [what, from, code] of sources)
    it(`answers ${code} to ${what}`, () => assert.rejects(promised(api, 'types', from), failsWith(code)));
});
