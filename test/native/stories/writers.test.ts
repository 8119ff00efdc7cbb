/** Who writes to a field: programs that do, each named with its line. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Segment, WriteSite } from '../../../api.d.ts';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import { skipBecause } from '../../support/skip.ts';
import { compiling } from '../finder/programs.ts';
import { cleanup } from '../support.ts';
import { composed, lineOf, STORIES } from './support.ts';

const BALANCE = { offset: 24, length: 8, path: 'balance' } as const;

describe('who writes to a field', () => {
  const made = cleanup();
  const { compile } = compiling();
  const { store, writers } = composed(() => false);

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });

  async function segmentOf(path: string): Promise<Segment> {
    const { segments } = await store.refresh();
    const found = segments.find(({ name }) => name === `/${basename(path)}`);
    assert.ok(found);
    return found;
  }

  it('names the three that mean to, and the one that overflows into it by strcpy, with its caller', async () => {
    const path = made.path('account');
    writeFileSync(path, '');
    const program = compile('account', join(STORIES, 'account.c'));
    await made.start(program, `/${basename(path)}`, 'a name of more than sixteen bytes');
    const segment = await segmentOf(path);
    const { sites, missed } = await writers.find(segment, BALANCE, 1500);
    assert.deepEqual(missed, []);
    const of = (process: string): WriteSite[] => sites.filter((site) => site.process === process);
    const expected = [
      ['deposits', 'deposit', 'fetch_add'],
      ['withdrawals', 'withdraw', 'fetch_sub'],
      ['interest', 'add_interest', 'account->balance +='],
    ] as const;
    for (const [process, name, text] of expected) {
      const [site, ...others] = of(process);
      assert.deepEqual(others, [], process);
      assert.equal(site?.function, name);
      assert.equal(basename(site.file ?? ''), 'account.c');
      assert.equal(site.line, lineOf('account.c', text));
      assert.ok(site.count >= 5, `${site.count}`);
      assert.equal(site.caller, undefined);
    }
    for (const { caller, function: name, count } of of('renamer')) {
      assert.match(name ?? '', /str|mem/);
      assert.equal(caller?.function, 'rename_owner');
      assert.equal(caller.line, lineOf('account.c', 'strcpy('));
      assert.ok(count >= 3);
    }
    assert.ok(of('renamer').length > 0);
  });
});
