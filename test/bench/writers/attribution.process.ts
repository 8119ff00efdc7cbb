/** Watches the field of programs/stores.c, as an extension host does. Argument: ms for which it is stored into. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endAll, endOnSignals } from '../../../scripts/lib/children.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import type { WriterReportView } from '../../../src/writers/face.ts';
import { BURST, BURSTS_A_SECOND, startStores, WRITERS, type Stores } from './programs.ts';
import { rooms, watching } from './rooms.ts';

const SOURCE = 'stores.c';
/** For what the session does at its begin and its end. */
const SLACK_MS = 30_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const lines = readFileSync(join(root, 'test/bench/programs', SOURCE), 'utf8').split('\n');
const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;

/** Stores that the report gives to the right process, function and line. */
function attributed({ places }: WriterReportView, pids: readonly number[], made: readonly number[]): number {
  return WRITERS.reduce((sum, writer, i) => {
    const own = places.filter(
      ({ pid, function: name, file, line }) =>
        pid === pids[i] && name === writer.function && line === lineOf(writer.text) && basename(file ?? '') === SOURCE,
    );
    const count = own.reduce((all, place) => all + place.count, 0);
    // More than there were would hide what is missing elsewhere.
    return sum + Math.min(count, made[i] ?? 0);
  }, 0);
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

async function measure(stores: Stores, ms: number) {
  using composed = rooms();
  const bursts = Math.round((ms / 1000) * BURSTS_A_SECOND);
  const wanted = WRITERS.length * bursts * BURST;
  const session = await watching(composed.writers, await composed.segmentOf(stores.path), ms * 4 + SLACK_MS);
  const before = stores.made();
  const [began, usage] = [performance.now(), process.cpuUsage()];
  stores.want(bursts);
  const until = began + ms * 4;
  const madeNow = (): number[] => stores.made().map((count, i) => count - (before[i] ?? 0));
  while (sum(madeNow()) < wanted && performance.now() < until) await pause(20);
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(usage);
  session.stop();
  const view = await session.done;
  const made = madeNow();
  const all = sum(made);
  return {
    stores: all,
    attributed: attributed(view, stores.pids, made),
    counted: sum(view.places.map(({ count }) => count)),
    lost: view.lost,
    rate: all / WRITERS.length / (took / 1000),
    share: (user + system) / 10 / took,
  };
}

endOnSignals();
try {
  await using stores = await startStores();
  console.log(JSON.stringify(await measure(stores, Number(process.argv[2]))));
} finally {
  await endAll();
}
