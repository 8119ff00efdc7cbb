import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { cache, node24, nodeHome, root, toolEnvironment } from '../lib/paths.mjs';
import { fingerprint, isFinished, markFinished, markUnfinished, writeWhole } from '../lib/stamp.mjs';
import { run, step } from '../lib/steps.mjs';

const asan = join(cache, 'asan');
const tsan = join(cache, 'tsan');

export const sanitizedAddon = join(asan, 'build/Release/shmscope.node');
export const threadedProgram = join(tsan, 'scan');

const compiler = process.env.CXX ?? 'g++';
// The check of vptr asks through a pipe whether memory can be read, and takes all objects for bad where no descriptor is left.
const ASAN_FLAGS = [
  '-fsanitize=address,undefined',
  '-fno-sanitize=vptr',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
  '-g',
  '-O1',
];
// The header of errors has functions for JavaScript's errors inline: sections that nothing calls are dropped, and what they call with them.
const TSAN_FLAGS = [
  '-fsanitize=thread',
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
  '-fno-omit-frame-pointer',
  '-g',
  '-O1',
  '-std=c++20',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** What the thread sanitizer looks at, and calls nothing of Node: the walk over /proc, what reads a source on other threads, and a watch. */
const THREADED = [
  ...['walker', 'process', 'inspect', 'assemble', 'kernel', 'maps', 'proc', 'fd', 'stat'].map((name) => `native/${name}.cc`),
  ...['source_fd', 'aligned', 'exchange', 'extents', 'heat', 'lookout'].map((name) => `native/${name}.cc`),
  ...['', '_avx2', '_bytes', '_number', '_portable'].map((part) => `native/find${part}.cc`),
  ...['', '_places'].map((part) => `native/narrow${part}.cc`),
  ...['session', 'drain', 'events', 'images', 'processes', 'record', 'ring', 'sites', 'threads', 'unwind', 'values'].map(
    (part) => `native/watchpoints_${part}.cc`,
  ),
  'test/native/tsan/reading.cc',
  'test/native/tsan/watching.cc',
  'test/native/tsan/scan.cc',
];

/** binding.gyp is a Python literal with comments, and gyp, which reads it, is Python too. */
function bindings() {
  const script = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
  const input = readFileSync(join(root, 'binding.gyp'));
  return JSON.parse(execFileSync('python3', ['-c', script], { input, encoding: 'utf8' }));
}

/** The addon's own build with the sanitizers in it: other flags for the optimizer and the linker, and symbols for the reports. */
function sanitizedBindings() {
  const { targets } = bindings();
  return {
    targets: targets.map((target) => ({
      ...target,
      cflags_cc: [...target.cflags_cc.filter((flag) => !flag.startsWith('-O')), ...ASAN_FLAGS],
      // The runtime catches exceptions of the libstdc++ that the process has, not those of a second one.
      ldflags: ['-fsanitize=address,undefined'],
    })),
  };
}

function sentence(output) {
  return /cannot find .*(libasan|libubsan|libtsan)|-l(asan|ubsan|tsan)/.test(output)
    ? 'The sanitizers of the C++ compiler are not installed: Debian has them in libgcc-12-dev and the like, Fedora in libasan, libubsan and libtsan.'
    : 'What the sanitizers look at did not compile: the compiler says why above.';
}

/** Builds what `output` is when its inputs have changed. @param {string} folder @param {string} output @param {readonly string[]} inputs @param {() => Promise<unknown>} build */
async function whenChanged(folder, output, inputs, build) {
  const stamp = join(folder, 'stamp');
  const paths = [...inputs, 'scripts/setup/sanitized.mjs'].map((path) => join(root, path));
  const wanted = fingerprint(paths, [process.arch, compiler]);
  if (isFinished(stamp, wanted) && existsSync(output)) return;
  mkdirSync(folder, { recursive: true });
  markUnfinished(stamp);
  await build();
  markFinished(stamp, wanted);
}

/** The addon with the address sanitizer and that for undefined behaviour, in .cache/asan. */
export async function buildSanitized() {
  await whenChanged(asan, sanitizedAddon, ['native', 'binding.gyp', 'node_modules/node-addon-api/package.json'], async () => {
    writeWhole(join(asan, 'binding.gyp'), JSON.stringify(sanitizedBindings(), null, 2));
    rmSync(join(asan, 'native'), { force: true });
    symlinkSync(join(root, 'native'), join(asan, 'native'));
    await step('Building the addon with the address sanitizer', () =>
      run(
        'asan',
        node24,
        [join(root, 'node_modules/node-gyp/bin/node-gyp.js'), 'configure', 'build', `--nodedir=${nodeHome}`, '--jobs=max'],
        { cwd: asan, env: { ...toolEnvironment(), PATH: `${join(nodeHome, 'bin')}:${process.env.PATH}` }, sentence },
      ),
    );
  });
}

/** The program of test/native/tsan with the thread sanitizer, in .cache/tsan. */
export async function buildThreaded() {
  await whenChanged(tsan, threadedProgram, ['native', 'test/native/tsan'], () =>
    step('Building what runs on threads with the thread sanitizer', () => {
      const api = join(root, 'node_modules/node-addon-api');
      const headers = [api, join(nodeHome, 'include/node')].flatMap((folder) => ['-isystem', folder]);
      const defines = ['-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-DNODE_ADDON_API_CPP_EXCEPTIONS', `-I${join(root, 'native')}`];
      const sources = THREADED.map((file) => join(root, file));
      return run('tsan', compiler, [...TSAN_FLAGS, ...defines, ...headers, '-o', threadedProgram, ...sources, '-pthread'], {
        sentence,
      });
    }),
  );
}

/** The file of a sanitizer's runtime that a program or library was linked with. @param {string} file @param {string} name e.g. 'libasan' */
export function runtimeOf(file, name) {
  const found = execFileSync('ldd', [file], { encoding: 'utf8' }).match(new RegExp(`${name}\\S* => (\\S+)`));
  if (!found?.[1])
    throw new Failure(`${file} is not linked with ${name}: g++ is the compiler that the sanitizers are set up for.`);
  return found[1];
}
