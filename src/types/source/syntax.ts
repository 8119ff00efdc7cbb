/** The syntax tree of one declaration, by tree-sitter's grammar of C, with places counted in the declaration's tokens. */
import { Language, Parser } from 'web-tree-sitter';
import { DeclarationError, quote } from '../errors.ts';
import type { Token } from './lexer.ts';
import type { Declaration } from './normalize.ts';

export interface SyntaxNode {
  readonly type: string;
  /** What it is to its parent: 'declarator', 'body', … */
  readonly field: string | undefined;
  /** Indices into the declaration's tokens: [start, end). */
  readonly start: number;
  readonly end: number;
  readonly missing: boolean;
  /** Named ones only. */
  readonly children: readonly SyntaxNode[];
}

export interface GrammarFiles {
  /** web-tree-sitter.wasm and tree-sitter-c.wasm. */
  readonly runtime: string;
  readonly grammar: string;
}

export class Grammar {
  readonly #parser: Parser;

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  static async load(files: GrammarFiles): Promise<Grammar> {
    await Parser.init({ locateFile: () => files.runtime });
    const parser = new Parser();
    parser.setLanguage(await Language.load(files.grammar));
    return new Grammar(parser);
  }

  /** Throws a DeclarationError where the grammar does not fit. */
  parse(declaration: Declaration): SyntaxNode {
    const { text, starts } = plainText(declaration);
    const tree = this.#parser.parse(text);
    if (tree === null) throw new DeclarationError(declaration.tokens[0]?.at ?? 0, 'This declaration cannot be read.');
    try {
      const root = copyTree(tree.walk(), starts);
      const problem = tree.rootNode.hasError ? findProblem(root) : undefined;
      if (problem !== undefined) throw describe(problem, declaration.tokens);
      return root;
    } finally {
      tree.delete();
    }
  }
}

const KEYWORDS = new Set(['struct', 'union', 'enum', 'sizeof', '_Alignof', 'void']);

/** The declaration for the grammar, and where each token begins in it. What stands in square brackets is one 0. */
function plainText({ tokens, isTypedef }: Declaration): { text: string; starts: number[] } {
  let text = isTypedef ? 'typedef ' : '';
  const starts: number[] = [];
  let square = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.text === ']') square--;
    starts.push(text.length);
    const inner = square > 0;
    if (token.text === '[') square++;
    if (!inner) text += `${plainToken(token)} `;
    else if (tokens[i - 1]?.text === '[' && square === 1) text += '0 ';
  }
  return { text, starts };
}

function plainToken({ kind, text }: Token): string {
  if (kind === 'number' || kind === 'char') return '0';
  if (kind === 'string') return '""';
  if (kind !== 'name' || KEYWORDS.has(text)) return text;
  return isBasicName(text) ? 'int' : `n_${text.replace(/[^A-Za-z0-9_]/g, '_')}`;
}

/** A word that the language keeps for itself, which tree-sitter takes for a name in places. */
export function isKeyword(text: string): boolean {
  return KEYWORDS.has(text) || isBasicName(text);
}

const BASIC_NAME =
  /^(?:(?:unsigned |signed )?(?:char|short|int|long|long long|__int128)|float|double|long double|_Bool|_Float16|__float128)$/;

export function isBasicName(text: string): boolean {
  return BASIC_NAME.test(text);
}

type Cursor = ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>;

interface OpenNode extends SyntaxNode {
  readonly children: SyntaxNode[];
}

/** Copied once, without recursion: each step on the tree itself crosses into WebAssembly. */
function copyTree(cursor: Cursor, starts: readonly number[]): SyntaxNode {
  const node = (): OpenNode => ({
    type: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    start: firstAtOrAfter(starts, cursor.startIndex),
    end: firstAtOrAfter(starts, cursor.endIndex),
    missing: cursor.nodeIsMissing,
    children: [],
  });
  const root = node();
  const stack: OpenNode[] = [root];
  let down = cursor.gotoFirstChild();
  while (stack.length > 0) {
    if (!down) {
      stack.pop();
      if (stack.length === 0 || !cursor.gotoParent()) break;
      down = cursor.gotoNextSibling();
      continue;
    }
    const parent = stack.at(-1);
    if (parent === undefined) break;
    if (cursor.nodeIsNamed || cursor.nodeIsMissing) {
      const child = node();
      parent.children.push(child);
      if (cursor.gotoFirstChild()) {
        stack.push(child);
        continue;
      }
    }
    down = cursor.gotoNextSibling();
  }
  cursor.delete();
  return root;
}

function firstAtOrAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first node that the grammar could not make sense of. The missing name of an unnamed bit-field is no problem. */
function findProblem(root: SyntaxNode): SyntaxNode | undefined {
  const stack: SyntaxNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'ERROR') return node;
    for (let i = node.children.length - 1; i >= 0; i--) {
      const child = node.children[i];
      if (child === undefined) continue;
      const unnamedBitField =
        child.missing && child.type === 'field_identifier' && node.children[i + 1]?.type === 'bitfield_clause';
      if (child.missing && !unnamedBitField) return child;
      if (!child.missing) stack.push(child);
    }
  }
  return undefined;
}

function describe(problem: SyntaxNode, tokens: readonly Token[]): DeclarationError {
  const token = tokens[Math.min(problem.start, tokens.length - 1)];
  const at = token?.at ?? 0;
  if (!problem.missing)
    return new DeclarationError(at, `${quote(token?.text ?? '')} does not belong here: this is no declaration of C.`);
  const what = /identifier/.test(problem.type) ? 'A name' : quote(problem.type);
  return new DeclarationError(at, `${what} is missing before ${quote(token?.text ?? 'the end')}.`);
}
