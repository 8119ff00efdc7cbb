/** The page, fetched by first.ts when its first rows are on the screen. */
import { Host } from './host.ts';
import { Page } from './page.ts';

const root = document.getElementById('page');
if (root) void window.shmscopeStyled?.then(() => new Page(new Host(), root));
