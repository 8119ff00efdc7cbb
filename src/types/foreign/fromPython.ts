/** Types out of Python: dtypes of numpy and formats of struct, with the names that the lines give them. */
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { DeclarationError } from '../errors.ts';
import { renamed } from './build.ts';
import { isDtypeCall, NumpyReader } from './numpy.ts';
import { isStructFormat, readStructFormat } from './pystruct.ts';
import { isStructCall, parsePython, type Expression } from './python.ts';

/**
 * The types of a text such as 'order = np.dtype([…])' or "struct.unpack('<ciq', data)", in its order. A type that is assigned to a name has
 * that name, and later lines may use it; else a dtype is called 'dtype', and a format by itself. Throws a DeclarationError.
 */
export function readPython(source: string, abi: Abi): TypeLayout[] {
  const known = new Map<string, TypeLayout>();
  const numpy = new NumpyReader(abi, known);
  const types = parsePython(source).map(({ target, value }) => {
    const format = formatOf(value);
    const type = format ? readStructFormat(format.text, format.text, abi, format.at) : numpy.read(value, target ?? 'dtype');
    const named = target === undefined ? type : renamed(type, target);
    if (target !== undefined) known.set(target, named);
    return named;
  });
  if (types.length === 0) throw new DeclarationError(0, 'This text makes no dtype and no struct.Struct.');
  return types;
}

function formatOf(value: Expression): Extract<Expression, { kind: 'text' }> | undefined {
  if (value.kind === 'text') return isStructFormat(value.text) && value.text.trim() !== '' ? value : undefined;
  if (value.kind !== 'call' || isDtypeCall(value.name) || !isStructCall(value.name)) return undefined;
  const [format] = value.items;
  if (format?.kind !== 'text') throw new DeclarationError(value.at, `${value.name} takes its format as a text here.`);
  return format;
}
