/** One scalar type of numpy by its name or its array-protocol string: numpy reference, 'Data type objects (dtype)', 'Scalars'. */
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import { arrayOf, bytes, knownType } from './build.ts';

/** The C types that numpy's one-letter codes and names stand for (numpy/ndarraytypes.h, NPY_TYPECHAR; npy_common.h). */
const C_TYPES: Readonly<Record<string, readonly string[]>> = {
  _Bool: ['?', 'bool', 'bool_', 'bool8', 'b1'],
  'signed char': ['b', 'byte', 'i1', 'int8'],
  'unsigned char': ['B', 'ubyte', 'u1', 'uint8'],
  short: ['h', 'short', 'i2', 'int16'],
  'unsigned short': ['H', 'ushort', 'u2', 'uint16'],
  int: ['i', 'intc', 'i4', 'int32'],
  'unsigned int': ['I', 'uintc', 'u4', 'uint32'],
  long: ['l', 'long', 'int', 'int_'],
  'unsigned long': ['L', 'ulong', 'uint'],
  'long long': ['q', 'longlong', 'i8', 'int64'],
  'unsigned long long': ['Q', 'ulonglong', 'u8', 'uint64'],
  ssize_t: ['n', 'p', 'intp'],
  size_t: ['N', 'P', 'uintp'],
  _Float16: ['e', 'half', 'f2', 'float16'],
  float: ['f', 'single', 'f4', 'float32'],
  double: ['d', 'double', 'float', 'float_', 'f8', 'float64'],
  'long double': ['g', 'longdouble', 'longfloat', 'f12', 'f16', 'float96', 'float128'],
};
/** Pairs of floats: numpy's complex types. */
const COMPLEX: Readonly<Record<string, readonly string[]>> = {
  float: ['F', 'csingle', 'c8', 'complex64'],
  double: ['D', 'cdouble', 'complex', 'complex_', 'c16', 'complex128'],
  'long double': ['G', 'clongdouble', 'c24', 'c32', 'complex192', 'complex256'],
};
const SIZED: Readonly<Record<string, string>> = {
  S: 'S',
  a: 'S',
  bytes: 'S',
  bytes_: 'S',
  U: 'U',
  str: 'U',
  str_: 'U',
  V: 'V',
  void: 'V',
};
const TIME = /^(?:M8?|datetime64|m8?|timedelta64)(?:\[[\w/]{1,20}\])?$/;
const REFUSED: Readonly<Record<string, string>> = {
  O: 'points to an object of one Python process: no other process can read it',
  object: 'points to an object of one Python process: no other process can read it',
  object_: 'points to an object of one Python process: no other process can read it',
  T: 'keeps its texts in memory of one Python process: no other process can read them',
};

const invert = (table: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(table).flatMap(([type, names]) => names.map((name): [string, string] => [name, type])));
const cTypes = invert(C_TYPES);
const complexes = invert(COMPLEX);

/**
 * '<i4', '>f8', 'S8', 'U4', 'V4', 'M8[ns]', '?', 'float64'; a name of the module numpy without 'np.'. Alignments are those of the C types,
 * as numpy takes them where a dtype is made with align=True. Throws a DeclarationError at `at` for any other.
 */
export function numpyScalar(text: string, abi: Abi, at: number): TypeLayout {
  const [, order = '', code = ''] = /^\s*([<>=|]?)\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  const byteOrder = order === '<' ? ('little' as const) : order === '>' ? ('big' as const) : undefined;
  const ordered = (type: TypeLayout): TypeLayout => (byteOrder === undefined || type.size === 1 ? type : { ...type, byteOrder });
  const name = `${order}${code}`;
  const own = (type: TypeLayout): TypeLayout => ordered({ ...type, name, origin: 'source' });

  const plain = cTypes.get(code);
  if (plain !== undefined) return own(sized(knownType(plain, abi, at), code, at));
  const part = complexes.get(code);
  if (part !== undefined) return complex(own({ ...knownType(part, abi, at), name: part }), name, code, at);
  if (TIME.test(code)) return own(knownType('long long', abi, at));
  const refused = Object.hasOwn(REFUSED, code) ? REFUSED[code] : undefined;
  if (refused !== undefined) throw new DeclarationError(at, `The dtype ${quote(name)} ${refused}.`);
  const [, kind = '', digits = ''] = /^([A-Za-z_]+?)(\d{0,16})$/.exec(code) ?? [];
  const what = Object.hasOwn(SIZED, kind) && (digits === '' || kind.length === 1) ? SIZED[kind] : undefined;
  if (what === undefined) throw new DeclarationError(at, `${quote(text)} is no dtype of numpy.`);
  return flexible(what, bytes(Number(digits), at), name, ordered, at);
}

/** A size that the name tells has to be this machine's: 'f12' is no type of x86-64. */
function sized(type: TypeLayout, code: string, at: number): TypeLayout {
  const told = /^f(12|16)$|^float(96|128)$/.exec(code);
  const size = Number(told?.[1] ?? Number(told?.[2] ?? 0) / 8);
  if (told !== null && type.size !== size)
    throw new DeclarationError(at, `${quote(code)} is no type of this machine: its long double has ${type.size} bytes.`);
  return type;
}

function complex(part: TypeLayout, name: string, code: string, at: number): TypeLayout {
  const digits = /\d+$/.exec(code)?.[0];
  const size = digits === undefined ? 2 * part.size : Number(digits) / (code.startsWith('complex') ? 8 : 1);
  if (size !== 2 * part.size)
    throw new DeclarationError(at, `${quote(code)} is no type of this machine: its long double has ${part.size} bytes.`);
  return { ...arrayOf({ ...part, name: `float${part.size * 8}` }, [2], at), name };
}

/** Texts and plain bytes; 'U4' is four code points of four bytes each. */
function flexible(what: string, count: number, name: string, ordered: (type: TypeLayout) => TypeLayout, at: number): TypeLayout {
  if (what === 'V') return { name, kind: 'opaque', size: count, alignment: 1, origin: 'source' };
  const size = what === 'U' ? 4 : 1;
  const unit = {
    name: what === 'U' ? 'UCS4' : 'char',
    kind: 'char',
    size,
    alignment: size,
    signed: false,
    origin: 'source',
  } as const;
  return { ...arrayOf(ordered(unit), [count], at), name };
}
