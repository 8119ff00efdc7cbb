/**
 * Run as an ordinary user by finder.test.ts: what the finder tells such a user of an object that a process of root maps and one of its own.
 * Arguments: the addon, the program, the object's name for it, and its path.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadAddon } from '../../../src/native/load.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { toShmError } from '../../../src/native/errors.ts';
import { readerOf } from './reader.ts';

const [addonPath = '', program = '', name = '', path = '', rootPid = ''] = process.argv.slice(2);
const addon = loadAddon(addonPath);
const store = new SegmentStore(addon);
const folder = mkdtempSync(join(tmpdir(), 'shmscope-finder-'));
const finder = new DebugTypeFinder(addon, readerOf(folder));
const own = spawn(program, [name], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await once(own.stdout, 'data');
  const segment = (await store.refresh()).segments.find((one) => one.path === path);
  if (!segment) throw new Error(`${path} is not listed`);
  const foreign = await addon.loadedFiles(Number(rootPid)).catch((error: unknown) => toShmError(error).code);
  // The scan names no process of others, so the finder is told of one that a later look may show.
  const [mapping] = segment.mappings;
  if (!mapping) throw new Error('it does not see its own mapping');
  const both = { ...segment, mappings: [...segment.mappings, { ...mapping, pid: Number(rootPid), process: 'foreign' }] };
  const suggestions = await finder.suggest(both);
  console.log(
    JSON.stringify({
      mappers: segment.mappings.map(({ pid }) => (pid === own.pid ? 'own' : 'other')),
      suggested: suggestions.map(({ type, certain }) => [type.name, certain]),
      foreign,
      lacks: (await finder.seen(both)).lacks,
    }),
  );
} finally {
  own.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
  store.dispose();
}
