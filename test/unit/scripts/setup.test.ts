import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, isFinished, markFinished, markUnfinished } from '../../../scripts/lib/stamp.mjs';
import { downloadSentence } from '../../../scripts/lib/steps.mjs';
import { remedy } from '../../../scripts/setup/compiler.mjs';
import { isLinked } from '../../../scripts/vscode/server.mjs';

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

  it('leaves an extension in place that another server may be showing, and only that one', () => {
    const extension = join(folder, 'checkout');
    mkdirSync(extension);
    const manifest = (version: string): void => writeFileSync(join(extension, 'package.json'), JSON.stringify({ version }));
    const list = (...names: string[]): void =>
      writeFileSync(
        join(folder, 'extensions.json'),
        JSON.stringify(names.map((relativeLocation) => ({ version: '0.1.0', relativeLocation }))),
      );
    manifest('0.1.0');
    symlinkSync(extension, join(folder, 'shmscope.shmscope-checkout'));
    assert.equal(isLinked(folder, extension), false, 'VS Code has no list yet');
    list('shmscope.shmscope-checkout');
    assert.equal(isLinked(folder, extension), true);
    assert.equal(isLinked(folder, join(folder, 'another')), false, 'another checkout');
    list('shmscope.shmscope-0.0.9', 'shmscope.shmscope-checkout');
    assert.equal(isLinked(folder, extension), false, 'one from a package beside it');
    list('shmscope.shmscope-checkout');
    manifest('0.2.0');
    assert.equal(isLinked(folder, extension), false, 'another version');
  });

  it('tells a refused download from a full disk', () => {
    assert.match(downloadSentence('X', 'npm error code ENOTFOUND'), /^X could not be downloaded.*registry/);
    assert.match(downloadSentence('X', 'npm error code ECONNREFUSED'), /check the network/);
    assert.match(downloadSentence('X', 'npm error ENOSPC: no space left'), /disk is full/);
  });
});
