import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { apt, canInstall } from '../lib/apt.mjs';
import { step } from '../lib/steps.mjs';

const architectures = { 'aarch64-linux-gnu': 'arm64', 'arm-linux-gnueabihf': 'armhf', 'i686-linux-gnu': 'i386' };

/** What judges layouts: a file of each of Debian's packages, and the package. */
const packages = [
  ['/usr/bin/clang', 'clang'],
  ...(spawnSync('python3', ['-c', 'import numpy']).status === 0
    ? []
    : [['/usr/lib/python3/dist-packages/numpy', 'python3-numpy']]),
  ...Object.entries(architectures).flatMap(([triple, architecture]) => [
    [`/usr/bin/${triple}-gcc`, `gcc-${triple}`],
    [`/usr/bin/${triple}-g++`, `g++-${triple}`],
    [`/usr/${triple}/include/stdio.h`, `libc6-dev-${architecture}-cross`],
  ]),
];

/** Installs what is missing where that needs no question. Elsewhere, and where it fails, the tests that ask them are skipped and say so. */
export async function installCompilers() {
  const missing = packages.flatMap(([file, name]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0 || !canInstall()) return;
  await step('Installing the compilers that judge layouts', async () => {
    await apt('apt-update', 'update').catch(() => {}); // the lists that are there may do
    await apt('apt-compilers', 'install', '-y', '--no-install-recommends', ...missing);
  }).catch(() => {});
}
