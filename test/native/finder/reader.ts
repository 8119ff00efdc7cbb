/** The reader of debug info, as it is built into dist/. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DwarfReader } from '../../../src/types/debuginfo/file/reader.ts';
import { skipBecause } from '../../support/skip.ts';

const HELPER = join(import.meta.dirname, '../../../dist/shmscope-dwarf');

/** Skips where this build has none. */
export function needsHelper(context: Mocha.Context): void {
  if (!existsSync(HELPER)) skipBecause(context, 'there is no dist/shmscope-dwarf: libdw was not there to build it with');
}

/** `folder`: where it keeps what it found. */
export const readerOf = (folder: string): DwarfReader => new DwarfReader({ program: HELPER, cache: join(folder, 'names') });
