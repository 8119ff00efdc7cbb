/**
 * The script within the document. What stands there already (src/panel/firstRows.ts) is taken away where it does not hold, before anything is
 * painted; the page itself is fetched beside it.
 */
import { FIRST_MAX_AGE } from '../src/protocol/limits.ts';
import './api.ts';

const api = acquireVsCodeApi();
window.shmscopeApi = api;
const { time, page = '', style = '' } = document.body.dataset;
const rows = document.getElementById('first-rows');

// Who had the page open before had it somewhere else, or looking otherwise.
if (api.getState() !== undefined || !(Math.abs(Date.now() - Number(time)) < FIRST_MAX_AGE)) rows?.remove();

/** Of what is fetched before the document is loaded, VS Code would wait for the style sheets to show it. */
async function load(): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = decodeURIComponent(style);
  const styled = new Promise<unknown>((resolve, reject) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', reject);
  });
  document.head.append(link);
  // The icons' sheet was named for the elements that look for it.
  const icons = document.getElementById('vscode-codicon-stylesheet');
  if (icons instanceof HTMLLinkElement && icons.dataset['href'] !== undefined) icons.href = icons.dataset['href'];
  window.shmscopeStyled = styled;
  await Promise.all([styled, import(decodeURIComponent(page))]);
}

function begin(): void {
  load().catch(() => {
    rows?.remove();
    const footer = document.querySelector('.footer');
    if (footer) footer.textContent = 'This page could not be loaded. Close it and open it again.';
  });
}

if (document.readyState === 'complete') begin();
else window.addEventListener('load', begin, { once: true });
