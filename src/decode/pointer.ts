/** Where pointers lead within a segment: by the addresses at which processes map it, or counted from the pointer itself. */

/** A part of the segment that a process maps. */
export interface Mapped {
  readonly pid: number;
  readonly process: string;
  readonly address: bigint;
  /** Bytes. */
  readonly length: number;
  /** Of the segment, where the mapping begins. */
  readonly offset: number;
}

/** An offset of the segment, and who would come there. */
export interface Target {
  readonly offset: number;
  /** 'feed 1234', 'strategy 1240'; none where it takes no process to say it. */
  readonly by: readonly string[];
}

/** Where `address` lies in the segment for each process that maps it there, each place once; below `size` bytes. */
export function rebase(address: bigint, mappings: readonly Mapped[], size: number): readonly Target[] {
  const found = new Map<number, string[]>();
  for (const one of mappings) {
    const into = address - one.address;
    if (into < 0n || into >= BigInt(one.length)) continue;
    const offset = one.offset + Number(into);
    if (offset >= size) continue;
    const by = found.get(offset) ?? [];
    const name = `${one.process} ${one.pid}`;
    if (!by.includes(name)) by.push(name);
    found.set(offset, by);
  }
  return [...found].map(([offset, by]) => ({ offset, by }));
}

/**
 * What boost::interprocess::offset_ptr means by `value` in a field at `offset`: the distance from the pointer itself. 1 is null, since no
 * object can begin inside of the pointer; undefined then. The result may lie outside of the segment.
 */
export function offsetPointer(value: bigint, offset: number): bigint | undefined {
  return value === 1n ? undefined : BigInt(offset) + value;
}

/** The value that an offset pointer at `offset` holds to point to `target`; undefined is null. */
export function offsetPointerValue(target: bigint | undefined, offset: number): bigint {
  return target === undefined ? 1n : target - BigInt(offset);
}
