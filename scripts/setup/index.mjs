import { Failure } from '../lib/failure.mjs';
import { withLock } from '../lib/lock.mjs';
import { step } from '../lib/steps.mjs';
import { buildAddon } from './addon.mjs';
import { buildBundles } from './bundles.mjs';
import { checkCompiler } from './compiler.mjs';
import { buildDwarf } from './dwarf.mjs';
import { installDependencies } from './dependencies.mjs';

/** Builds the bundles; what esbuild complains of becomes a sentence. @param {Parameters<typeof buildBundles>[0]} [options] */
export async function bundle(options) {
  try {
    await buildBundles(options);
  } catch (error) {
    if (!Array.isArray(error?.errors)) throw error;
    const { formatMessages } = await import('esbuild');
    const lines = await formatMessages(error.errors, { kind: 'error', color: false });
    throw new Failure('The bundles were not built: esbuild says why above.', { tail: lines.join('').trim() });
  }
}

/**
 * Everything that makes the checkout a runnable extension; what is there and up to date is kept.
 * @param {() => Promise<void>} [more] set-up of the calling command, under the same lock
 */
export function setUp(more = async () => {}) {
  return withLock(async () => {
    checkCompiler();
    await installDependencies();
    await buildAddon();
    await buildDwarf();
    await step('Building the bundles', () => bundle());
    await more();
  });
}
