/** How long it takes to say which type belongs to a segment, for each process that maps it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { loadAddon } from '../../../src/native/load.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { CHECKOUT, start, type Running } from '../../programs/build.ts';
import type { Result } from '../bench.ts';
import { longestStretch } from '../stretch.ts';

const MAPPERS = 8;
const SAMPLES = 9;
/** sizeof(feed::Book) of holder.cc. */
const SIZE = 72;
/** What the mappers load beside what they need, as far as it is there: files without debug info, as most are. */
const LIBRARIES = [
  'ssl.so.3',
  'crypto.so.3',
  'z.so.1',
  'xml2.so.2',
  'sqlite3.so.0',
  'curl.so.4',
  'expat.so.1',
  'lzma.so.5',
  'bz2.so.1.0',
].map((name) => `/usr/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu/lib${name}`);

/** Asked anew by each sample, with the names known: a segment of another id is another to the finder. */
export async function suggest(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-bench-'));
  const object = join('/dev/shm', `shmscope-bench-${process.pid}`);
  const addon = loadAddon(join(CHECKOUT, 'build/Release/shmscope.node'));
  const store = new SegmentStore(addon);
  const running: Running[] = [];
  try {
    const program = compile(folder);
    writeFileSync(object, '');
    truncateSync(object, SIZE);
    const preload = `LD_PRELOAD=${LIBRARIES.filter((path) => existsSync(path)).join(':')}`;
    for (let i = 0; i < MAPPERS; i++)
      running.push(await start('/usr/bin/env', [preload, program, object.slice('/dev/shm'.length)]));
    const segment = (await store.refresh()).segments.find(({ path }) => path === object);
    if (!segment) throw new Error(`${object} is not listed`);
    const reader = new DwarfReader({ program: join(CHECKOUT, 'dist/shmscope-dwarf'), cache: join(folder, 'names') });
    return await measure(new DebugTypeFinder(addon, reader), segment, await addon.loadedFiles(running[0]?.pid ?? 0));
  } finally {
    for (const one of running) await one.dispose();
    store.dispose();
    rmSync(object, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of some thousand types, as a program that includes much has them. */
function compile(folder: string): string {
  const out = join(folder, 'feed');
  const source = join(CHECKOUT, 'test/programs/finder/holder.cc');
  const flags = ['-g', '-fno-eliminate-unused-debug-types', '-include', 'bits/stdc++.h', '-include', 'netinet/in.h'];
  execFileSync('c++', [...flags, source, '-o', out], { stdio: ['ignore', 'ignore', 'inherit'] });
  return out;
}

async function measure(finder: DebugTypeFinder, segment: Segment, { files }: { files: readonly unknown[] }): Promise<Result[]> {
  const of = (id: string, mappers: number): Segment => {
    const pids = new Set(segment.mappings.map(({ pid }) => pid).slice(0, mappers));
    return { ...segment, id, mappings: segment.mappings.filter(({ pid }) => pids.has(pid)) };
  };
  const [first, ...others] = await finder.suggest(of('first', MAPPERS));
  if (!first?.certain || others.length > 0) throw new Error('it is not certain of the one type that there is');
  const { types } = await finder.seen(of('first', MAPPERS));
  const took = { one: [] as number[], each: [] as number[], late: [] as number[], busy: [] as number[] };
  for (let i = 0; i < SAMPLES; i++) {
    took.one.push(await timed(() => finder.suggest(of(`one ${i}`, 1))));
    const { late, busy } = await longestStretch(async () => {
      took.each.push((await timed(() => finder.suggest(of(`all ${i}`, MAPPERS)))) / MAPPERS);
    });
    took.late.push(late);
    took.busy.push(busy);
  }
  const note = `${types.length} types, ${files.length} files a process; each time a reading of all pointers and of the layout`;
  const loop = { unit: 'ms', bar: { atMost: 10, of: 'largest' as const } };
  return [
    { what: 'suggestions for a segment of one mapper', unit: 'ms', ours: took.one, bar: { atMost: 50, of: 'largest' }, note },
    { what: `the same for each of ${MAPPERS} mappers`, unit: 'ms', ours: took.each, bar: { atMost: 50, of: 'largest' } },
    { what: 'suggestions, the latest timer of 1 ms', ours: took.late, ...loop },
    { what: 'suggestions, the most computed in one turn', ours: took.busy, ...loop },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
