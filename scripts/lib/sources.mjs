import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Source files of the project, relative to the checkout. @param {RegExp} name */
export function sources(name) {
  return ['api.d.ts', 'native', 'src', 'webview', 'test', 'scripts', 'demo'].flatMap((top) => {
    if (top.includes('.')) return name.test(top) ? [top] : [];
    return readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .map((file) => join(top, file))
      .filter((file) => name.test(file));
  });
}
