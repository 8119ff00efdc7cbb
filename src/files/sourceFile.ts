/** Where a source file is that debug info names by its path on the machine that built it. Pure. */

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A glob that finds `name` in any folder, and other names where it has characters that a glob cannot take as they are. */
export function globOf(name: string): string {
  return `**/${name.replaceAll(/[*?[\]{}!\\,\0]/g, '?')}`;
}

/** Of `candidates` the one whose path ends as `wanted` does for the longest; undefined where none or more than one does. */
export function sameTail(wanted: string, candidates: readonly string[]): string | undefined {
  const lengths = candidates.map((candidate) => commonTail(wanted, candidate));
  const longest = Math.max(0, ...lengths);
  const best = candidates.filter((_, index) => lengths[index] === longest);
  return longest > 0 && best.length === 1 ? best[0] : undefined;
}

/** How many parts of the paths are equal, from the end. */
function commonTail(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  let count = 0;
  while (count < Math.min(a.length, b.length) && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}

/** As written by a compiler: '/build/../src/./feed.c'. */
function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop();
    else if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts;
}
