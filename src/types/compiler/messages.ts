/** What gcc and clang say of an error: 'FILE:LINE:COLUMN: error: …' (GNU Coding Standards, 4.4). */
import { basename } from 'node:path';

/** The first error as 'LINE:COLUMN: …', of an included file 'FILE:LINE:COLUMN: …'; `source` is the file that was compiled. */
export function firstError(said: string, source: string, program: string): string {
  const lines = said.split('\n');
  for (const line of lines) {
    const [, file = '', row = '', column = '1', text = ''] = /^(.+?):(\d+):(?:(\d+):)? (?:fatal )?error: (.*)$/.exec(line) ?? [];
    if (text !== '') return `${file === source ? '' : `${file}:`}${row}:${column}: ${sentence(text)}`;
  }
  const general = lines.find((line) => /error:/.test(line)) ?? lines.find((line) => line.trim() !== '');
  return `1:1: ${basename(program)} failed: ${sentence(general?.replace(/^[^:]*: (?:fatal )?error: /, '') ?? 'it does not say why')}`;
}

function sentence(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{C}]/gu, '')
    .trim()
    .slice(0, 300);
  // A word, and no name of a file or a thing.
  const begins = /^[a-z]+ /.test(plain) ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain;
  return `${begins}${/[.!?]$/.test(plain) ? '' : '.'}`;
}
