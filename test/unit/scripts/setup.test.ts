import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, isFinished, markFinished, markUnfinished } from '../../../scripts/lib/stamp.mjs';
import { downloadSentence } from '../../../scripts/lib/steps.mjs';
import { remedy } from '../../../scripts/setup/compiler.mjs';

describe('set-up', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shmscope-setup-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('names the package command of each family of distributions', () => {
    assert.match(remedy('ID=ubuntu\nID_LIKE=debian\n'), /apt-get install build-essential/);
    assert.match(remedy('ID="rocky"\nID_LIKE="rhel centos fedora"\n'), /dnf install/);
    assert.match(remedy('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n'), /zypper install/);
    assert.match(remedy('ID=arch\n'), /pacman/);
    assert.match(remedy('ID=alpine\n'), /apk add/);
    assert.match(remedy('ID=plan9\n'), /package manager of this system/);
  });

  it('does again what has no stamp, or one of other inputs', () => {
    const stamp = join(folder, 'stamp');
    const source = join(folder, 'source');
    writeFileSync(source, 'one');
    const first = fingerprint([source], ['x64']);
    assert.equal(isFinished(stamp, first), false);
    markFinished(stamp, first);
    assert.equal(isFinished(stamp, first), true);
    writeFileSync(source, 'two');
    assert.equal(isFinished(stamp, fingerprint([source], ['x64'])), false);
    assert.notEqual(fingerprint([source], ['x64']), fingerprint([source], ['arm64']));
    markUnfinished(stamp);
    assert.equal(isFinished(stamp, first), false);
  });

  it('tells a refused download from a full disk', () => {
    assert.match(downloadSentence('X', 'npm error code ENOTFOUND'), /^X could not be downloaded.*registry/);
    assert.match(downloadSentence('X', 'npm error code ECONNREFUSED'), /check the network/);
    assert.match(downloadSentence('X', 'npm error ENOSPC: no space left'), /disk is full/);
  });
});
