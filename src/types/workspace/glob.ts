/** Patterns of names: '*' is any run of characters without '/', '**' any run, '?' one character, a backslash takes the next one as it is. */

/** Takes time in proportion to the pattern times the name, whatever they hold. */
export function matchesGlob(pattern: string, name: string): boolean {
  const length = name.length;
  // Whether what was read of the pattern matches the first i characters of the name.
  let reached = new Uint8Array(length + 1);
  reached[0] = 1;
  for (let at = 0; at < pattern.length; at++) {
    const next = new Uint8Array(length + 1);
    const character = pattern[at];
    if (character === '*') {
      const deep = pattern[at + 1] === '*';
      if (deep) at++;
      for (let i = 0; i <= length; i++)
        if (reached[i] === 1 || (i > 0 && next[i - 1] === 1 && (deep || name[i - 1] !== '/'))) next[i] = 1;
    } else {
      const escaped = character === '\\' && at + 1 < pattern.length;
      const wanted = escaped ? pattern[++at] : character;
      for (let i = 0; i < length; i++)
        if (reached[i] === 1 && (character === '?' ? name[i] !== '/' : name[i] === wanted)) next[i + 1] = 1;
    }
    reached = next;
  }
  return reached[length] === 1;
}

/** The pattern that this name alone matches. */
export function literalGlob(name: string): string {
  return name.replaceAll(/[\\*?]/g, (character) => `\\${character}`);
}
