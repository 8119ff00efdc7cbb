/** dtypes of numpy as repr, str and dtype.descr write them: numpy reference, 'Specifying and constructing data types'. */
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import { roundUp } from '../layout/records/cursor.ts';
import { arrayOf, bytes, renamed, structOf, type Placed } from './build.ts';
import { numpyScalar } from './numpyScalar.ts';
import type { Expression } from './python.ts';

type Dict = ReadonlyMap<string, Expression>;

/** A field before it has its place. */
interface Part {
  readonly name: string;
  readonly type: TypeLayout;
  readonly at: number;
  readonly offset?: number;
  /** ('', '|V4') of dtype.descr: bytes that no field takes. */
  readonly padding?: true;
}

/** Reads dtypes; `known` are those that earlier lines gave a name. */
export class NumpyReader {
  readonly #abi: Abi;
  readonly #known: ReadonlyMap<string, TypeLayout>;
  /** Every field of one type shares it. */
  readonly #scalars = new Map<string, TypeLayout>();

  constructor(abi: Abi, known: ReadonlyMap<string, TypeLayout>) {
    this.#abi = abi;
    this.#known = known;
  }

  /** The layout of a dtype, its struct by the name `name`. Throws a DeclarationError at what is none. */
  read(value: Expression, name: string, align = false): TypeLayout {
    switch (value.kind) {
      case 'text':
        return this.#string(value.text, name, align, value.at);
      case 'name':
        return this.#named(value.name, value.at);
      case 'list':
        return this.#list(value.items, name, align, value.at);
      case 'tuple':
        return this.#tuple(value.items, name, align, value.at);
      case 'dict':
        return this.#dict(dictOf(value.entries), name, align, value.at);
      case 'call':
        return this.#call(value, name, align);
      default:
        throw new DeclarationError(value.at, 'A number is no dtype.');
    }
  }

