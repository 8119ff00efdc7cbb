import assert from 'node:assert/strict';
import { ShmError, shmError, toShmError } from '../../src/native/errors.ts';
import { loadAddon } from '../../src/native/load.ts';
import { displayName } from '../../src/native/names.ts';
import { addon } from './support.ts';

describe('native: errors and names', () => {
  it('carries code, syscall, path and remedy of what the addon throws', () => {
    try {
      addon.openPath('/none', false);
      assert.fail('it did not throw');
    } catch (error) {
      assert.ok(error instanceof ShmError);
      assert.deepEqual([error.name, error.code, error.syscall, error.path], ['ShmError', 'ENOENT', 'open', '/none']);
      assert.equal(error.message, "ENOENT: No such file or directory, open '/none'");
      assert.match(error.remedy ?? '', /removed/);
    }
  });

  it('leaves a ShmError as it is, and makes one of anything', () => {
    const error = shmError('EACCES', 'no');
    assert.equal(toShmError(error), error);
    assert.match(error.remedy ?? '', /root/);
    assert.equal(shmError('EACCES', 'no', { remedy: 'own' }).remedy, 'own');
    assert.equal('remedy' in shmError('ETYPE', 'x'), false);
    assert.equal(toShmError('words').message, 'words');
    assert.equal(toShmError('words').code, 'EIO');
    assert.equal(toShmError(Object.assign(new Error('m'), { code: 'EBUSY', syscall: 's' })).syscall, 's');
  });

  it('says what is wrong when there is no addon', () => {
    assert.throws(
      () => loadAddon('/none/shmscope.node'),
      (error) => error instanceof ShmError && error.code === 'ENOEXEC' && error.path === '/none/shmscope.node',
    );
  });

  it('shows hostile names harmlessly', () => {
    assert.equal(displayName('plain-名字-é😀'), 'plain-名字-é😀');
    assert.equal(displayName('a\nb\tc\x7f\x1b[31m'), 'a\\x0ab\\x09c\\x7f\\x1b[31m');
    assert.equal(displayName('\udcff\udc80'), '\\xff\\x80');
    assert.equal(displayName('a\u202eb\u2028c'), 'a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c');
    assert.equal(displayName(''), '');
  });
});
