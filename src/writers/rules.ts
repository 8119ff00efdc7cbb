/** From what is known of code to what the addon needs to unwind a sample: see RULE in native/watchpoints.ts. */
import type { CodePlace, CodeQuery } from '../code/face.ts';
import { IN_REGISTER, RULE, type RawAsked, type RawRules } from '../native/watchpoints.ts';

/** What one program of one process is asked about. */
export interface AskedOf {
  readonly image: number;
  readonly pid: number;
  readonly queries: readonly CodeQuery[];
}

export function askedBy({ image, pid, pc, isReturn }: RawAsked): AskedOf[] {
  const byImage = new Map<number, { image: number; pid: number; queries: CodeQuery[] }>();
  for (let at = 0; at < pc.length; at++) {
    const key = image[at] ?? 0;
    let known = byImage.get(key);
    if (!known) byImage.set(key, (known = { image: key, pid: pid[at] ?? 0, queries: [] }));
    known.queries.push({ address: pc[at] ?? 0n, kind: isReturn[at] === 1 ? 'return' : 'after-store' });
  }
  return [...byImage.values()];
}

/** `places` in the order of the queries; undefined where nothing is known of the process any more. */
export function rulesFor(queries: readonly CodeQuery[], places: readonly CodePlace[] | undefined): RawRules {
  const steps = queries.map((_, at) => places?.[at]?.step);
  return {
    pc: BigUint64Array.from(queries, ({ address }) => address),
    isReturn: Uint8Array.from(queries, ({ kind }) => (kind === 'return' ? 1 : 0)),
    kind: Uint8Array.from(queries, (_, at) => kindOf(places?.[at])),
    cfa: Int32Array.from(steps, (step) => step?.offset ?? 0),
    returnAt: Int32Array.from(steps, (step) => (typeof step?.returnAt === 'number' ? step.returnAt : IN_REGISTER)),
    bpAt: Int32Array.from(steps, (step) => step?.framePointerAt ?? IN_REGISTER),
  };
}

function kindOf(place: CodePlace | undefined): number {
  if (!place) return RULE.none;
  if (place.own) return RULE.own;
  if (!place.step) return RULE.none;
  return place.step.cfa === 'sp' ? RULE.stepSp : RULE.stepBp;
}
