import assert from 'node:assert/strict';
import { TypeMemory } from '../../../src/panel/typeMemory.ts';
import { segment } from '../explorer/segments.ts';

/** As VS Code's workspace state: it keeps what JSON can hold. */
class Memento {
  readonly #kept = new Map<string, string>();

  keys(): readonly string[] {
    return [...this.#kept.keys()];
  }

  get(key: string): unknown {
    const text = this.#kept.get(key);
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return value;
  }

  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.#kept.delete(key);
    else this.#kept.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}

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
