/** The script within the document: as small as the bytes need it. The rest is fetched beside it, and runs when they are on the screen. */
import { Host } from './host.ts';
import { Opening } from './opening.ts';

const root = document.getElementById('page');
const { rest } = document.body.dataset;
if (root && rest !== undefined) {
  const opening = new Opening(new Host(), root);
  window.shmscopeOpening = opening;
  import(decodeURIComponent(rest)).catch(() => {
    opening.slots.footer.textContent = 'The controls of this page could not be loaded. Close it and open it again.';
  });
}
