import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../lib/children.mjs';
import { cache, root } from '../lib/paths.mjs';
import { runtimeOf, sanitizedAddon, threadedProgram } from '../setup/sanitized.mjs';
import { runInNode } from './mocha.mjs';
import { judge } from './results.mjs';

/** @typedef {import('./results.mjs').SuiteResult} SuiteResult */

const reports = join(cache, 'sanitizers');

/** Where the sanitizers of this run write, one file a process. */
function freshReports(suite) {
  const prefix = `${suite}.${process.pid}`;
  mkdirSync(reports, { recursive: true });
  for (const name of readdirSync(reports)) if (name.startsWith(`${suite}.`)) rmSync(join(reports, name), { force: true });
  return { path: join(reports, prefix), read: () => readReports(prefix) };
}

/** What the sanitizers found, each as a failed test. @param {string} prefix @returns {import('./results.mjs').TestRecord[]} */
function readReports(prefix) {
  return readdirSync(reports)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => {
      const text = readFileSync(join(reports, name), 'utf8');
      const title = /(?:ERROR|WARNING): .*|.*runtime error: .*/.exec(text)?.[0];
      if (title === undefined) return [];
      console.log(text);
      return [{ suite: '', event: 'fail', title, error: `.cache/sanitizers/${name}\n${text}` }];
    });
}

/** @param {SuiteResult} result @param {import('./results.mjs').TestRecord[]} found @returns {SuiteResult} */
const withFindings = (result, found) => (found.length ? { ...result, records: [...result.records, ...found] } : result);

/**
 * The native suite with the addon that buildSanitized() made. Node itself has no sanitizer in it, so its runtime is loaded first, there and
 * in all that a test starts, which may be a Node again; memory that Node keeps until its end is no leak of the addon's.
 */
export async function runUnderAddressSanitizer() {
  const { path, read } = freshReports('asan');
  const options = [`log_path=${path}`, 'detect_leaks=0', 'exitcode=99', 'print_stacktrace=1'].join(':');
  const env = {
    SHMSCOPE_ADDON: sanitizedAddon,
    LD_PRELOAD: runtimeOf(sanitizedAddon, 'libasan'),
    ASAN_OPTIONS: options,
    UBSAN_OPTIONS: options,
  };
  const result = await runInNode('asan', { timeout: 120_000, folders: ['native'], env });
  const found = read();
  // That for undefined behaviour writes to the console and no file.
  if (result.crash && !found.length) return { ...result, crash: `${result.crash}; what a sanitizer found stands above` };
  return withFindings(result, found);
}

/** Some kernels spread addresses further than the runtime knows, which is fatal to it: without spreading it runs on all of them. */
function withoutSpreading(program) {
  const command = ['setarch', process.arch === 'arm64' ? 'aarch64' : 'x86_64', '-R'];
  return spawnSync(command[0] ?? '', [...command.slice(1), 'true']).status === 0 ? [...command, program] : [program];
}

/** The program that buildThreaded() made; it prints 'pass TITLE' or 'fail TITLE' a check. @returns {Promise<SuiteResult>} */
export async function runUnderThreadSanitizer() {
  const { path, read } = freshReports('tsan');
  const [command = '', ...args] = withoutSpreading(threadedProgram);
  const child = start(command, args, {
    cwd: root,
    env: { ...process.env, TSAN_OPTIONS: `log_path=${path}:exitcode=99:halt_on_error=0` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('close', resolve);
  });
  /** @type {import('./results.mjs').TestRecord[]} */
  const records = [...output.matchAll(/^(pass|fail) (.*)$/gm)].map(([, event, title]) => ({
    suite: 'tsan',
    event: event === 'pass' ? 'pass' : 'fail',
    title: title ?? '',
  }));
  for (const { event, title } of records) console.log(`${event === 'pass' ? '✓' : '✗'} ${title}`);
  if (/^end$/m.test(output)) records.push({ suite: 'tsan', event: 'end' });
  return judge('tsan', [...records, ...read()], code);
}
