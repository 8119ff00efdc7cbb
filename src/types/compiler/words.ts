/** The words of a command line, as a shell would give them to a program: nothing is expanded and nothing is run. */

/** POSIX quoting (Shell Command Language, 2.2). An open quote ends with the text. */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, double, single, escaped, plain, space] of command.matchAll(
    /"((?:[^"\\]|\\[\s\S])*)"?|'([^']*)'?|\\([\s\S]?)|([^\s"'\\]+)|(\s+)/g,
  )) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (double?.replace(/\\(["\\$`\n])/g, '$1') ?? single ?? escaped ?? plain ?? '');
  }
  if (word !== undefined) words.push(word);
  return words;
}
