/**
 * The import directions of ARCHITECTURE.md. Type imports count too, except where `types` allows them: a type says what a part
 * knows of another, only a value ties them together.
 */
import { dirname, join, normalize } from 'node:path';

/** part -> the parts that it may import from; its own is always allowed. `types`: of these, only types. @type {Record<string, { from: readonly string[], types?: readonly string[], vscode?: true }>} */
const parts = {
  'api.d.ts': { from: [], vscode: true },
  'src/protocol': { from: [], types: ['api.d.ts'] },
  'src/decode': { from: [], types: ['api.d.ts'] },
  'src/native': { from: [], types: ['api.d.ts', 'src/protocol'] },
  'src/segments': { from: ['src/native', 'src/decode'], types: ['api.d.ts'] },
  'src/types': { from: ['src/native', 'src/decode'], types: ['api.d.ts'] },
  'src/code': { from: ['src/native', 'src/types'], types: ['api.d.ts'] },
  'src/live': { from: ['src/native', 'src/decode'], types: ['api.d.ts', 'src/segments', 'src/protocol'] },
  'src/locks': { from: ['src/native', 'src/decode', 'src/segments', 'src/types'], types: ['api.d.ts', 'src/code'] },
  'src/writers': { from: ['src/native', 'src/decode', 'src/segments'], types: ['api.d.ts', 'src/code'] },
  'src/keep': {
    from: ['src/native', 'src/decode', 'src/live', 'src/segments', 'src/types', 'src/protocol'],
    types: ['api.d.ts'],
  },
  'src/files': {
    from: ['src/keep', 'src/segments', 'src/live', 'src/protocol'],
    types: ['api.d.ts', 'src/native', 'src/code'],
    vscode: true,
  },
  'src/explorer': {
    from: ['src/segments', 'src/types', 'src/live', 'src/locks', 'src/protocol'],
    types: ['api.d.ts', 'src/native', 'src/decode'],
    vscode: true,
  },
  'src/panel': {
    from: ['src/keep', 'src/files', 'src/segments', 'src/types', 'src/live', 'src/locks', 'src/writers', 'src/protocol'],
    types: ['api.d.ts', 'src/native', 'src/decode'],
    vscode: true,
  },
  'src/commands': {
    from: ['src/keep', 'src/files', 'src/segments', 'src/types', 'src/live', 'src/locks', 'src/writers', 'src/protocol'],
    types: ['api.d.ts', 'src/native', 'src/decode', 'src/panel', 'src/explorer'],
    vscode: true,
  },
  webview: { from: ['src/protocol', 'src/decode'], types: ['api.d.ts'] },
  test: { from: ['*'], vscode: true },
  scripts: { from: [] },
};
/** The common vocabulary of disposal and errors, which knows nothing of the rest. */
const shared = new Set(['src/lifecycle.ts', 'src/native/errors.ts']);
/** What also runs in the page may not even know VS Code's types. */
const inPage = new Set(['src/protocol', 'src/decode', 'webview']);
/** Files right in src/ that compose the parts. */
const composers = new Set(['src/extension.ts', 'src/api.ts']);

/** The part that a file belongs to, or undefined. @param {string} file relative to the checkout */
export function partOf(file) {
  return Object.keys(parts).find((part) => file === part || file.startsWith(`${part}/`));
}

/** Import statements of a source text. @param {string} text @returns {{ from: string, type: boolean, line: number }[]} */
export function importsOf(text) {
  // Comments are blanked and keep their lines; a string that looks like one does not occur before an import.
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
  const found = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[\w*\s{},$]+?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    found.push({ from: match[2] ?? '', type: match[1] !== undefined, at: match.index });
  }
  for (const match of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    // `typeof import('…')` is a type, and so is `import('…').Name` where a type stands; only the former can be told by text.
    found.push({ from: match[1] ?? '', type: /typeof\s+$/.test(code.slice(0, match.index)), at: match.index });
  }
  return found.map(({ from, type, at }) => ({
    from,
    type,
    line: code.slice(0, at).split('\n').length + (code.slice(at).startsWith('\n') ? 1 : 0),
  }));
}

/**
 * What is wrong with the imports of one file.
 * @param {string} file relative to the checkout
 * @param {string} text
 * @returns {string[]} 'src/decode/x.ts:3: …'
 */
export function wrongImports(file, text) {
  const part = partOf(file);
  if (composers.has(file)) return [];
  if (part === undefined && !shared.has(file))
    return file.startsWith('src/') ? [`${file}:1: belongs to no part that ARCHITECTURE.md knows`] : [];
  const rule = part === undefined ? { from: [], types: ['api.d.ts'] } : parts[part];
  if (!rule || rule.from.includes('*')) return [];
  const problems = [];
  for (const { from, type, line } of importsOf(text)) {
    const complain = (what) => problems.push(`${file}:${line}: ${part ?? file} must not import ${what}`);
    if (from === 'vscode') {
      if (!rule.vscode && (!type || inPage.has(part ?? '')))
        complain("'vscode': only extension.ts, api.ts, explorer, panel, files and commands may, others its types");
      continue;
    }
    if (!from.startsWith('.')) continue;
    const target = normalize(join(dirname(file), from));
    const other = partOf(target);
    if ((other !== undefined && other === part) || shared.has(target)) continue;
    if (other !== undefined && rule.from.includes(other)) continue;
    if (other !== undefined && type && rule.types?.includes(other)) continue;
    complain(`${target}${other !== undefined && rule.types?.includes(other) ? ' but for its types (import type)' : ''}`);
  }
  return problems;
}
