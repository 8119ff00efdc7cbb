/** The words of basic types, and others that no name may be. */
import { DeclarationError, quote } from '../../errors.ts';
import type { Token } from './lexer.ts';

const BASIC = new Set(
  (
    'void char short int long float double signed unsigned __signed __signed__ _Bool __int128 _Float16 __float128 _Complex ' +
    '__complex__ _Float32 _Float64 _Float128 _Float32x _Float64x'
  ).split(' '),
);
/** Those that say nothing of a layout. */
const QUALIFIERS = new Set(
  (
    'const volatile restrict __const __const__ __volatile __volatile__ __restrict __restrict__ inline __inline __inline__ static ' +
    'register extern auto constexpr constinit consteval _Noreturn noreturn _Thread_local __thread thread_local __extension__ mutable ' +
    'virtual explicit typename'
  ).split(' '),
);
const TAG_WORDS = new Set(['struct', 'union', 'enum']);
/** Words of C++ that are plain names in C. */
const CPP_QUALIFIERS = new Set(['mutable', 'virtual', 'explicit', 'typename', 'thread_local', 'constinit', 'consteval']);
const CPP_BASIC = new Set(['bool', 'wchar_t', 'char8_t', 'char16_t', 'char32_t']);

export function isBasicWord(text: string): boolean {
  return BASIC.has(text);
}

export function isQualifier(text: string, isCpp: boolean): boolean {
  return QUALIFIERS.has(text) && (isCpp || !CPP_QUALIFIERS.has(text));
}

export function isTagWord(text: string, isCpp: boolean): boolean {
  return TAG_WORDS.has(text) || (isCpp && text === 'class');
}

/** A word that the language keeps for itself. */
export function isKeyword(text: string, isCpp: boolean): boolean {
  return (
    isBasicWord(text) ||
    isQualifier(text, isCpp) ||
    isTagWord(text, isCpp) ||
    /^(typedef|sizeof|_Alignof|_Alignas|_Atomic|_Static_assert)$/.test(text) ||
    (isCpp &&
      (CPP_BASIC.has(text) ||
        /^(template|namespace|using|operator|public|private|protected|friend|decltype|static_assert)$/.test(text)))
  );
}

/** 'unsigned long' for 'long int unsigned' (C17 6.7.2 allows any order). */
export function canonicalBasic(words: readonly string[], token: Token): string {
  const count = (word: string): number => words.filter((one) => one === word).length;
  const rest = words.filter((word) => !['signed', 'unsigned', 'long', 'short', 'int', '_Complex'].includes(word));
  const wrong = (): never => {
    throw new DeclarationError(token.at, `${quote(words.join(' '))} is no type.`);
  };
  const long = count('long');
  const short = count('short');
  const int = count('int');
  const signs = count('signed') + count('unsigned');
  const complex = count('_Complex');
  const [base] = rest;
  const bad = rest.length > 1 || signs > 1 || int > 1 || long > 2 || short > 1 || complex > 1 || (long > 0 && short > 0);
  if (bad) return wrong();
  if (complex > 0) {
    if (signs + int + short > 0 || (base === undefined && words.length > 1)) return wrong();
    if (base !== undefined && !/^(float|double)$/.test(base)) return wrong();
    return `_Complex ${long > 0 ? 'long ' : ''}${base ?? 'double'}`;
  }
  const unsigned = count('unsigned') > 0 ? 'unsigned ' : '';
  if (base === undefined) return unsigned + (short ? 'short' : long === 2 ? 'long long' : long ? 'long' : 'int');
  if (int > 0 || short > 0) return wrong();
  if (base === 'double') return signs > 0 || long > 1 ? wrong() : long ? 'long double' : 'double';
  if (long > 0) return wrong();
  if (base === 'char') return count('signed') > 0 ? 'signed char' : `${unsigned}char`;
  if (base === '__int128') return `${unsigned}__int128`;
  return signs > 0 ? wrong() : base;
}

/** One spelling of each word. */
export function plainWord(text: string): string {
  if (text === '__complex__') return '_Complex';
  return text.replace(/^__signed(__)?$/, 'signed');
}

/** A macro whose name says that it changes a layout, and whose #define is not here. */
export function refuseLayoutMacro({ text, at }: Token): void {
  if (/^_*(PACK(ED)?|ATTR|ATTRIBUTE|ALIGN(ED)?)(_\w*)?$|PACKED|ALIGNED/.test(text))
    throw new DeclarationError(at, `${quote(text)} looks like a macro that changes the layout, and its #define is not here.`);
}
