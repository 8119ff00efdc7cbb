import assert from 'node:assert/strict';
import { NONE, TypeMemory } from '../../../src/panel/typeMemory.ts';
import { segment } from '../explorer/segments.ts';
import { Memento } from './memento.ts';

describe('the memory of display formats', () => {
  it('keeps them by the name of the segment, and nothing where none is chosen', async () => {
    const state = new Memento();
    const [first, other] = [segment({ id: 'a', name: '/a' }), segment({ id: 'b', name: '/b' })];
    await new TypeMemory(state).setFormats(first, { 'orders[].sent': 'time-ns' });
    const again = new TypeMemory(state);
    assert.deepEqual(again.formats(segment({ id: 'new', name: '/a' })), { 'orders[].sent': 'time-ns' });
    assert.equal(again.formats(other), undefined);
    await again.setFormats(first, {});
    assert.deepEqual(state.keys(), []);
  });

  it('keeps those of a segment without a name by its id, and takes no damaged ones', async () => {
    const state = new Memento();
    const memory = new TypeMemory(state);
    await memory.setFormats(segment({ id: 'x', name: '' }), { a: 'hex' });
    assert.deepEqual(memory.formats(segment({ id: 'x', name: '' })), { a: 'hex' });
    assert.deepEqual(state.keys(), []);
    const named = segment({ name: '/c' });
    await state.update(`formats:${named.kind}:/c`, { a: 7 });
    assert.equal(memory.formats(named), undefined);
  });
});

describe('the memory of types', () => {
  it('keeps what may be compiled: a header by its path, a text as it stands', async () => {
    const state = new Memento();
    const memory = new TypeMemory(state);
    const header = { name: 'struct a', header: '/project/a.h', compiled: true };
    const text = { name: 'struct a', source: 'struct a { int x; };', compiled: true };
    assert.deepEqual([memory.mayCompile(header), memory.mayCompile(text)], [false, false]);
    await memory.allowCompiling(header);
    await memory.allowCompiling(text);
    const again = new TypeMemory(state);
    assert.ok(again.mayCompile({ ...header, name: 'struct b', offset: 8 }));
    assert.ok(again.mayCompile(text));
    assert.ok(!again.mayCompile({ ...header, header: '/project/b.h' }));
    assert.ok(!again.mayCompile({ ...text, source: `${text.source}\n#include "/etc/passwd"` }));
    assert.ok(!again.mayCompile({ ...text, source: header.header }));
  });

  it('keeps a choice, or that there is to be none, by the name of the segment', async () => {
    const memory = new TypeMemory(new Memento());
    const [first, again, other] = [segment({ id: 'a', name: '/a' }), segment({ id: 'b', name: '/a' }), segment({ name: '/c' })];
    const choice = { name: 'struct a', debug: { file: '/bin/a' }, offset: 64 };
    await memory.set(first, choice);
    assert.deepEqual([memory.get(again), memory.isNone(again), memory.get(other)], [choice, false, undefined]);
    await memory.set(first, NONE);
    assert.deepEqual([memory.get(again), memory.isNone(again), memory.isNone(other)], [undefined, true, false]);
    await memory.set(first, undefined);
    assert.equal(memory.isNone(again), false);
  });
});
