/** What the tests of the model ask of a scan. */
import assert from 'node:assert/strict';
import type { Segment } from '../../../api.d.ts';
import type { RawMaps } from '../../../src/native/addon.ts';
import { addon, at, rows } from '../support.ts';
import { lookOnce } from '../rows.ts';

/** The one segment that passes the test. */
export function only(segments: readonly Segment[], test: (segment: Segment) => boolean): Segment {
  const found = segments.filter(test);
  assert.equal(found.length, 1, `${found.length} segments: ${found.map((segment) => segment.name).join(', ')}`);
  return at(found, 0);
}

export function isOf(pid: number): (segment: Segment) => boolean {
  return (segment) =>
    segment.mappings.some((mapping) => mapping.pid === pid) || segment.holders.some((holder) => holder.pid === pid);
}

/** Mappings in the order of addresses, without what is only of the process. */
export function shownBy(segment: Segment, pid: number) {
  return segment.mappings
    .filter((mapping) => mapping.pid === pid)
    .sort((a, b) => Number(a.address - b.address))
    .map(({ address, length, offset, protection, shared }) => ({ address: Number(address), length, offset, protection, shared }));
}

export function assertDistinct(segments: readonly Segment[]): void {
  const ids = segments.map((segment) => segment.id);
  assert.equal(new Set(ids).size, ids.length, `twice: ${ids.filter((id, i) => ids.indexOf(id) !== i).join(', ')}`);
}

function ofProcess(maps: RawMaps, pid: number) {
  return { mappings: rows(maps, pid), held: heldBy(maps, pid) };
}

function heldBy(maps: RawMaps, pid: number): string[] {
  const { holders, objects, processes } = maps;
  const found: string[] = [];
  for (let object = 0; object + 1 < objects.holders.length; object++) {
    for (let i = at(objects.holders, object); i < at(objects.holders, object + 1); i++) {
      if (processes.pid[at(holders.process, i)] !== pid) continue;
      found.push(`${at(holders.fd, i)} ${at(holders.access, i)} ${at(objects.inode, object)} ${at(objects.kind, object)}`);
    }
  }
  return found.sort();
}

/** The kernel's query and the text of /proc/PID/maps tell the same of these processes. */
export async function assertSameByText(pids: readonly number[]): Promise<void> {
  const [query, text] = [await lookOnce(addon), await lookOnce(addon, true)];
  assert.equal(text.maps.how, 'text');
  for (const pid of pids) {
    const found = ofProcess(query.maps, pid);
    assert.ok(found.mappings.length + found.held.length > 0, `${pid} shows nothing`);
    assert.deepEqual(ofProcess(text.maps, pid), found);
  }
}
