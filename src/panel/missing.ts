/** A segment that a panel showed before the window was reloaded, and that is not there any more. */
import type { Segment } from '../../api.d.ts';
import type { Reference } from '../segments/reference.ts';

/** Undefined where the reference has no name that a panel could be called by. */
export function missingSegment({ id, kind, name }: Reference): Segment | undefined {
  if (kind === undefined || name === undefined) return undefined;
  return {
    id: id ?? `missing:${kind}:${name}`,
    kind,
    name,
    device: '0:0',
    inode: 0,
    size: 0,
    uid: 0,
    gid: 0,
    mode: 0,
    unlinked: true,
    orphaned: false,
    mappings: [],
    holders: [],
    access: { read: false, write: false },
    namespace: 'host',
  };
}
