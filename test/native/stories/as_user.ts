/**
 * Run as an ordinary user by as_user.test.ts: prints as JSON what such a user is told of the writers of two boards, one of their own and
 * one that a process of root maps too, and of the locks of another one. Arguments: the addon, stores, the name of the common board, the
 * name of the object with the locks, the pid of root's process with that.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { loadAddon } from '../../../src/native/load.ts';
import type { WriterReportView } from '../../../src/writers/face.ts';
import { makeRooms } from './support.ts';

const [addonPath = '', program = '', common = '', locks = ''] = process.argv.slice(2);
const FIELD = { offset: 0, length: 8 } as const;
const { store, monitor, writers, dispose } = makeRooms(loadAddon(addonPath), ({ name }) => name === locks);
const own = `${common}-own`;

/** What is told of 20 stores of a process of one's own to a board. */
async function watched(name: string) {
  const writer = spawn(program, [name, 'store', '20', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(writer, 'exit').then(([code]: unknown[]) => code);
  try {
    await once(writer.stdout, 'data');
    const segment = (await store.refresh()).segments.find((one) => one.name === name);
    if (!segment) throw new Error(`${name} is not listed`);
    const session = writers.start(segment, [FIELD], { ms: 20_000, reads: false });
    const when = async (holds: (view: WriterReportView) => boolean) => {
      while (!holds(session.view)) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await when(({ state }) => state === 'running');
    writer.kill('SIGUSR1');
    await when(({ places, state }) => (places[0]?.count ?? 0) >= 20 || state === 'ended');
    session.stop();
    await when(({ state }) => state === 'ended');
    const { places, missed, failure } = session.view;
    writer.kill('SIGTERM');
    return {
      places: places.map(({ pid, count, line, function: name }) => ({ own: pid === writer.pid, count, line, name })),
      missed: missed.map(({ pid, code, reason }) => ({ pid, code, reason })),
      failure: failure?.message,
      code: await exit,
    };
  } finally {
    writer.kill('SIGKILL');
    await exit;
  }
}

try {
  writeFileSync(`/dev/shm${own}`, Buffer.alloc(8192), { mode: 0o600 });
  const [mine, shared] = [await watched(own), await watched(common)];
  const { segments, unseen } = await monitor.look();
  const waiters = segments.flatMap((one) => [...one.locks, ...one.elsewhere].flatMap(({ waiters: each }) => each));
  console.log(JSON.stringify({ mine, shared, unseen, waiters: waiters.length }));
} catch (error) {
  console.log(JSON.stringify({ failed: String(error) }));
} finally {
  rmSync(`/dev/shm${own}`, { force: true });
  dispose();
}
