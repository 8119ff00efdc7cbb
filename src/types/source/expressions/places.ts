/** What expressions do with places: members, elements, addresses. */
import type { TypeLayout } from '../../../../api.d.ts';
import { DeclarationError, quote } from '../../errors.ts';
import { decayed, type Machine } from './arithmetic.ts';
import { elementAt } from './arrays.ts';
import { completed, pointerTo, referred, type CType } from './ctype.ts';
import type { Token } from '../text/lexer.ts';
import type { Operand } from './operand.ts';

export function writable(at: number): DeclarationError {
  return new DeclarationError(at, 'This cannot be assigned to in a constant expression.');
}

export function addressOf(machine: Machine, { type, address, lack }: Operand, at: number): Operand {
  const reason = lack ?? new DeclarationError(at, 'This address is not known.');
  return {
    type: pointerTo(referred(type), machine.pointerSize),
    value: address,
    lack: address === undefined ? reason : undefined,
  };
}

/** '*pointer' */
export function target(machine: Machine, operand: Operand, at: number): Operand {
  const first = operand.type.instance === undefined ? elementAt(operand, 0n, at) : undefined;
  if (first) return first;
  const { type, value, lack } = decayed(machine, operand);
  if (type.form !== 'pointer' || type.target === undefined)
    throw new DeclarationError(at, `${type.name} is no pointer or array.`);
  return placed(type.target, value, lack, at);
}

function placed(type: CType, address: Operand['value'], lack: Operand['lack'], at: number): Operand {
  const reason = lack ?? new DeclarationError(at, 'What stands in memory is no constant.');
  return { type, address: typeof address === 'bigint' ? address : undefined, lack: reason, lvalue: true };
}

/** 'table[2]' */
export function element(machine: Machine, operand: Operand, index: Operand, at: number): Operand {
  const found = elementAt(operand, decayed(machine, index).value, at);
  if (found) return found;
  const [a, b] = [decayed(machine, operand), decayed(machine, index)];
  const [pointer, number] = a.type.form === 'pointer' ? [a, b] : [b, a];
  const { type, value, lack } = pointer;
  if (type.form !== 'pointer' || type.target === undefined)
    throw new DeclarationError(at, `${type.name} is no pointer or array.`);
  const size = type.target.layout?.size;
  const known = typeof value === 'bigint' && typeof number.value === 'bigint' && size !== undefined;
  return placed(type.target, known ? value + number.value * BigInt(size) : undefined, lack ?? number.lack, at);
}

/** 'a.name', 'a->name' */
export function member(machine: Machine, operand: Operand, name: Token, operator: Token): Operand {
  const object = operator.text === '->' ? target(machine, operand, operator.at) : operand;
  const type = referred(object.type);
  const tag = type.tag && completed(type.tag);
  const found = tag?.memberTypes?.get(name.text);
  if (found === undefined) throw new DeclarationError(name.at, `${type.name} has no member ${quote(name.text)}.`);
  const offset = type.layout && memberOf(type.layout, name.text)?.offset;
  const address = offset === undefined || object.address === undefined ? undefined : object.address + BigInt(offset);
  return { ...placed(found, address, object.lack, name.at), named: true };
}

/** A member by its name, also one of an anonymous member or a base. */
export function memberOf(layout: TypeLayout, name: string): { offset: number; layout: TypeLayout } | undefined {
  const fields = layout.fields ?? [];
  const own = fields.find((field) => field.name === name && field.bitWidth === undefined);
  if (own) return { offset: own.offset, layout: own.type };
  for (const field of fields) {
    if (field.name !== '' && !field.name.startsWith('<')) continue;
    const inner = memberOf(field.type, name);
    if (inner) return { offset: field.offset + inner.offset, layout: inner.layout };
  }
  return undefined;
}
