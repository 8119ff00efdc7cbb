/** A /dev/shm that is no tmpfs but a directory of the file system around it, as some containers have it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPrograms } from '../../programs/build.ts';
import { skipBecause } from '../../support/skip.ts';
import { ADDON, unique } from '../support.ts';

const CODE = `
  const [addonPath, program, name, fileWriter, beyond] = process.argv.slice(1);
  const { spawn } = await import('node:child_process');
  const { once } = await import('node:events');
  const { loadAddon } = await import(${JSON.stringify(new URL('../../../src/native/load.ts', import.meta.url).href)});
  const { Scanner } = await import(${JSON.stringify(new URL('../../../src/segments/scan.ts', import.meta.url).href)});
  const writer = spawn(program, [name], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(writer.stdout, 'data');
  const beside = spawn(fileWriter, [beyond], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(beside.stdout, 'data');
  const { segments } = await new Scanner(loadAddon(addonPath)).scan();
  writer.kill();
  beside.kill();
  const facts = ({ kind, name, orphaned, backing, mappings }) => ({ kind, name, orphaned, backing, mapped: mappings.length });
  const posix = segments.filter((one) => one.kind === 'posix' && one.namespace === 'host').map(facts);
  console.log(JSON.stringify({ posix, ids: segments.length - new Set(segments.map((one) => one.id)).size }));
`;

const PREPARED = {
  'of a disk': ['true', 'disk'],
  'of a tmpfs that is bound there': ['mount -t tmpfs none "$0"', 'tmpfs'],
} as const;

describe('a directory as /dev/shm', () => {
  for (const [what, [prepare, backing]] of Object.entries(PREPARED)) {
    it(`lists what is in one ${what}, and nothing else of its file system`, async function () {
      if (process.geteuid?.() !== 0) skipBecause(this, 'making a mount namespace is for root');
      const directory = mkdtempSync(join(tmpdir(), 'shmscope-shm-'));
      const name = unique('plain');
      const programs = await buildPrograms();
      const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', CODE, ADDON];
      const script = `${prepare} && mkdir "$0/shm" && mount --bind "$0/shm" /dev/shm && exec "$@"`;
      const beyond = [join(programs, 'file_writer'), join(directory, 'beyond')];
      const through = ['--mount', 'sh', '-c', script, directory, ...node];
      try {
        const args = [...through, join(programs, 'posix_writer'), `/${name}`, ...beyond];
        const { stdout } = await promisify(execFile)('unshare', args);
        const segment = { kind: 'posix', name: `/${name}`, orphaned: false, backing, mapped: 1 };
        assert.deepEqual(JSON.parse(stdout), { posix: [segment], ids: 0 });
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});
