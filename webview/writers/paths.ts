/** The last part of a path, by which people know a file. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}
