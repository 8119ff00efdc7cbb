/** Import it first: a `vscode` for rooms that import it for what the test does not ask of them. */
import { registerHooks } from 'node:module';

const NOTHING = 'data:text/javascript,export const commands = {}; export const window = {}; export const workspace = {};';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: NOTHING, shortCircuit: true } : next(specifier, context),
});
