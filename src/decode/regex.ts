/** What a regular expression means in a search: the page checks with it what is typed, and the host matches with it. */

/** Over bytes as text: every line on its own, Unicode by characters. Throws an Error with a sentence for the user. */
export function toRegex(source: string, matchCase: boolean): RegExp {
  const flags = `gmu${matchCase ? '' : 'i'}`;
  try {
    // Compiled at its first use: nothing of it can take long here.
    return new RegExp(source, flags);
  } catch (error) {
    // 'Invalid regular expression: /SOURCE/FLAGS: REASON'
    const reason = /^.*\/[gmui]+: (.+)$/s.exec(error instanceof Error ? error.message : '')?.[1];
    throw new Error(`This is no regular expression${reason === undefined ? '' : `: ${reason}`}.`, { cause: error });
  }
}
