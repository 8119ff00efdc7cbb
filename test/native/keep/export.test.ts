import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypeLayout } from '../../../api.d.ts';
import { exportRange, type Export, type Exported, type Format } from '../../../src/keep/export/run.ts';
import { sourceMoment } from '../../../src/keep/moment.ts';
import type { Watched } from '../../../src/keep/control.ts';
import type { ByteSource } from '../../../src/native/addon.ts';
import { needsProgram } from '../../support/skip.ts';
import { addon, cleanup } from '../support.ts';
import { folders, objectAt, saidAs } from './support.ts';

const GIB = 2 ** 30;

type Options = Partial<Omit<Export, 'moment' | 'format'>>;

/** A generator of numbers that is the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function integer(name: string, size: number, signed = true): TypeLayout {
  return { name, kind: 'integer', size, alignment: size, signed, origin: 'source' };
}
const POINT: TypeLayout = {
  name: 'struct point',
  kind: 'struct',
  size: 16,
  alignment: 8,
  origin: 'source',
  fields: [
    { name: 'id', offset: 0, type: integer('int', 4) },
    { name: 'x', offset: 4, type: { name: 'float', kind: 'float', size: 4, alignment: 4, origin: 'source' } },
    { name: 't', offset: 8, type: integer('long', 8) },
  ],
};
const arrayOf = (element: TypeLayout, count: number): TypeLayout => ({
  name: `${element.name}[${count}]`,
  kind: 'array',
  size: element.size * count,
  alignment: element.alignment,
  element,
  count,
  origin: 'source',
});

describe('export', () => {
  const made = cleanup();
  const folder = folders();

  async function exported(
    source: ByteSource,
    format: Format,
    options: Options = {},
    watched: Watched = {},
  ): Promise<{ path: string; result: Exported }> {
    const path = options.path ?? join(folder(), 'out');
    const job: Export = {
      format,
      moment: sourceMoment('now', source),
      name: '/name',
      kind: 'posix',
      offset: 0,
      length: source.stat().size,
      isSegment: () => false,
      ...options,
      path,
    };
    return { path, result: await exportRange(job, watched) };
  }
  const textOf = async (source: ByteSource, format: Format, options: Options = {}): Promise<string> =>
    readFileSync((await exported(source, format, options)).path, 'utf8');

  it('binary is the bytes, and sparse where they are', async () => {
    const source = objectAt(made.path('binary'), 64 * GIB, { 0: 'first', [40 * GIB]: 'far', [64 * GIB - 4]: 'last' });
    const { path, result } = await exported(source, 'binary');
    assert.deepEqual(result, { bytes: 64 * GIB, complete: true });
    assert.equal(statSync(path).size, 64 * GIB);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.ok(statSync(path).blocks * 512 <= 64 * 1024);
    const copy = addon.openPath(path, false);
    assert.deepEqual([...(await copy.difference(source, 0, 64 * GIB, 10))], []);
    copy.close();
    const part = await exported(source, 'binary', { offset: 40 * GIB - 2, length: 7 });
    assert.deepEqual(readFileSync(part.path, 'latin1'), '\0\0far\0\0');
    const past = await exported(source, 'binary', { offset: 64 * GIB - 4, length: 100 });
    assert.deepEqual([readFileSync(past.path, 'utf8'), past.result], ['last', { bytes: 4, complete: false }]);
    assert.equal(readFileSync((await exported(source, 'binary', { length: 0 })).path).length, 0);
    await assert.rejects(exported(source, 'binary', { offset: 64 * GIB + 1, length: 1 }), saidAs('ERANGE', /begins at/));
    source.close();
  });

  it('a hex dump is what hexdump -C prints, byte by byte', async function () {
    needsProgram(this, 'hexdump');
    const next = random(4711);
    for (let round = 0; round < 150; round++) {
      const path = made.path(`hex-${round}`);
      const size = Math.floor(next() * 5000);
      const bytes = Uint8Array.from({ length: size }, () => Math.floor(next() * 256));
      // Equal rows of every length, and rows that end as one before them began.
      for (let i = 0; i < 4; i++) {
        const from = Math.floor((next() * size) / 16) * 16;
        bytes.fill(Math.floor(next() * 3), from, from + Math.floor(next() * 40) * 8 + Math.floor(next() * 3));
      }
      const source = objectAt(path, size, { 0: bytes });
      const offset = round % 3 === 0 ? 0 : Math.floor(next() * size);
      const length = round % 4 === 0 ? size - offset : Math.floor(next() * (size - offset));
      if (length > 0) {
        const expected = execFileSync('hexdump', ['-C', '-s', `${offset}`, '-n', `${length}`, path], { encoding: 'utf8' });
        assert.equal(await textOf(source, 'hex', { offset, length }), expected, `${round}: ${offset} ${length}`);
      }
      source.close();
    }
  });

  it('a hex dump of holes is what hexdump -C prints', async function () {
    needsProgram(this, 'hexdump');
    const path = made.path('hex-holes');
    const source = objectAt(path, 48 << 20, { 5000: 'here', [(40 << 20) + 3]: 'there' });
    assert.equal(await textOf(source, 'hex'), execFileSync('hexdump', ['-C', path], { encoding: 'utf8' }));
    const [offset, length] = [4099, 30 << 20];
    const expected = execFileSync('hexdump', ['-C', '-s', `${offset}`, '-n', `${length}`, path], { encoding: 'utf8' });
    assert.equal(await textOf(source, 'hex', { offset, length }), expected);
    source.close();
  });

  it('a hex dump of holes is made without reading them', async () => {
    const huge = objectAt(made.path('hex-huge'), 64 * GIB, { [64 * GIB - 16]: 'sixteen letters!' });
    const lines = (await textOf(huge, 'hex')).trimEnd().split('\n');
    assert.deepEqual(lines.slice(0, 2), [`00000000  ${'00 '.repeat(8)} ${'00 '.repeat(8)} |................|`, '*']);
    assert.match(lines.at(-2) ?? '', /^ffffffff0  73 69 78 .*\|sixteen letters!\|$/);
    assert.equal(lines.at(-1), '1000000000');
    huge.close();
  });

  it('an array in C holds the bytes, whatever the name is', async function () {
    needsProgram(this, 'gcc');
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);
    const source = objectAt(made.path('c'), 10_000, { 0: bytes });
    const root = folder();
    const name = '/a */ #error ??/\n"x"\u2028\\';
    const path = join(root, 'array.c');
    await exported(source, 'c', { name, length: 5000, path });
    const id = /char (\w+)\[5000\]/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    writeFileSync(join(root, 'main.c'), `#include <stdio.h>\n#include "array.c"\nint main(void) { fwrite(${id}, 1, ${id}_size, stdout); return 0; }\n`); // prettier-ignore
    execFileSync('gcc', ['-std=c99', '-Wall', '-Werror', '-o', join(root, 'main'), join(root, 'main.c')], { stdio: 'pipe' });
    const output = execFileSync(join(root, 'main'));
    assert.equal(Buffer.compare(output, Buffer.concat([bytes, new Uint8Array(4000)])), 0);
    assert.match(await textOf(source, 'c', { length: 0 }), /_size = 0;\nconst unsigned char shm_name\[1\] = \{\n {2}0\n\};\n$/);
    source.close();
  });

  it('an array in C is not made of more than an editor opens', async () => {
    const large = objectAt(made.path('c-large'), 1 << 30);
    await assert.rejects(exported(large, 'c'), saidAs('EOVERFLOW', /64 MiB at most/));
    large.close();
  });

  it('values of an array of structs are a tree in JSON and a table in CSV', async () => {
    const source = objectAt(made.path('typed'), 4096);
    const bytes = Buffer.alloc(48);
    for (const [i, x] of [0.1, NaN, -Infinity].entries()) {
      bytes.writeInt32LE(i - 1, i * 16);
      bytes.writeFloatLE(x, i * 16 + 4);
      bytes.writeBigInt64LE(2n ** 53n + BigInt(i), i * 16 + 8);
    }
    source.write(bytes, 16);
    const typed = { type: arrayOf(POINT, 3), offset: 16 };
    const json: unknown = JSON.parse(await textOf(source, 'json', { typed }));
    assert.ok(typeof json === 'object' && json !== null && 'value' in json && 'size' in json && 'type' in json);
    assert.deepEqual([json.size, json.type], [4096, 'struct point[3]']);
    assert.deepEqual(json.value, [
      { id: -1, x: Math.fround(0.1), t: '9007199254740992' },
      { id: 0, x: 'NaN', t: '9007199254740993' },
      { id: 1, x: '-Infinity', t: '9007199254740994' },
    ]);
    const rows = ['index,offset,id,x,t', '0,16,-1,0.1,9007199254740992', '1,32,0,nan,9007199254740993', '2,48,1,-inf,9007199254740994', '']; // prettier-ignore
    assert.equal((await textOf(source, 'csv', { typed })).replaceAll('NaN', 'nan').replace('-Infinity', '-inf'), rows.join('\r\n')); // prettier-ignore
    assert.match(await textOf(source, 'csv', { typed, offset: 32, length: 16 }), /^index,[^\n]*\r\n1,32,[^\n]*\r\n$/);
    const part: unknown = JSON.parse(await textOf(source, 'json', { typed, offset: 36, length: 5 }));
    assert.ok(typeof part === 'object' && part !== null && 'values' in part);
    assert.deepEqual(part.values, [
      { path: '[1].x', offset: 36, type: 'float', value: 'NaN' },
      { path: '[1].t', offset: 40, type: 'long', value: '9007199254740993' },
    ]);
    await assert.rejects(exported(source, 'json'), saidAs('ENOTSUP', /has a type/));
    source.close();
  });

  it('a million values are written without holding the event loop, past the end as well', async () => {
    const source = objectAt(made.path('million'), 16_000_000, { 0: new Uint8Array(16_000_000).fill(1) });
    // Turns of the event loop, which a job in one go would not leave: a machine that is busy stretches them all alike.
    let turns = 0;
    const watch = setInterval(() => void turns++, 0);
    const steps: number[] = [];
    const typed = { type: arrayOf(POINT, 1_000_001), offset: 0 };
    const { path, result } = await exported(source, 'csv', { typed }, { onProgress: (done) => steps.push(done) });
    clearInterval(watch);
    assert.deepEqual(result, { bytes: 16_000_000, complete: true });
    const lines = readFileSync(path, 'utf8').split('\r\n');
    assert.equal(lines.length, 1_000_003);
    assert.equal(lines[1_000_000], '999999,15999984,16843009,2.3694278e-38,72340172838076673');
    assert.equal(lines[1_000_001], '1000000,16000000,,,');
    assert.ok(steps.length > 10 && steps.every((step) => step >= 0 && step <= 1));
    assert.ok(turns > 200, `${turns} turns`);
    source.close();
  });

  it('cancelled or failed leaves nothing, and what was there as it was', async () => {
    const root = folder();
    const path = join(root, 'kept.txt');
    writeFileSync(path, 'mine');
    const source = objectAt(made.path('cancelled'), 64 << 20, { 0: new Uint8Array(64 << 20).fill(3) });
    for (const format of ['binary', 'hex', 'c'] as const) {
      const cancel = new AbortController();
      const onProgress = (done: number): void => void (done > 0.1 && cancel.abort());
      const run = exported(source, format, { path }, { signal: cancel.signal, onProgress });
      await assert.rejects(run, saidAs('ECANCELED', /cancelled/));
    }
    const typed = { type: arrayOf(POINT, 4_000_000), offset: 0 };
    const cancel = new AbortController();
    const onProgress = (done: number): void => void (done > 0.05 && cancel.abort());
    for (const format of ['csv', 'json'] as const)
      await assert.rejects(exported(source, format, { path, typed }, { signal: cancel.signal, onProgress }), saidAs('ECANCELED', /cancelled/)); // prettier-ignore
    await assert.rejects(exported(source, 'json', { path }), saidAs('ENOTSUP', /type/));
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    assert.deepEqual(readdirSync(root), ['kept.txt']);
    await assert.rejects(exported(source, 'binary', { path: root }), saidAs('EINVAL', /no regular file/));
    source.close();
  });

  it('never writes over the segment itself', async () => {
    const path = made.path('itself');
    const source = objectAt(path, 100, { 0: 'live' });
    const link = join(folder(), 'link');
    symlinkSync(path, link);
    const { ino } = statSync(path);
    for (const target of [path, link]) {
      const run = exported(source, 'binary', { path: target, isSegment: (found) => found.ino === ino });
      await assert.rejects(run, saidAs('EINVAL', /the segment itself/));
    }
    assert.equal(statSync(path).ino, ino);
    source.close();
  });

  it('says where it ended when the segment shrinks meanwhile', async () => {
    const path = made.path('shrinks');
    const source = objectAt(path, 32 << 20, { 0: new Uint8Array(32 << 20).fill(9) });
    let cut = false;
    const onProgress = (): void => {
      if (!cut) truncateSync(path, 5 << 20);
      cut = true;
    };
    const { path: out, result } = await exported(source, 'binary', {}, { onProgress });
    assert.deepEqual(result, { bytes: 5 << 20, complete: false });
    assert.equal(statSync(out).size, 5 << 20);
    source.close();
  });

  it('survives the storm of truncations in every format', async () => {
    const path = made.path('storm');
    await made.start('truncator', path.replace('/dev/shm', ''));
    const source = addon.openPath(path, false);
    const typed = { type: arrayOf(POINT, 65_536), offset: 0 };
    for (let round = 0; round < 5; round++) {
      for (const format of ['binary', 'hex', 'c', 'csv', 'json'] as const) {
        const { result } = await exported(source, format, { length: 1 << 20, typed });
        assert.ok(result.bytes <= 1 << 20);
      }
    }
    source.close();
  });
});
