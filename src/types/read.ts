/** Types out of a text of any form: declarations of C and C++, dtypes of numpy, formats of Python's struct, JSON. */
import type { Abi, TypeLayout } from '../../api.d.ts';
import { DeclarationError, lineAndColumn } from './errors.ts';
import { formOf } from './foreign/detect.ts';
import { readPython } from './foreign/fromPython.ts';
import { readJson } from './foreign/json.ts';
import { readStructFormat } from './foreign/pystruct.ts';
import { parseDeclarations, type Declarations, type ParseOptions } from './source/parse.ts';
import { withoutPaste } from './source/text/pasted.ts';

/** All types of `source`, in its order, and what is wrong with the rest. */
export function readTypes(pasted: string, options: ParseOptions): Declarations {
  const source = withoutPaste(pasted);
  try {
    const types = readForeign(source, options.target.abi);
    return types ? { types, problems: [], included: [] } : parseDeclarations(source, { ...options, shown: pasted });
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return { types: [], problems: [{ text: `${lineAndColumn(pasted, error.at)}: ${error.message}`, lost: [] }], included: [] };
  }
}

/** undefined for what is none of these forms. */
function readForeign(source: string, abi: Abi): TypeLayout[] | undefined {
  switch (formOf(source)) {
    case 'python':
      return readPython(source, abi);
    case 'json':
      return readJson(source, abi);
    case 'format': {
      const format = source.trim();
      return [readStructFormat(format, format, abi, source.indexOf(format))];
    }
    default:
      return undefined;
  }
}
