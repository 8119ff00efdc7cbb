/** How long work of ours keeps the event loop from its turn. */

export interface Stretch {
  /** How late the latest of the timers of 1 ms was: what whoever shares the loop feels, other programs of the machine included. */
  readonly late: number;
  /** The most that this thread computed between two turns of the loop: what we do to it. */
  readonly busy: number;
}

/** CPU time of this thread, ms. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export async function longestStretch(work: () => Promise<unknown>): Promise<Stretch> {
  let [late, busy] = [0, 0];
  let [last, before] = [performance.now(), computed()];
  const turn = (): void => {
    const [now, after] = [performance.now(), computed()];
    late = Math.max(late, now - last - 1);
    busy = Math.max(busy, after - before);
    [last, before] = [now, after];
  };
  const timer = setInterval(turn, 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await work();
  turn();
  clearInterval(timer);
  return { late, busy };
}
