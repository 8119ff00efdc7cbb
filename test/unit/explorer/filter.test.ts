import assert from 'node:assert/strict';
import { parseFilter } from '../../../src/segments/filter.ts';
import { hasValue, readWords, toggleValue } from '../../../src/segments/words.ts';
import { mapping, segment } from './segments.ts';

const frames = segment({ name: '/Frames.left', uid: 0, mappings: [mapping(12, 'cam era'), mapping(13, 'viewer')] });
const leak = segment({ name: '/leak, "odd" $(x)', uid: 4_000_000, orphaned: true });
const key = segment({ kind: 'sysv', name: '0x000004d2', namespace: '0123456789ab' });
const file = segment({ kind: 'file', name: '/tmp/a:b/c.bin', unlinked: true, uid: 4_000_000 });
const nameless = segment({ kind: 'anonymous', name: '', holders: [{ pid: 99, process: 'view', fd: 3, access: 'read' }] });
const all = { frames, leak, key, file, nameless };

const found = (text: string): string[] => {
  const { matches } = parseFilter(text, 4_000_000);
  return Object.entries(all).flatMap(([name, one]) => (matches(one) ? [name] : []));
};

describe('filter', () => {
  const cases: readonly [text: string, names: string[]][] = [
    ['', ['frames', 'leak', 'key', 'file', 'nameless']],
    ['  ', ['frames', 'leak', 'key', 'file', 'nameless']],
    ['FRAMES', ['frames']],
    ['frames left', ['frames']],
    ['frames right', []],
    ['viewer', []],
    ['0x4d2', []],
    ['4d2', ['key']],
    ['anonymous', ['nameless']],
    ['kind:posix', ['frames', 'leak']],
    ['KIND:Sysv', ['key']],
    ['kind:sysv,file', ['key', 'file']],
    ['kind:memfd', []],
    ['owner:root kind:posix', ['frames']],
    ['owner:0 kind:posix', ['frames']],
    ['owner:4000000', ['leak', 'file']],
    ['owner:"uid 4000000"', ['leak', 'file']],
    ['owner:nobody-has-this-name', []],
    ['process:view', ['frames', 'nameless']],
    ['process:"view"', ['nameless']],
    ['process:"cam era"', ['frames']],
    ['process:13', ['frames']],
    ['process:99', ['nameless']],
    ['process:1', []],
    ['process:12,99', ['frames', 'nameless']],
    ['namespace:0123', ['key']],
    ['namespace:host kind:sysv', []],
    ['is:leak', ['leak']],
    ['is:mine', ['leak', 'file']],
    ['is:mine is:unlinked', ['file']],
    ['is:unlinked', ['file']],
    ['is:leak odd', ['leak']],
    ['"leak, \\"odd\\" $(x)"', ['leak']],
    ['"a:b"', ['file']],
    ['/tmp/a:b', ['file']],
    ['"not closed', []],
  ];
  for (const [text, names] of cases)
    it(`${text || '(nothing)'} finds ${names.join(', ') || 'none'}`, () => assert.deepEqual(found(text), names));

  const wrong: readonly [text: string, message: RegExp][] = [
    ['colour:red', /no "colour:"/],
    ['a:b', /quotes/],
    ['kind:', /needs a value: posix, sysv/],
    ['kind:shm', /kind: is one of posix.*not "shm"/],
    ['is:orphan', /is: is one of leak, mine, unlinked/],
    ['frames kind:posix,what', /not "what"/],
    ['process:""', /needs a value/],
  ];
  for (const [text, message] of wrong) {
    it(`${text} is an error that says what there is`, () => {
      assert.throws(
        () => parseFilter(text),
        (error) => error instanceof Error && Reflect.get(error, 'code') === 'EINVAL' && message.test(error.message),
      );
    });
  }

  it('asks for processes last, so that mappings are looked at only where all else holds', () => {
    let looked = 0;
    const watched = {
      ...segment({ name: '/other' }),
      get mappings() {
        looked++;
        return [];
      },
    };
    assert.equal(parseFilter('process:x frames').matches(watched), false);
    assert.equal(looked, 0);
  });
});

describe('words of the filter', () => {
  it('toggle a value, and keep the rest as it was meant', () => {
    assert.equal(toggleValue('', 'is', 'leak'), 'is:leak');
    assert.equal(toggleValue('is:leak', 'is', 'mine'), 'is:leak is:mine');
    assert.equal(toggleValue('frames is:leak "two words"', 'is', 'leak'), 'frames "two words"');
    assert.equal(toggleValue('kind:posix', 'kind', 'sysv'), 'kind:posix,sysv');
    assert.equal(toggleValue('KIND:posix,sysv', 'kind', 'posix'), 'KIND:sysv');
    assert.equal(toggleValue('"a:b"', 'is', 'leak'), '"a:b" is:leak');
  });

  it('give every process name back as it was, whatever is in it', () => {
    for (const name of ['sh', 'a b', 'a,b', 'q"u\\o"te', 'kind:posix', '$(x)', '"', '\\', '日本 語']) {
      const text = toggleValue('x', 'process', name);
      assert.ok(hasValue(text, 'process', name), text);
      assert.deepEqual(readWords(text)[1], { key: 'process', values: [{ text: name, quoted: true }] });
      const used = segment({ name: '/x', mappings: [mapping(1, name), mapping(2, 'other')] });
      assert.ok(parseFilter(text).matches(used));
      assert.ok(!parseFilter(text).matches(segment({ name: '/x', mappings: [mapping(1, `${name}.`)] })));
      assert.equal(toggleValue(text, 'process', name), 'x');
    }
  });
});
