import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseWorkspaceFile, withWorkspaceType } from '../../../../src/types/workspace/file.ts';
import { literalGlob, matchesGlob } from '../../../../src/types/workspace/glob.ts';
import { patternOf, typeFor } from '../../../../src/types/workspace/match.ts';
import { segment } from '../../explorer/segments.ts';

const TEXT = `// for all cameras
{
  "segments": {
    /* the left one is newer */
    "/cam_left": { "type": "struct frame2", "header": "include/frame.h", "offset": 64 },
    "/cam_*": { "type": "struct frame", "header": "include/frame.h" }, // all others
    "0x000004d2": { "type": "struct student", "kind": "sysv", "source": "struct student { int age; };" },
    "data/*.bin": { "type": "ns::Ring", "language": "c++", "abi": "aarch64", "dialect": "clang" },
  }
}
`;

describe('.vscode/shmscope.json', () => {
  const { types, problems } = parseWorkspaceFile(TEXT);
  const typeOf = (of: Parameters<typeof segment>[0]) => typeFor(types, segment(of), '/project')?.type;

  it('is read with comments and trailing commas, in its order', () => {
    assert.deepEqual(problems, []);
    assert.deepEqual(types[0], { pattern: '/cam_left', type: 'struct frame2', header: 'include/frame.h', offset: 64 });
    assert.deepEqual(types.at(-1), {
      pattern: 'data/*.bin',
      type: 'ns::Ring',
      language: 'c++',
      abi: 'aarch64',
      dialect: 'clang',
    });
  });

  it('says of POSIX objects, keys and files what they are shown as; the first line that matches counts', () => {
    assert.equal(typeOf({ name: '/cam_left' }), 'struct frame2');
    assert.equal(typeOf({ name: '/cam_right' }), 'struct frame');
    assert.equal(typeOf({ name: '/other' }), undefined);
    assert.equal(typeOf({ kind: 'file', name: '/project/data/a.bin' }), 'ns::Ring');
    assert.equal(typeOf({ kind: 'file', name: '/elsewhere/data/a.bin' }), undefined);
    assert.equal(typeOf({ kind: 'memfd', name: '0x000004d2' }), undefined);
    const sysv = { key: 0x4d2, shmid: 1, creatorPid: 1, lastPid: 1, attachCount: 0, attachedAt: 0, detachedAt: 0, changedAt: 0 };
    assert.equal(typeOf({ kind: 'sysv', name: '0x000004d2', sysv: { ...sysv, locked: false } }), 'struct student');
    assert.equal(typeOf({ kind: 'sysv', name: '0x00000000', sysv: { ...sysv, key: 0, locked: false } }), undefined);
    assert.equal(typeOf({ name: '' }), undefined);
  });

  it('keeps comments and order when an entry is added or changed, and takes back what it wrote', () => {
    const added = withWorkspaceType(TEXT, { pattern: '/new', type: 'struct n', offset: 8 });
    for (const kept of ['// for all cameras', '/* the left one is newer */', '// all others'])
      assert.ok(added.includes(kept), added);
    assert.deepEqual(parseWorkspaceFile(added).types.at(-1), { pattern: '/new', type: 'struct n', offset: 8 });
    const changed = withWorkspaceType(added, { pattern: '/cam_left', type: 'struct other' });
    assert.deepEqual(parseWorkspaceFile(changed).types[0], { pattern: '/cam_left', type: 'struct other' });
    const first = withWorkspaceType('', { pattern: '/a', type: 'b', source: 'struct b { int x; };' });
    assert.deepEqual(parseWorkspaceFile(first), {
      types: [{ pattern: '/a', type: 'b', source: 'struct b { int x; };' }],
      problems: [],
    });
  });

  it('may say that a compiler lays the type out', () => {
    const text = withWorkspaceType('', { pattern: '/g', type: 'Grid', header: 'grid.hpp', compiled: true });
    assert.deepEqual(parseWorkspaceFile(text).types, [{ pattern: '/g', type: 'Grid', header: 'grid.hpp', compiled: true }]);
    const not = parseWorkspaceFile('{"segments": {"/a": {"type": "b", "compiled": false}}}');
    assert.deepEqual(not, { types: [{ pattern: '/a', type: 'b' }], problems: [] });
  });

  it('is read as docs/types.md shows it', () => {
    const docs = readFileSync(new URL('../../../../docs/types.md', import.meta.url), 'utf8');
    const [, example = ''] = /```jsonc\n([\s\S]*?)```/.exec(docs) ?? [];
    const read = parseWorkspaceFile(example);
    assert.deepEqual([read.problems, read.types.length], [[], 5]);
  });

  it('says each thing that is wrong with its place, and keeps the rest', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['', /^1:1: /],
      ['{', /^1:2: This is no JSON/],
      ['[]', /^1:1: An object is expected/],
      ['{"segments": 1}', /^1:14: An object is expected/],
      ['{"segments": {"/a": 1}}', /^1:21: What "\/a" is shown as is an object/],
      ['{"segments": {"/a": {}}}', /"\/a" has no "type"/],
      ['{"segments": {"/a": {"type": 1}}}', /^1:30: "type" is a text/],
      ['{"segments": {"/a": {"type": ""}}}', /"type" is empty/],
      ['{"segments": {"/a": {"type": "b", "offset": -1}}}', /"offset" is a number of bytes/],
      ['{"segments": {"/a": {"type": "b", "header": "/etc/passwd"}}}', /"header" is a path within/],
      ['{"segments": {"/a": {"type": "b", "header": "x/../../y.h"}}}', /"header" leads out/],
      ['{"segments": {"/a": {"type": "b", "header": "y.h", "source": ""}}}', /has a "header" and a "source"/],
      ['{"segments": {"/a": {"type": "b", "constructor": 1}}}', /"constructor" is not known/],
      ['{"segments": {"/a": {"type": "b", "abi": "vax"}}}', /"abi" is one of x86_64/],
      ['{"segments": {"/a": {"type": "b", "header": "b.h", "compiled": "gcc"}}}', /"compiled" is true or false/],
      ['{"segments": {"/a": {"type": "b", "compiled": true}}}', /^1:47: "\/a" has neither a "header" nor a "source"/],
    ];
    for (const [text, problem] of wrong) {
      const read = parseWorkspaceFile(text);
      assert.match(read.problems[0] ?? '', problem, text);
      assert.deepEqual(read.types, [], text);
    }
    const half = parseWorkspaceFile('{"segments": {"/a": {}, "/b": {"type": "struct b"}}}');
    assert.deepEqual([half.types.length, half.problems.length], [1, 1]);
  });

  it('matches names by *, ** and ?, in time that hostile patterns do not raise', () => {
    const yes = [['/cam_*', '/cam_'], ['*', 'abc'], ['a/**', 'a/b/c'], ['**/c', 'a/b/c'], ['a?c', 'abc'], ['a\\*c', 'a*c']] as const; // prettier-ignore
    const no = [['/cam_*', '/cam'], ['*', 'a/b'], ['a/*', 'a/b/c'], ['a?c', 'a/c'], ['a\\*c', 'abc'], ['', 'a'], ['A', 'a']] as const; // prettier-ignore
    for (const [pattern, name] of yes) assert.ok(matchesGlob(pattern, name), `${pattern} ${name}`);
    for (const [pattern, name] of no) assert.ok(!matchesGlob(pattern, name), `${pattern} ${name}`);
    assert.ok(!matchesGlob('*a'.repeat(120), 'a'.repeat(255).concat('b')));
    for (const name of ['/a*b', '\\', '??', '**']) assert.ok(matchesGlob(literalGlob(name), name), name);
    assert.equal(patternOf(segment({ kind: 'file', name: '/project/data/a*.bin' }), '/project'), 'data/a\\*.bin');
    assert.equal(patternOf(segment({ name: '' }), '/project'), undefined);
  });
});
