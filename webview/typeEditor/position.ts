/** The index in `text` that a message's leading 'line:column' (both from 1) names, within the text; undefined without one. */
export function offsetOf(text: string, message: string): number | undefined {
  const match = /^(?:\D*?)(\d+):(\d+)/.exec(message);
  if (!match) return undefined;
  const line = Number(match[1]);
  const column = Number(match[2]);
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return Math.min(start + Math.max(0, column - 1), end < 0 ? text.length : end);
}
