import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../../api.d.ts';
import { DeclarationError, lineAndColumn } from '../../../../src/types/errors.ts';

/** 'a@0 <i4, b@4 >f8[2]' of a type. */
export function fieldsOf(type: TypeLayout | undefined): string {
  return (type?.fields ?? []).map((field) => `${field.name}@${field.offset} ${field.type.name}`).join(', ');
}

/** That `read` refuses `source` with 'LINE:COLUMN: …'. */
export function refuses(read: (source: string) => unknown, source: string, message: RegExp): void {
  assert.throws(
    () => read(source),
    (error: unknown) => {
      assert.ok(error instanceof DeclarationError, String(error));
      assert.match(`${lineAndColumn(source, error.at)}: ${error.message}`, message);
      return true;
    },
    source.slice(0, 200),
  );
}
