import assert from 'node:assert/strict';
import { packFirst } from '../../../src/panel/first.ts';
import { parseFirst } from '../../../src/protocol/first.ts';
import type { Frame, SegmentInfo, Status } from '../../../src/protocol/messages.ts';

const NOW = 1_700_000_000_000;
const segment: SegmentInfo = {
  kind: 'posix', name: '/"><script>alert(1)</script>', size: 4, permissions: 'rw-------', owner: 'alice', identity: 'inode 1', unlinked: false,
  orphaned: false, mapped: '1 mapper', mappers: [],
}; // prettier-ignore
const status: Status = { phase: 'loading', replaced: false, writing: false, canWrite: false, paused: false };
const frame: Frame = {
  time: NOW,
  size: 4,
  ranges: [{ offset: 0, bytes: Uint8Array.of(0, 127, 128, 255) }],
  unheld: [],
  torn: [],
  throughProcesses: false,
};
const packed = (of: Frame | undefined): string => encodeURIComponent(packFirst(segment, status, of));

describe('what comes with the document', () => {
  it('is the segment, how the panel stands, and the first bytes', () => {
    assert.deepEqual(parseFirst(packed(frame), NOW + 100), [
      { type: 'segment', segment, status },
      { type: 'frame', frame },
    ]);
    assert.deepEqual(parseFirst(packed(undefined), NOW), [{ type: 'segment', segment, status }]);
  });

  it('has no bytes any more when it is shown again later', () => {
    for (const now of [NOW + 5000, NOW - 5000]) assert.equal(parseFirst(packed(frame), now).length, 1);
  });

  it('holds nothing that could end the attribute that it stands in', () => {
    assert.match(packed(frame), /^[\w%.!~*'()-]*$/);
  });

  it('is nothing where it is not what it should be', () => {
    for (const text of ['', '%', 'null', '[]', '{"segment":1}', encodeURIComponent('{"frame":{"time":0,"ranges":[1]}}')])
      assert.deepEqual(parseFirst(text, 0), []);
  });
});
