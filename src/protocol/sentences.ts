/** What went wrong and what helps, as one text: the system's messages end without a full stop, ShmScope's own with one. */
export function withRemedy(message: string, remedy: string | undefined): string {
  if (!remedy || !message) return message || (remedy ?? '');
  return `${message}${/[.!?:]$/.test(message) ? '' : '.'} ${remedy}`;
}