  #named(name: string, at: number): TypeLayout {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const [, scalar = name] = /^(?:np|numpy)\.(.*)$/.exec(name) ?? [];
    return this.#scalar(scalar, at);
  }

  #scalar(text: string, at: number): TypeLayout {
    const known = this.#scalars.get(text);
    const type = known ?? numpyScalar(text, this.#abi, at);
    if (known === undefined) this.#scalars.set(text, type);
    return type;
  }

  #call({ name, items, keywords, at }: Extract<Expression, { kind: 'call' }>, structName: string, align: boolean): TypeLayout {
    const [value, second] = items;
    if (!isDtypeCall(name)) throw new DeclarationError(at, `${quote(name)} is no dtype that is understood.`);
    if (value === undefined) throw new DeclarationError(at, 'This dtype is empty.');
    const asked = keywords.get('align') ?? second;
    return this.read(value, structName, asked === undefined ? align : flag(asked));
  }

  #list(items: readonly Expression[], name: string, align: boolean, at: number): TypeLayout {
    const parts = items.map((item, index) => this.#field(item, index, name, align));
    return this.#place(parts, name, align, undefined, at);
  }

  /** ('name', 'i4'), (('title', 'name'), 'i4'), ('name', 'i4', (2, 3)); a text alone is its dtype. */
  #field(item: Expression, index: number, owner: string, align: boolean): Part {
    if (item.kind !== 'tuple') return { name: `f${index}`, type: this.read(item, `${owner}.f${index}`, align), at: item.at };
    const [label, dtype, shape] = item.items;
    if (label === undefined || dtype === undefined || item.items.length > 3)
      throw new DeclarationError(item.at, 'A field is written as (name, dtype) or (name, dtype, shape).');
    const written = label.kind === 'tuple' && label.items.length === 2 ? label.items[1] : label;
    if (written?.kind !== 'text') throw new DeclarationError(label.at, "A field's name is a text, or (title, name).");
    const name = written.text === '' ? `f${index}` : written.text;
    const type = this.read(dtype, `${owner}.${name}`, align);
    const whole = shape === undefined ? type : arrayOf(type, shapeOf(shape), shape.at);
    return { name, type: whole, at: written.at, ...(written.text === '' && type.kind === 'opaque' ? { padding: true } : {}) };
  }

  /** (dtype, shape), or (base, dtype) as in (numpy.record, […]). */
  #tuple(items: readonly Expression[], name: string, align: boolean, at: number): TypeLayout {
    const [base, second] = items;
    if (base === undefined || second === undefined || items.length !== 2)
      throw new DeclarationError(at, 'This tuple is no dtype: (dtype, shape) is one, and so is a list of fields.');
    const isShape = second.kind === 'number' || (second.kind === 'tuple' && second.items.every((one) => one.kind === 'number'));
    if (isShape) return arrayOf(this.read(base, name, align), shapeOf(second), second.at);
    const type = this.read(second, name, align);
    const isClass = base.kind === 'name' && /(^|\.)(record|void)$/.test(base.name);
    if (!isClass && this.read(base, name, align).size !== type.size)
      throw new DeclarationError(second.at, 'Both dtypes of a (base, dtype) pair have one size.');
    return type;
  }

  #dict(dict: Dict, name: string, align: boolean, at: number): TypeLayout {
    const aligned = dict.get('aligned');
    const isAligned = align || (aligned !== undefined && flag(aligned));
    const [names, formats] = [dict.get('names'), dict.get('formats')];
    if (names === undefined || formats === undefined) return this.#fieldsDict(dict, name, isAligned, at);
    const labels = listOf(names);
    const offsets = dict.has('offsets') ? listOf(dict.get('offsets') ?? names) : undefined;
    const types = listOf(formats);
    if (types.length !== labels.length || (offsets !== undefined && offsets.length !== labels.length))
      throw new DeclarationError(
        at,
        `There are ${labels.length} names, ${types.length} formats and ${offsets?.length ?? 'no'} offsets.`,
      );
    const parts = labels.map((label, i): Part => {
      const [format, offset] = [types[i] ?? label, offsets?.[i]];
      if (label.kind !== 'text') throw new DeclarationError(label.at, "A field's name is a text.");
      const type = this.read(format, `${name}.${label.text}`, isAligned);
      return { name: label.text, type, at: label.at, ...(offset === undefined ? {} : { offset: count(offset) }) };
    });
    return this.#place(parts, name, isAligned, dict.get('itemsize'), at);
  }

  /** {'x': ('i4', 0), 'y': ('f8', 8, 'title')}. */
  #fieldsDict(dict: Dict, name: string, align: boolean, at: number): TypeLayout {
    const parts = [...dict].map(([label, value]): Part => {
      const [dtype, offset] = value.kind === 'tuple' ? value.items : [];
      if (dtype === undefined || offset === undefined)
        throw new DeclarationError(value.at, "A dict gives 'names' and 'formats', or for each name (dtype, offset).");
      return { name: label, type: this.read(dtype, `${name}.${label}`, align), at: value.at, offset: count(offset) };
    });
    return this.#place(
      parts.toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0)),
      name,
      align,
      undefined,
      at,
    );
  }

  /** One after the other, with align=True as C does; or where the dtype itself says. */
  #place(parts: readonly Part[], name: string, align: boolean, itemsize: Expression | undefined, at: number): TypeLayout {
    const members: Placed[] = [];
    let [end, next, alignment] = [0, 0, 1];
    for (const part of parts) {
      const offset = part.offset ?? roundUp(next, align ? part.type.alignment : 1);
      if (align && offset % part.type.alignment !== 0)
        throw new DeclarationError(part.at, `${quote(part.name)} at ${offset} is not aligned to ${part.type.alignment} bytes.`);
      next = bytes(offset + part.type.size, part.at);
      end = Math.max(end, next);
      if (align) alignment = Math.max(alignment, part.type.alignment);
      if (!part.padding) members.push({ name: part.name, offset, type: part.type, at: part.at });
    }
    const size = itemsize === undefined ? roundUp(end, alignment) : count(itemsize);
    if (size < end) throw new DeclarationError(itemsize?.at ?? at, `The itemsize is ${size}, and the fields take ${end} bytes.`);
    if (size % alignment !== 0)
      throw new DeclarationError(itemsize?.at ?? at, `The itemsize ${size} is no multiple of the alignment ${alignment}.`);
    return structOf({ name, size, alignment, at }, members);
  }

  /** 'i4', or a list of fields f0, f1, … as one text: 'i4, (2,3)f8, 3S8'. */
  #string(text: string, name: string, align: boolean, at: number): TypeLayout {
    if (!/[,(]|^\s*[<>=|]?\s*\d/.test(text)) return this.#scalar(text, at);
    const item = /\s*([<>=|]?)\s*(\d+|\([\d,\s]*\))?\s*([<>=|]?)\s*([A-Za-z?][\w.?]*(?:\[[\w/]*\])?)\s*(,|$)/y;
    const parts: Part[] = [];
    while (item.lastIndex < text.length) {
      const from = item.lastIndex;
      const [, order = '', repeat, inner = '', code = ''] = item.exec(text) ?? [];
      if (code === '') throw new DeclarationError(at + from, `${quote(text.slice(from))} is no dtype of numpy.`);
      const scalar = this.#scalar((inner || order) + code, at + from);
      const shape = (repeat?.match(/\d+/g) ?? []).map(Number);
      parts.push({ name: `f${parts.length}`, type: arrayOf(scalar, shape, at + from), at: at + from });
    }
    const [only] = parts;
    return only !== undefined && parts.length === 1 && !text.includes(',', text.lastIndexOf(')') + 1)
      ? renamed(only.type, text.trim())
      : this.#place(parts, name, align, undefined, at);
  }
}

export function isDtypeCall(name: string): boolean {
  return /^(?:(?:np|numpy)\.)?dtype$/.test(name);
}

function dictOf(entries: readonly (readonly [Expression, Expression])[]): Dict {
  return new Map(
    entries.map(([key, value]): [string, Expression] => {
      if (key.kind !== 'text') throw new DeclarationError(key.at, 'The keys of this dict are texts.');
      return [key.text, value];
    }),
  );
}

function listOf(value: Expression): readonly Expression[] {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  throw new DeclarationError(value.at, 'A list is expected here.');
}

function count(value: Expression): number {
  if (value.kind === 'number' && value.value >= 0) return value.value;
  throw new DeclarationError(value.at, 'A number of 0 or more is expected here.');
}

function shapeOf(value: Expression): readonly number[] {
  const shape = value.kind === 'tuple' || value.kind === 'list' ? value.items.map(count) : [count(value)];
  if (shape.length > 64) throw new DeclarationError(value.at, 'numpy has at most 64 dimensions.');
  return shape;
}

function flag(value: Expression): boolean {
  if (value.kind === 'name' && (value.name === 'True' || value.name === 'False')) return value.name === 'True';
  if (value.kind === 'number') return value.value !== 0;
  throw new DeclarationError(value.at, 'True or False is expected here.');
}
