/** Knows of no locks: stands where nothing looks at them. */
import { shmError } from '../native/errors.ts';
import type { LocksModel } from './face.ts';

const refuse = async (): Promise<never> => {
  throw shmError('ENOTSUP', 'ShmScope does not look at locks here.');
};

export const noLocks: LocksModel = {
  last: undefined,
  onDidChange: () => ({ dispose: () => undefined }),
  of: () => undefined,
  look: refuse,
  lookAt: refuse,
};
