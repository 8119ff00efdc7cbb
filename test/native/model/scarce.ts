/**
 * Run by faults.test.ts with a limit on descriptors: what a scan finds of one process, as JSON. Arguments: the addon, a pid, and the limit
 * that holds for the second of three scans.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadAddon } from '../../../src/native/load.ts';
import { toShmError } from '../../../src/native/errors.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { isOf } from './seen.ts';

const [addonPath = '', pid = '', limit = ''] = process.argv.slice(2);
const store = new SegmentStore(loadAddon(addonPath));
/** Started while there are descriptors for it. */
const shell = spawn('sh', ['-c', `while read soft; do prlimit --pid ${process.pid} --nofile="$soft": && echo; done`], {
  stdio: ['pipe', 'pipe', 'inherit'],
});

async function setLimit(soft: string): Promise<void> {
  shell.stdin.write(`${soft}\n`);
  await once(shell.stdout, 'data');
}

async function scan(): Promise<readonly string[] | string> {
  try {
    const { segments } = await store.refresh();
    return segments
      .filter(isOf(Number(pid)))
      .map((segment) => `${segment.kind} ${segment.mappings.length} ${segment.holders.length} ${segment.orphaned}`)
      .sort();
  } catch (error) {
    return toShmError(error).code;
  }
}

const said = [await scan()];
if (limit !== '') {
  await setLimit(limit);
  said.push(await scan());
  await setLimit('4096');
  said.push(await scan());
}
console.log(JSON.stringify(said));
store.dispose();
shell.stdin.end();
