import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { apt, canInstall } from '../lib/apt.mjs';
import { root } from '../lib/paths.mjs';
import { fingerprint, isFinished, markFinished, markUnfinished } from '../lib/stamp.mjs';
import { run, step } from '../lib/steps.mjs';
import { installing } from './compiler.mjs';

const folder = join(root, 'build', 'dwarf');
const sources = join(root, 'native', 'dwarf');

/** The program that reads debug info. */
export const dwarfFile = join(folder, 'shmscope-dwarf');

/** elfutils and what its libelf.a needs: the header dwarf.h is in the package of libdw. */
const packages = ['libelf-dev', 'libdw-dev', 'zlib1g-dev', 'libzstd-dev', 'libdeflate-dev'];

/** @type {readonly (readonly [RegExp, string])[]} */
const commands = [
  [/debian|ubuntu/, `sudo apt-get install ${packages.join(' ')}`],
  [
    /fedora|rhel|centos/,
    'sudo dnf install elfutils-devel elfutils-libelf-devel-static zlib-devel libzstd-devel libdeflate-devel',
  ],
  [/suse/, 'sudo zypper install libelf-devel libdw-devel zlib-devel libzstd-devel libdeflate-devel'],
  [/arch/, 'sudo pacman -S --needed elfutils zlib zstd libdeflate'],
  [/alpine/, 'apk add elfutils-dev zlib-dev zstd-dev zlib-static zstd-static libdeflate-dev'],
];

/** @param {string} [release] the text of /etc/os-release */
export const remedy = (release) => installing(commands, 'the headers of elfutils (libelf and libdw) and zlib', release);

const compiler = () => (process.env.CXX ?? 'c++').split(' ');

async function fromApt() {
  await apt('apt-update', 'update').catch(() => {}); // the lists that are there may do
  await apt('apt-elfutils', 'install', '-y', '--no-install-recommends', ...packages);
}

/** Where the compiler finds a file of the system, or undefined. @param {string} name */
function systemFile(name) {
  const [command, ...flags] = compiler();
  const found = execFileSync(command, [...flags, `-print-file-name=${name}`], { encoding: 'utf8' }).trim();
  return isAbsolute(found) && existsSync(found) ? found : undefined;
}

/** @param {string} header */
function hasHeader(header) {
  const [command, ...flags] = compiler();
  try {
    execFileSync(command, [...flags, '-E', '-x', 'c++', '-'], {
      input: `#include <${header}>\n`,
      stdio: ['pipe', 'ignore', 'ignore'],
      maxBuffer: 2 ** 26,
    });
    return true;
  } catch {
    return false;
  }
}

const isThere = () => ['gelf.h', 'dwarf.h', 'zlib.h'].every(hasHeader);

/** What native/dwarf/inflate.cc takes where its header is there. */
const optional = new Map([
  ['zstd', 'zstd.h'],
  ['deflate', 'libdeflate.h'],
]);

/** Linked into the program where the archives are there, so that it needs only libc. Newer ones of libelf know zstd. */
function libraries() {
  const names = [...optional].filter(([, header]) => hasHeader(header)).map(([name]) => name);
  return ['elf', 'z', ...names].map((name) => systemFile(`lib${name}.a`) ?? `-l${name}`);
}

const FLAGS = ['-std=c++20', '-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-pthread'];
const SECTIONS = ['-ffunction-sections', '-fdata-sections'];
const LINK = ['-pthread', '-static-libstdc++', '-static-libgcc', '-Wl,--gc-sections', '-Wl,--as-needed', '-Wl,-s'];

async function compile() {
  const [command, ...flags] = compiler();
  const sentence = () => 'The reader of debug info did not compile: the compiler says why above.';
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const waiting = readdirSync(sources).filter((name) => name.endsWith('.cc'));
  const objects = waiting.map((name) => join(folder, name.replace(/cc$/, 'o')));
  const worker = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const object = join(folder, name.replace(/cc$/, 'o'));
      await run(`dwarf-${name}`, command, [...flags, ...FLAGS, ...SECTIONS, '-c', join(sources, name), '-o', object], {
        sentence,
      });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  await run('dwarf-link', command, [...flags, ...LINK, '-o', dwarfFile, ...objects, ...libraries()], { sentence });
}

/**
 * Builds the program that reads debug info, when its sources changed. Where libelf is not there and cannot be installed, it says so
 * and goes on: all else works without.
 */
export async function buildDwarf() {
  const stamp = join(root, 'build', 'dwarf.stamp');
  const wanted = fingerprint(
    [sources, join(root, 'native', 'fd.h'), join(root, 'scripts', 'setup', 'dwarf.mjs')],
    [process.arch, process.env.CXX ?? ''],
  );
  if (isFinished(stamp, wanted) && existsSync(dwarfFile)) return;
  markUnfinished(stamp);
  if (!isThere() && canInstall()) await step('Installing the headers of elfutils', fromApt).catch(() => {});
  if (!isThere()) {
    rmSync(dwarfFile, { force: true });
    console.log(`Types are not read from debug info: that needs elfutils' libelf; ${remedy()}.`);
    return;
  }
  await step('Building the reader of debug info', compile);
  markFinished(stamp, wanted);
}
