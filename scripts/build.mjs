import './lib/host.mjs';
import { main } from './lib/main.mjs';
import { setUp } from './setup/index.mjs';
import { watchBundles } from './setup/bundles.mjs';

await main(async () => {
  await setUp();
  if (process.argv.includes('--watch')) {
    await watchBundles();
    await new Promise(() => {});
  }
});
