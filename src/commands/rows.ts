/** shmscope.showMore and shmscope.showReadOnlyFiles: rows of the views that are not shown at first. */
import type { MoreNode } from '../explorer/nodes.ts';
import { shmError } from '../native/errors.ts';
import { isMoreLocks } from './lockRows.ts';
import type { Command } from './register.ts';

export const showMore: Command = async ({ explorer, locksView }, { target }) => {
  if (isMoreLocks(target)) return locksView.showMore(target);
  if (!isMore(target)) throw shmError('EINVAL', 'showMore is for the last row of a long list in the explorer.');
  await explorer.showMore(target);
};

function isMore(target: unknown): target is MoreNode {
  return typeof target === 'object' && target !== null && 'node' in target && target.node === 'more';
}

/** Takes { show: true } or { show: false }; without it, the other way round. */
export const showReadOnlyFiles: Command = async ({ explorer }, { options }) => {
  const { show } = options;
  if (show !== undefined && typeof show !== 'boolean') throw shmError('EINVAL', 'show is true or false.');
  await explorer.setReadOnly(show ?? !explorer.showsReadOnly);
};
