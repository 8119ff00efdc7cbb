import { Host } from './host.ts';
import { Page } from './page.ts';

const root = document.getElementById('root');
if (root) new Page(new Host(), root);
