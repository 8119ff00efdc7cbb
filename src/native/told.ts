/** What the addon's sources are told: Addon.openProcesses and ByteSource.wait of addon.ts. */

/** One shared mapping of a process, as in Mapping of api.d.ts. */
export interface MappedPart {
  readonly pid: number;
  readonly address: bigint;
  readonly length: number;
  readonly offset: number;
}

/** What a reading of a source told. */
export interface RawTold {
  readonly size: number;
  /** By 'pread' only: an object without a name. */
  readonly unlinked: boolean;
  readonly ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** [start, end) of what holds no memory in the ranges, in their order. */
  readonly unheld: readonly (readonly [number, number])[];
}
