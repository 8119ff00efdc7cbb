import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { buildPrograms, CHECKOUT } from '../programs/build.ts';
import { skipBecause } from '../support/skip.ts';
import { activate, cleanup, failsWith, freeKey, promised } from './support.ts';

describe('types from debug info', () => {
  const made = cleanup();
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-host-'));
  let api: ShmScopeApi;
  let programs: string;
  before(async function () {
    if (!existsSync(join(CHECKOUT, 'dist/shmscope-dwarf'))) skipBecause(this, 'there is no dist/shmscope-dwarf');
    api = await activate();
    programs = await buildPrograms();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A program that keeps a pointer to the object that it maps, by one version of a header. */
  function holder(name: string, ...flags: string[]): string {
    const out = join(folder, name);
    const source = join(CHECKOUT, 'test/programs/finder/holder.c');
    execFileSync('cc', ['-g', source, '-o', out, '-DHOLD_GLOBAL', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
    return out;
  }

  /** An object of `size` bytes, held by these programs. */
  async function held(size: number, ...holders: readonly string[]): Promise<Segment> {
    const name = made.name('held');
    const segment = await made.create(api, { kind: 'posix', name, size });
    for (const program of holders) await made.start(program, name);
    return segment;
  }

  it('gives the types of a file and of a process, or the one that is named', async () => {
    const elf = join(programs, 'posix_writer');
    const all = await api.types({ elf });
    const [shared, ...none] = all.filter(({ name }) => name === 'struct shared');
    assert.ok(shared && none.length === 0);
    assert.deepEqual([shared.kind, shared.size, shared.origin], ['struct', 56, `dwarf:${elf}`]);
    assert.deepEqual(
      shared.fields?.map(({ name, offset, type }) => [name, offset, type.kind]),
      [
        ['counter', 0, 'integer'],
        ['name', 8, 'array'],
        ['temperature', 40, 'float'],
        ['ticks', 48, 'integer'],
      ],
    );
    const { pid } = await made.start('posix_writer', made.name('writer'));
    for (const name of ['shared', 'struct shared']) {
      assert.deepEqual(await api.types({ elf }, name), [shared]);
      assert.deepEqual(await api.types({ pid }, name), [shared]);
    }
    assert.ok((await api.types({ pid })).some(({ name }) => name === 'struct shared'));
  });

  it('decodes by a type of the mapper what it stores', async () => {
    const key = freeKey();
    const { pid } = await made.start('sysv_writer', String(key));
    const segment = (await api.listSegments()).find((one) => one.sysv?.key === key);
    assert.ok(segment?.sysv);
    made.shmid(segment.sysv.shmid);
    const [type] = await api.types({ pid }, 'student');
    assert.ok(type);
    const { children } = await api.decode(segment.id, type);
    assert.deepEqual(
      children?.map(({ path, value }) => [path, value]),
      [
        ['name', 'hello'],
        ['age', 20],
      ],
    );
  });

  it('suggests the type that a pointer of a mapper says, and says why', async () => {
    const program = holder('strategy');
    const { id, name } = await held(24, program);
    const pid = (await api.listSegments()).find((one) => one.name === name)?.mappings[0]?.pid;
    const [suggestion, ...others] = await api.suggestTypes(id);
    assert.ok(suggestion);
    const { type, offset, why } = suggestion;
    assert.deepEqual(
      [type.name, type.size, type.origin, offset, why, others],
      ['struct sample', 24, `dwarf:${program}`, 0, `'latest' in strategy (${pid}) points here; its size is the segment's.`, []],
    );
    assert.deepEqual(await api.layoutConflicts(id), []);
  });

  it('tells how two mappers lay out one name', async () => {
    const { id } = await held(32, holder('publisher', '-DVERSION=2'), holder('reader'));
    const [conflict, ...others] = await api.layoutConflicts(id);
    assert.ok(conflict);
    assert.deepEqual([conflict.name, others], ['struct sample', []]);
    assert.deepEqual(conflict.differences, [
      'temperature_c: at 16 in publisher, absent in reader',
      'unit: at 24 in publisher, at 16 in reader',
      'size: 32 bytes in publisher, 24 bytes in reader',
    ]);
    assert.deepEqual(
      conflict.variants.map(({ type, pids }) => [type.size, pids.length]),
      [
        [32, 1],
        [24, 1],
      ],
    );
  });

  it('suggests nothing for what nobody maps', async () => {
    const { id } = await made.posix('alone');
    assert.deepEqual([await api.suggestTypes(id), await api.layoutConflicts(id)], [[], []]);
    await assert.rejects(api.suggestTypes('nothing'), failsWith('ESTALE'));
    await assert.rejects(api.layoutConflicts('nothing'), failsWith('ESTALE'));
  });

  it('says what is wrong, and what would help', async () => {
    const bare = holder('bare', '-s', '-g0');
    await assert.rejects(api.types({ elf: bare }), failsWith('ETYPE', /-g/));
    await assert.rejects(api.types({ elf: join(programs, 'posix_writer') }, 'teacher'), failsWith('ETYPE', /teacher/));
    await assert.rejects(api.types({ elf: join(folder, 'none') }), failsWith('ENOENT'));
    await assert.rejects(api.types({ elf: join(CHECKOUT, 'package.json') }), failsWith('ENOEXEC'));
    await assert.rejects(api.types({ elf: 'relative' }), failsWith('EINVAL'));
    // Higher than any pid can be: PID_MAX_LIMIT, include/linux/threads.h.
    await assert.rejects(api.types({ pid: 2 ** 22 + 1 }), failsWith('ESRCH'));
    if (existsSync('/proc/2/comm') && readFileSync('/proc/2/comm', 'utf8') === 'kthreadd\n')
      await assert.rejects(api.types({ pid: 2 }), failsWith('ESRCH'));
    for (const wrong of [
      { pid: 0 },
      { pid: -1 },
      { pid: 1.5 },
      { pid: '1' },
      { pid: null },
      { elf: '' },
      { elf: 5 },
      { elf: 'a\0b' },
    ])
      await assert.rejects(promised(api, 'types', wrong), failsWith('EINVAL'));
    await assert.rejects(promised(api, 'types', { elf: bare }, 5), failsWith('EINVAL'));
  });
});
