/** What went wrong and what helps, as one text: the system's messages end without a full stop, ShmScope's own with one. */
export function withRemedy(message: string, remedy: string | undefined): string {
  if (!remedy || !message) return message || (remedy ?? '');
  return `${message}${/[.!?:]$/.test(message) ? '' : '.'} ${remedy}`;
}

/**
 * VS Code draws `$(name)` as an icon in quick picks and in the status bar, and makes a link of `[text](command:id)` in messages and under
 * inputs, which runs the command when it is clicked. Names come from other programs and are only text.
 */
export function plainText(text: string): string {
  return text.replaceAll('$(', '$\u200b(').replaceAll('](', ']\u200b(');
}
