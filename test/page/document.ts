/** The page's document as the panel makes it, for a segment that a test plays. */
import { packFirst } from '../../src/panel/first.ts';
import { firstRows } from '../../src/panel/firstRows.ts';
import { pageHtml, type PageFiles } from '../../src/panel/html.ts';
import type { Frame } from '../../src/protocol/messages.ts';
import { scenarios, statusOf, type Scenario } from './scenarios.ts';

const FIRST_BYTES = 2048;

function firstFrame(scenario: Scenario): Frame | undefined {
  const { size } = scenario.segment;
  if (scenario.isLate || statusOf(scenario).phase !== 'live') return undefined;
  const bytes = Uint8Array.from({ length: Math.min(size, FIRST_BYTES) }, (_, at) => scenario.byte(at, 0));
  return { time: Date.now(), size, ranges: [{ offset: 0, bytes }], unheld: scenario.unheld ?? [], torn: [] };
}

/** `theme` is the class that VS Code gives the body. The host that a test plays is there before the page's own script. */
export function documentOf(name: string, theme: string, themeSheet: string, files: PageFiles): string {
  const scenario = scenarios[name] ?? scenarios['market'];
  if (!scenario) throw new Error('no scenario');
  const frame = firstFrame(scenario);
  const data = {
    reference: '{}',
    first: packFirst(scenario.segment, statusOf(scenario), frame),
    time: String(frame?.time ?? 0),
  };
  const html = pageHtml({ csp: "'self'", uri: (file) => `/${file}` }, files, data, firstRows(frame));
  const nonce = /nonce="([^"]+)"/.exec(html)?.[1] ?? '';
  const ours = `<link rel="stylesheet" href="${themeSheet}"><script nonce="${nonce}" src="/host.js"></script>`;
  return html.replace('</head>', `${ours}</head>`).replace('<body ', `<body class="${theme}" `);
}
