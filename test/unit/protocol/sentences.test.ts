import assert from 'node:assert/strict';
import { withRemedy } from '../../../src/protocol/sentences.ts';

describe('a message and its remedy', () => {
  it('are two sentences, whoever wrote the message', () => {
    const remedy = 'Choose another name.';
    assert.equal(
      withRemedy("EEXIST: File exists, open '/dev/shm/a'", remedy),
      `EEXIST: File exists, open '/dev/shm/a'. ${remedy}`,
    );
    assert.equal(withRemedy('It is taken.', remedy), `It is taken. ${remedy}`);
  });

  it('are one where the other is missing', () => {
    assert.equal(withRemedy("EACCES: open '/dev/shm/a'", undefined), "EACCES: open '/dev/shm/a'");
    assert.equal(withRemedy('', 'Ask its owner.'), 'Ask its owner.');
  });
});
