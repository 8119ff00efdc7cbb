import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Hash of files and folders (their names and contents). What does not exist counts as absent.
 * @param {readonly string[]} paths
 * @param {readonly string[]} extra anything else that the result depends on
 */
export function fingerprint(paths, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text}\0`);
  const add = (path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    hash.update(`${path}\0`);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else if (stat.isFile()) hash.update(readFileSync(path));
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}

/** Whether the stamp file says that the thing with this fingerprint was finished. @param {string} file @param {string} value */
export function isFinished(file, value) {
  try {
    return readFileSync(file, 'utf8') === value;
  } catch {
    return false;
  }
}

/** Written last, so that a half-made thing has no stamp. @param {string} file @param {string} value */
export function markFinished(file, value) {
  writeWhole(file, value);
}

/** @param {string} file */
export function markUnfinished(file) {
  rmSync(file, { force: true });
}

/** Replaces a file in one move: whoever has the old one open or mapped keeps it whole. @param {string} file @param {string | Uint8Array} content */
export function writeWhole(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, content);
  renameSync(part, file);
}
