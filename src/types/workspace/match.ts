/** Which line of .vscode/shmscope.json is about a segment. */
import { isAbsolute, relative } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import type { WorkspaceType } from './file.ts';
import { literalGlob, matchesGlob } from './glob.ts';

/** The first line that is meant. `folder`: the absolute path of the workspace folder, in which relative paths of files begin. */
export function typeFor(types: readonly WorkspaceType[], segment: Segment, folder: string): WorkspaceType | undefined {
  const names = namesOf(segment, folder);
  return types.find(
    ({ pattern, kind }) => (kind ?? segment.kind) === segment.kind && names.some((name) => matchesGlob(pattern, name)),
  );
}

/** The names by which a pattern may mean it. What has no name of its own, as an IPC_PRIVATE segment, is never meant. */
function namesOf(segment: Segment, folder: string): readonly string[] {
  const { kind, name, sysv } = segment;
  if (name === '' || sysv?.key === 0) return [];
  if (sysv) return [name, `0x${(sysv.key >>> 0).toString(16)}`, String(sysv.key)];
  if (kind === 'posix') return [name, name.slice(1)];
  const inside = kind === 'file' ? insideOf(folder, name) : undefined;
  return inside === undefined ? [name] : [name, inside];
}

/** The pattern that means this segment and no other, to begin with when it is asked for. Undefined for what has no name. */
export function patternOf(segment: Segment, folder: string): string | undefined {
  const names = namesOf(segment, folder);
  const name = segment.kind === 'file' ? names.at(-1) : names[0];
  return name === undefined ? undefined : literalGlob(name);
}

/** The path from the folder on; undefined where it lies elsewhere. */
export function insideOf(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : inside;
}
