import { existsSync } from 'node:fs';
import { toolEnvironment } from './paths.mjs';
import { run } from './steps.mjs';

/** Whether Debian's packages can be installed without asking. */
export function canInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** @param {string} name of the log @param {...string} args */
export function apt(name, ...args) {
  const env = { ...toolEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
  return run(name, 'apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-q', ...args], { env, sentence: () => 'apt-get failed' });
}
