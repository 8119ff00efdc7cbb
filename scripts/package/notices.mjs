import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { root } from '../lib/paths.mjs';
import { writeWhole } from '../lib/stamp.mjs';

/** What is in dist/, by its licence's duty to be named: bundled code, copied files, headers compiled into the addon. */
const shipped = [
  'jsonc-parser',
  '@vscode/codicons',
  '@vscode-elements/elements',
  'lit',
  'lit-html',
  'lit-element',
  '@lit/reactive-element',
  '@lit/context',
  'node-addon-api',
];

/** What is linked into dist/shmscope-dwarf: its notice, and where what is needed to link it anew can be had (LGPL-3.0, 4). */
const ELFUTILS = [
  '## elfutils: libelf (LGPL-3.0-or-later or GPL-2.0-or-later)',
  'https://sourceware.org/elfutils/',
  'dist/shmscope-dwarf is linked with the libelf of elfutils, Copyright Red Hat, Inc. and others, unchanged, as the distribution that ' +
    'this package was built on has it. The sources of shmscope-dwarf (native/dwarf/) and the script that builds and links it ' +
    '(scripts/setup/dwarf.mjs) are in the sources of ShmScope: with them it can be linked with another version of libelf. It also ' +
    'holds zlib (https://zlib.net, Copyright Jean-loup Gailly and Mark Adler, zlib licence), the decompressor of zstd ' +
    '(https://facebook.github.io/zstd, Copyright Meta Platforms, Inc., BSD licence) and that of libdeflate ' +
    '(https://github.com/ebiggers/libdeflate, Copyright Eric Biggers and others, MIT licence).',
];

/** Writes THIRD_PARTY_NOTICES.md from the licences in node_modules. @param {string} stage folder */
export function writeNotices(stage) {
  const parts = ['# Third-party notices', 'ShmScope ships the following, each under its own licence.'];
  for (const name of shipped) {
    const folder = join(root, 'node_modules', name);
    const { version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    // All of them: codicons have one for the font and one for the style sheet.
    const texts = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
    if (texts.length === 0) throw new Failure(`node_modules/${name} ships, and has no licence to be named with.`);
    const url = typeof repository === 'string' ? repository : repository?.url;
    parts.push(
      `## ${name} ${version} (${license})`,
      url ?? '',
      ...texts.map((text) => `\`\`\`\n${readFileSync(join(folder, text), 'utf8').trim()}\n\`\`\``),
    );
  }
  if (existsSync(join(stage, 'dist', 'shmscope-dwarf'))) parts.push(...ELFUTILS);
  writeWhole(join(stage, 'THIRD_PARTY_NOTICES.md'), `${parts.filter(Boolean).join('\n\n')}\n`);
}
