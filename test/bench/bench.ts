/** What a benchmark gives: one row a case, ours beside the peer's in the same run, so that only the ratio travels between machines. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly peerName: string;
}

/** Times `work` per call in µs, `samples` times over `calls` calls each, after one warm-up. */
export function sample(samples: number, calls: number, work: () => void): number[] {
  const once = (): number => {
    const began = process.hrtime.bigint();
    for (let call = 0; call < calls; call++) work();
    return Number(process.hrtime.bigint() - began) / calls / 1000;
  };
  once();
  return Array.from({ length: samples }, once);
}
