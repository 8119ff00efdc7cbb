/** What a benchmark gives. Times are judged by nobody but the reader: a bar that does not hold is said, and fails nothing. */

export interface Bar {
  readonly atMost: number;
  /** ratio: our median to the peer's; ours: our median in the row's unit; largest: the largest of ours in the row's unit. */
  readonly of: 'ratio' | 'ours' | 'largest';
}

/** One case that is measured, where there is a peer beside it in the same run, so that only the ratio travels between machines. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer?: readonly number[];
  readonly peerName?: string;
  readonly bar?: Bar;
  /** What must be known to read the row rightly. */
  readonly note?: string;
}

/** What is no time: records that agree or do not, a peer that is not installed. */
export interface Finding {
  readonly what: string;
  readonly text: string;
  /** Absent where there is nothing to hold. */
  readonly holds?: boolean;
}

export type Result = Row | Finding;

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
