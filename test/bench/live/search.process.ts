/** Searches an object of which all is resident, and hashes it as for the strip, beside a C program that only reads it: search.process.ts PATH SIZE. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { addon } from '../scan/ours.ts';
import { programs } from '../scan/load.ts';
import { noise } from './objects.ts';

const ROUNDS = 5;
const CHUNKS = 4096;
/** ms of CPU time that one look may take. */
const BUDGET = 1000;

const [path = '', size = '0'] = process.argv.slice(2);
const readAll = join(await programs(), 'read_all');

/** The most that this thread computed between two turns of its loop, ms, since it was last asked. */
function stretches(): () => number {
  const computed = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let [most, before] = [0, computed()];
  setInterval(() => {
    const now = computed();
    most = Math.max(most, now - before);
    before = now;
  }, 1).unref();
  return () => {
    const longest = most;
    [most, before] = [0, computed()];
    return longest;
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const native = addon();
const source = native.openPath(path, false);
// Not in the object, which repeats one MiB of other random bytes.
const pattern = noise(16);

async function search(): Promise<void> {
  const hits = await source.find(pattern, 0, Number(size), 10);
  if (hits.length > 0) throw new Error('what is not there was found');
}

function openHeat(): ReturnType<typeof native.openHeat> | string {
  try {
    return native.openHeat(CHUNKS);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const heat = openHeat();
async function hash(): Promise<void> {
  if (typeof heat === 'string') return;
  while (!(await heat.look(source, BUDGET)).round);
}

const result: Record<'read' | 'search' | 'searchTurn' | 'hash' | 'hashTurn', number[]> = {
  read: [],
  search: [],
  searchTurn: [],
  hash: [],
  hashTurn: [],
};
const longest = stretches();
for (let round = -1; round < ROUNDS; round++) {
  const [ns = '', bytes = ''] = execFileSync(readAll, [path], { encoding: 'utf8' }).trim().split(' ');
  if (bytes !== size) throw new Error(`${bytes} of ${size} bytes were read`);
  longest();
  const searched = await timed(search);
  const searchTurn = longest();
  const hashed = await timed(hash);
  const hashTurn = longest();
  if (round < 0) continue;
  result.read.push(Number(ns) / 1e6);
  result.search.push(searched);
  result.searchTurn.push(searchTurn);
  if (typeof heat === 'string') continue;
  result.hash.push(hashed);
  result.hashTurn.push(hashTurn);
}
if (typeof heat !== 'string') heat.close();
source.close();
console.log(JSON.stringify({ ...result, problem: typeof heat === 'string' ? heat : '' }));
