/** Of a compiler's command line, what says how types are laid out. */
import { basename } from 'node:path';

export interface Command {
  /** The compiler, where it is gcc or clang: its name, or a path. */
  readonly compiler: string | undefined;
  /** In their order; relative paths count from the folder of the command. */
  readonly flags: readonly string[];
}

/** Programs before the compiler, which only pass it on. */
const WRAPPERS = /^(?:ccache|sccache|distcc|icecc|env)$/;
const COMPILER = /^(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-\d+(?:\.\d+)*)?$/;

/** With their operand behind them, or after them as a word of its own. */
const WITH_OPERAND = ['-I', '-isystem', '-iquote', '-idirafter', '-D', '-U', '-include', '-imacros'];
/** Written '--target=x' or as two words. */
const OF_MACHINE = /^(?:--?target|--sysroot|--gcc-toolchain)$/;
const ALONE =
  /^(?:-std=[\w+:]+|-ansi|-pthread|-nostdinc(?:\+\+)?|-stdlib=[\w+]+|--(?:target|sysroot|gcc-toolchain)=.+|-m(?!llvm)[\w.=+,-]+|-fpack-struct(?:=\d+)?|-f(?:no-)?(?:short-enums|short-wchar|signed-char|unsigned-char|signed-bitfields|unsigned-bitfields|ms-extensions|plan9-extensions|char8_t)|-fabi-version=\d+|-fclang-abi-compat=[\d.]+)$/;
/** Their operand is no flag, whatever it looks like. */
const SKIPPED = /^-(?:o|x|MF|MT|MQ|Xclang|Xassembler|Xlinker|Xpreprocessor|mllvm|arch|wrapper|T|u|z|L|l|B|isysroot)$/;

/**
 * The compiler and the flags of a command line. All others are left out, those first that have a program run (-fplugin, -wrapper, -specs,
 * -B, -Xclang) or that read a file of flags (@file). GCC manual, 'Invoking GCC'; Clang command line reference.
 */
export function layoutFlags(words: readonly string[]): Command {
  const from = words.findIndex((word) => !WRAPPERS.test(basename(word)) && !/^\w+=/.test(word));
  const first = words[from] ?? '';
  const flags: string[] = [];
  for (let i = from + 1; i < words.length; i++) {
    const word = words[i] ?? '';
    const next = words[i + 1];
    const flag = WITH_OPERAND.find((one) => word.startsWith(one));
    if (ALONE.test(word) || (flag !== undefined && word.length > flag.length)) flags.push(word);
    else if (flag !== undefined && next !== undefined) flags.push(word, next);
    else if (OF_MACHINE.test(word) && next !== undefined) flags.push(`--${word.replace(/^-+/, '')}=${next}`);
    if (flag === word || OF_MACHINE.test(word) || SKIPPED.test(word)) i++;
  }
  return { compiler: COMPILER.test(basename(first)) ? first : undefined, flags };
}

/** Without a standard of the other language, which clang refuses; for another machine than theirs, without what says of the machine. */
export function flagsFor(language: 'c' | 'c++', flags: readonly string[], machine: 'own' | 'other'): readonly string[] {
  const fits = (flag: string): boolean => !flag.startsWith('-std=') || /\+\+/.test(flag) === (language === 'c++');
  return flags.filter((flag) => fits(flag) && (machine === 'own' || !/^(?:-m|--)/.test(flag)));
}
