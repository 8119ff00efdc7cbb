/** What is wrong with a declaration, and where. */

export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
  /** UTF-16 units from the start of the source. */
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** 'LINE:COLUMN', both from 1, columns in UTF-16 units. Lines end at LF, CR LF or CR. */
export function lineAndColumn(source: string, at: number): string {
  const before = source.slice(0, Math.max(0, at)).split(/\r\n|\n|\r/);
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** A piece of the source as it may stand in a message: short, on one line. */
export function quote(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');
  return `'${plain.length > 40 ? `${plain.slice(0, 40)}…` : plain}'`;
}
