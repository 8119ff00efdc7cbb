import { spawn } from 'node:child_process';

/** Each with the time in ms that it gets to end by itself. @type {Map<import('node:child_process').ChildProcess, number>} */
const children = new Map();
/** @type {(() => unknown)[]} */
const endings = [];
let ending = false;

/**
 * Starts a process in a process group of its own, so that it and what it starts can be ended together.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {number} [grace] ms between SIGTERM and SIGKILL; short for what keeps no state of its own
 */
export function start(command, args, options = {}, grace = 5000) {
  const child = spawn(command, args, { detached: true, ...options });
  children.set(child, grace);
  // Kept until its streams are closed too: a grandchild that still writes is still there to be ended.
  child.once('close', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals | 0} signal */
function signalGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
    return child.pid !== undefined;
  } catch {
    return false;
  }
}

// The last resort, for a command that dies of its own fault: nothing that it started outlives it.
process.once('exit', () => {
  for (const child of children.keys()) signalGroup(child, 'SIGKILL');
});

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * SIGTERM to the group of a child, SIGKILL to what is left of it after its grace.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function end(child) {
  const grace = children.get(child) ?? 0;
  signalGroup(child, 'SIGTERM');
  const last = Date.now() + grace;
  while (signalGroup(child, 0) && Date.now() < last) await pause(25);
  signalGroup(child, 'SIGKILL');
  children.delete(child);
}

/** Called once when the command ends, however it ends. @param {() => unknown} work */
export function atEnd(work) {
  endings.push(work);
}

export async function endAll() {
  if (ending) return;
  ending = true;
  await Promise.all([...children.keys()].map((child) => end(child)));
  for (const work of endings.reverse()) {
    try {
      await work();
    } catch (error) {
      console.error(error);
    }
  }
}

/** @param {number} code */
function endWith(code) {
  if (ending) return;
  process.exitCode = code;
  void endAll().then(() => process.exit(code));
}

/** Ctrl-C, a closed terminal and kill end what was started, then this process by the same signal's exit code. */
export function endOnSignals() {
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])) {
    process.on(signal, () => endWith(code));
  }
  // A killed npm cannot pass its signal on.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && endWith(143), 500).unref();
}
