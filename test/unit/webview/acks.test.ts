import assert from 'node:assert/strict';
import { Acks } from '../../../webview/acks.ts';

function make(): { acks: Acks; sent: (readonly number[])[] } {
  const sent: (readonly number[])[] = [];
  return { acks: new Acks((sequences) => sent.push(sequences)), sent };
}

describe('Acks', () => {
  it('answer frames two at a time, as the second of them comes', () => {
    const { acks, sent } = make();
    for (let sequence = 0; sequence < 6; sequence++) {
      acks.frame(sequence);
      acks.drawn();
    }
    assert.deepEqual(sent, [
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it('answer what is not drawn at once, and a frame that was drawn with it', () => {
    const { acks, sent } = make();
    acks.taken(0);
    acks.frame(1);
    acks.taken(2);
    acks.drawn();
    acks.taken(3);
    assert.deepEqual(sent, [[0], [2], [1, 3]]);
  });

  it('leave a page that does not draw two frames that are not answered', () => {
    const { acks, sent } = make();
    acks.frame(0);
    acks.frame(1);
    assert.deepEqual(sent, []);
    acks.drawn();
    assert.deepEqual(sent, [[0, 1]]);
  });

  it('answer each message once', () => {
    const { acks, sent } = make();
    for (let sequence = 0; sequence < 100; sequence++) {
      if (sequence % 7 === 0) acks.taken(sequence);
      else acks.frame(sequence);
      if (sequence % 3 > 0) acks.drawn();
    }
    acks.drawn();
    acks.taken(100);
    assert.deepEqual(
      sent.flat().sort((a, b) => a - b),
      Array.from({ length: 101 }, (_, sequence) => sequence),
    );
  });
});
