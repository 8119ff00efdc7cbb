/** The page's second script: all but the bytes. */
import { Page } from './page.ts';

/** What is fetched while a document loads is waited for before it is shown; so the icons come now. */
function applyIcons(): void {
  const link = document.getElementById('vscode-codicon-stylesheet');
  if (link instanceof HTMLLinkElement && link.dataset['href'] !== undefined) link.href = link.dataset['href'];
}

const opening = window.shmscopeOpening;
opening?.whenShown(() => {
  applyIcons();
  new Page(opening);
});
