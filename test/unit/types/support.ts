import type { TypeLayout } from '../../../api.d.ts';
import { membersOf } from '../../../src/decode/members.ts';
import { TypeService, type TypeServiceOptions } from '../../../src/types/service.ts';

/** A service that runs from the sources, in this Node. */
export function makeService(options: Partial<TypeServiceOptions> = {}): TypeService {
  return new TypeService({ worker: new URL('../../../src/types/worker.ts', import.meta.url), ...options });
}

export interface Place {
  readonly offset?: number;
  readonly bitOffset?: number;
  readonly bitWidth?: number;
}

/** Where the members of a layout are, those of anonymous ones included. */
export function placesOf(type: TypeLayout): Map<string, Place> {
  return new Map(
    membersOf(type).list.map((member): [string, Place] => [
      member.name,
      member.bitWidth === undefined
        ? { offset: member.offset }
        : { bitOffset: member.offset * 8 + (member.bitOffset ?? 0), bitWidth: member.bitWidth },
    ]),
  );
}
