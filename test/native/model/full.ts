/** Run by names.test.ts where /dev/shm is a tmpfs of 64 KiB: what is said when it is full, as JSON. Argument: the addon. */
import { readdirSync } from 'node:fs';
import { loadAddon } from '../../../src/native/load.ts';
import { toShmError } from '../../../src/native/errors.ts';
import { Operations } from '../../../src/segments/operations.ts';
import { SegmentStore } from '../../../src/segments/store.ts';

const addon = loadAddon(process.argv[2] ?? '');
const store = new SegmentStore(addon);
const operations = new Operations(addon, store);

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return toShmError(error).code;
  }
}

const most = await operations.create({ kind: 'posix', name: 'most', size: 60 * 1024 });
const said = [
  await failure(operations.create({ kind: 'posix', name: 'more', size: 128 * 1024 })),
  await failure(operations.resize(most.id, 2 ** 30)),
];
const { mounts, segments } = await store.refresh();
const listed = segments
  .filter(({ kind, namespace }) => kind === 'posix' && namespace === 'host')
  .map(({ name, size }) => [name, size]);
console.log(
  JSON.stringify({ said, total: mounts.find(({ path }) => path === '/dev/shm')?.total, names: readdirSync('/dev/shm'), listed }),
);
store.dispose();
