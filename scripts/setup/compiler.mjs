import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';

/** What installs what this project is built with. @type {readonly (readonly [RegExp, string])[]} */
const tools = [
  [/debian|ubuntu/, 'sudo apt-get install build-essential python3'],
  [/fedora|rhel|centos/, 'sudo dnf install gcc gcc-c++ make python3'],
  [/suse/, 'sudo zypper install gcc gcc-c++ make python3'],
  [/arch/, 'sudo pacman -S --needed base-devel python'],
  [/alpine/, 'apk add build-base linux-headers python3'],
];

/**
 * The command that installs something on this system.
 * @param {readonly (readonly [RegExp, string])[]} commands by the ids in os-release(5): ID first, then ID_LIKE
 * @param {string} otherwise what to install where none of them fits
 * @param {string} release the text of /etc/os-release
 */
export function installing(commands, otherwise, release = osRelease()) {
  const ids = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)/gm)].map((match) => match[1]).join(' ');
  const known = commands.find(([pattern]) => pattern.test(ids));
  return known ? `install it with: ${known[1]}` : `install ${otherwise} with the package manager of this system`;
}

/** @param {string} [release] the text of /etc/os-release */
export const remedy = (release) => installing(tools, 'gcc, g++ (10 or newer), make and python3', release);

function osRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} command @param {readonly string[]} args */
function works(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Refuses, in one sentence, a machine without what the addon and the demo are built with. */
export function checkCompiler() {
  const [cxx, ...flags] = (process.env.CXX ?? 'c++').split(' ');
  const compiler = works(cxx, ['--version']) ? cxx : 'g++';
  const missing = [];
  if (!works('python3', ['--version'])) missing.push('python3');
  if (!works('make', ['--version'])) missing.push('make');
  if (!works(process.env.CC?.split(' ')[0] ?? 'cc', ['--version'])) missing.push('a C compiler');
  if (!works(compiler, ['--version'])) missing.push('a C++ compiler');
  if (missing.length) throw new Failure(`Building the addon needs ${new Intl.ListFormat('en').format(missing)}: ${remedy()}.`);
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-'));
  try {
    const source = join(folder, 'probe.cc');
    writeFileSync(source, '#include <concepts>\n#include <span>\nint main() { return std::span<int>{}.empty() ? 0 : 1; }\n');
    if (!works(compiler, [...flags, '-std=c++20', '-fsyntax-only', source])) {
      throw new Failure(
        `The C++ compiler '${compiler}' cannot compile C++20 with its library: ${remedy()}, or point CXX at g++ 10 or clang 14 or newer.`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
