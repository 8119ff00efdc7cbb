/** Whether a text is C++: by what C has no use for. */
import type { Token } from './lexer.ts';

export function writesCpp(tokens: readonly Token[]): boolean {
  return tokens.some((token, i) => {
    const next = tokens[i + 1];
    switch (token.text) {
      case '::':
        return token.kind === 'punctuator';
      case 'class':
        return next?.kind === 'name' && /^([{:;]|final|alignas)$/.test(tokens[i + 2]?.text ?? '');
      case 'template':
        return next?.text === '<';
      case 'namespace':
        return next?.kind === 'name' || next?.text === '{';
      case 'using':
      case 'operator':
        return next !== undefined && !/^[,;=)[]$/.test(next.text);
      case 'public':
      case 'private':
      case 'protected':
        return next?.text === ':' || next?.kind === 'name';
      case 'virtual':
        return next?.kind === 'name' || next?.text === '~';
      case 'enum':
        return /^(class|struct)$/.test(next?.text ?? '') && tokens[i + 2]?.kind === 'name';
      case 'struct':
        return next?.kind === 'name' && (tokens[i + 2]?.text === ':' || tokens[i + 2]?.text === 'final');
      default:
        return false;
    }
  });
}
