import type { TypeLayout } from '../../../api.d.ts';
import { membersOf } from '../../../src/decode/members.ts';
import { TypeService, type TypeServiceOptions } from '../../../src/types/service.ts';
import type { JudgedMember } from './oracle.ts';

/** A service that runs from the sources, in this Node. */
export function makeService(options: Partial<TypeServiceOptions> = {}): TypeService {
  return new TypeService({ worker: new URL('../../../src/types/worker.ts', import.meta.url), ...options });
}

/** The members of a layout as the oracle tells them. */
export function placesOf(type: TypeLayout): Map<string, JudgedMember> {
  return new Map(
    membersOf(type).list.map((member): [string, JudgedMember] => [
      member.name,
      member.bitWidth === undefined
        ? { offset: member.offset }
        : { bitOffset: member.offset * 8 + (member.bitOffset ?? 0), bitWidth: member.bitWidth },
    ]),
  );
}
