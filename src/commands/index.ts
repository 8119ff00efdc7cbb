/** All commands, by their names. */
import type { Disposable } from 'vscode';
import { assignType } from './assignType.ts';
import { cleanGroup, cleanOrphans } from './cleanOrphans.ts';
import type { CommandContext } from './context.ts';
import { compareSnapshots } from './compareSnapshots.ts';
import { copyName } from './copyName.ts';
import { create } from './create.ts';
import { enableWriting } from './enableWriting.ts';
import { exportSegment } from './export.ts';
import { cancelFilter, clearFilter, filter } from './filter.ts';
import { find } from './find.ts';
import { findWriters } from './findWriters.ts';
import { goToOffset } from './goToOffset.ts';
import { keepType } from './keepType.ts';
import { copyLock, openLine, openLock, refreshLocks } from './lockRows.ts';
import { open, openBeside } from './open.ts';
import { openAsFile } from './openAsFile.ts';
import { refresh } from './refresh.ts';
import { register, type Command } from './register.ts';
import { resize } from './resize.ts';
import { setPermissions } from './setPermissions.ts';
import { showMore, showReadOnlyFiles } from './rows.ts';
import { showLocks } from './showLocks.ts';
import { removeSnapshot, snapshot } from './snapshot.ts';
import { sort } from './sort.ts';
import { sync } from './sync.ts';
import { unlink } from './unlink.ts';

const commands: Readonly<Record<string, Command>> = {
  assignType,
  cancelFilter,
  cleanGroup,
  cleanOrphans,
  clearFilter,
  compareSnapshots,
  copyLock,
  copyName,
  create,
  enableWriting,
  export: exportSegment,
  filter,
  find,
  findWriters,
  goToOffset,
  keepType,
  open,
  openBeside,
  openAsFile,
  openLine,
  openLock,
  refresh,
  refreshLocks,
  removeSnapshot,
  resize,
  setPermissions,
  showLocks,
  showMore,
  showReadOnlyFiles,
  snapshot,
  sort,
  sync,
  unlink,
};

export function registerCommands(context: CommandContext): Disposable[] {
  return Object.entries(commands).map(([name, command]) => register(name, context, command));
}
