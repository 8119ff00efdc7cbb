import assert from 'node:assert/strict';
import { Outbox } from '../../../src/panel/outbox.ts';
import type { Envelope, ToPage } from '../../../src/protocol/messages.ts';

function make(): { outbox: Outbox; sent: Envelope[]; rooms: () => number; ack: () => void } {
  const sent: Envelope[] = [];
  let rooms = 0;
  let acknowledged = 0;
  const outbox = new Outbox(
    (envelope) => sent.push(envelope),
    () => (rooms += 1),
  );
  return { outbox, sent, rooms: () => rooms, ack: () => outbox.acknowledge([sent[acknowledged++]?.sequence ?? -1]) };
}

const snapshots = (name: string): ToPage => ({ type: 'snapshots', list: [{ id: '1', name, time: 0, size: 0, held: 0 }] });
const reply = (id: number): ToPage => ({ type: 'reply', id, ok: null });

describe('Outbox', () => {
  it('has two messages under way at most, and sends the newest state when the page comes back', () => {
    const { outbox, sent, ack } = make();
    outbox.open();
    for (let i = 0; i < 100; i++) outbox.put(snapshots(`take ${i}`));
    assert.equal(sent.length, 2);
    assert.equal(outbox.hasRoom, false);
    ack();
    assert.deepEqual(sent[2]?.message, snapshots('take 99'));
    ack();
    ack();
    assert.equal(sent.length, 3);
    assert.equal(outbox.hasRoom, true);
  });

  it('tells a page once how it stands, and again when it is another page', () => {
    const { outbox, sent, ack } = make();
    const status = (paused: boolean): ToPage => ({
      type: 'status',
      status: { phase: 'live', replaced: false, writing: false, canWrite: true, paused },
    });
    outbox.open();
    for (const paused of [false, false, true, true, false]) {
      outbox.put(status(paused));
      ack();
    }
    assert.equal(sent.length, 3);
    outbox.close();
    outbox.open();
    outbox.put(status(false));
    assert.equal(sent.length, 4);
  });

  it('loses no event', () => {
    const { outbox, sent, ack } = make();
    outbox.open();
    for (let id = 0; id < 20; id++) outbox.put(reply(id));
    for (let i = 0; i < 20; i++) ack();
    assert.deepEqual(
      sent.map(({ message }) => message),
      Array.from({ length: 20 }, (_, id) => reply(id)),
    );
  });

  it('keeps for a page that is not there yet where to go, and nothing else', () => {
    const { outbox, sent } = make();
    outbox.put({ type: 'goTo', offset: 5 });
    outbox.put(snapshots('old'));
    outbox.close();
    assert.equal(sent.length, 0);
    outbox.open();
    assert.deepEqual(
      sent.map(({ message }) => message),
      [{ type: 'goTo', offset: 5 }],
    );
  });

  it('tells of room when nothing waits any more, and of an answer to nothing nothing', () => {
    const { outbox, rooms, ack } = make();
    outbox.open();
    outbox.acknowledge([7]);
    assert.equal(rooms(), 0);
    for (let id = 0; id < 3; id++) outbox.put(reply(id));
    ack();
    assert.equal(rooms(), 0);
    ack();
    assert.equal(rooms(), 1);
  });
});
