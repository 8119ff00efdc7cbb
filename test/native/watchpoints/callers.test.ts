import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { RawSeen, RawWatchpoints } from '../../../src/native/watchpoints.ts';
import { addon } from '../support.ts';
import type { Place, Rule } from './support.ts';
import { answer, FIELD, seenAll, sitesOf, total, until, watching } from './support.ts';

/** [start, end) of a function in a process that runs it. */
async function placeOf(pid: number, name: string): Promise<readonly [bigint, bigint]> {
  const { files } = await addon.loadedFiles(pid);
  const program = files.find(({ executable }) => executable);
  if (program === undefined) throw new Error('it has no program');
  const line = execFileSync('nm', ['-S', program.path], { encoding: 'utf8' })
    .split('\n')
    .find((each) => each.endsWith(` ${name}`));
  const [start = '', size = ''] = line?.split(' ') ?? [];
  const from = BigInt(`0x${start}`) + program.bias;
  return [from, from + BigInt(`0x${size}`)];
}

const within = (pc: bigint, [from, to]: readonly [bigint, bigint]): boolean => pc > from && pc <= to;

describe('native: watchpoints, callers', () => {
  const { watch, page } = watching();

  /** memcpy has no frame, through_frame one with a frame pointer, and through_two is the program's own code. */
  async function rules(pid: number): Promise<(place: Place) => Rule> {
    const frame = await placeOf(pid, 'through_frame');
    return ({ pc, isReturn }) => {
      if (!isReturn)
        return process.arch === 'arm64' ? { kind: 'stepSp', returnAt: -(2 ** 31) } : { kind: 'stepSp', cfa: 8, returnAt: -8 };
      if (!within(pc, frame)) return { kind: 'own' };
      return process.arch === 'arm64' ? { kind: 'none' } : { kind: 'stepBp', cfa: 16, returnAt: -8, bpAt: -16 };
    };
  }

  it('goes through a library and a frame to the code of the program', async function () {
    const shared = page();
    const program = await shared.start('library', 200, 100);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    const own = await placeOf(program.pid, 'through_two');
    const ruleOf = await rules(program.pid);
    shared.go();
    assert.equal(await program.exit, 0);
    const sites = sitesOf(await seenAll(watchpoints, 200, ruleOf));
    // memcpy may store twice where it copies a few bytes: its first and its last ones.
    assert.equal(total(sites), 200 * sites.length);
    assert.equal(new Set(sites.map(({ caller }) => caller)).size, 1);
    if (process.arch === 'x64') assert.ok(within(sites[0]?.caller ?? 0n, own));
  });

  it('keeps what needs a rule until it comes, and asks once', async () => {
    const shared = page();
    const program = await shared.start('here', 100, 0);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    assert.equal(await program.exit, 0);
    const taken = await asking(watchpoints, 100);
    assert.deepEqual([taken.seen, taken.pending, taken.sites.field.length, taken.asked.pc.length], [100, 100, 0, 1]);
    assert.equal(watchpoints.take().asked.pc.length, 0);
    answer(watchpoints, taken, () => ({ kind: 'none' }));
    const seen = await seenAll(watchpoints, 100);
    assert.deepEqual([sitesOf(seen).length, total(sitesOf(seen)), seen.unwalked], [1, 100, 0]);
  });

  it('counts all where no rule comes before it is closed', async () => {
    const shared = page();
    const program = await shared.start('here', 100, 0);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    assert.equal(await program.exit, 0);
    await asking(watchpoints, 100);
    await watchpoints.close();
    const seen = watchpoints.take();
    assert.deepEqual([total(sitesOf(seen)), seen.pending, seen.unwalked], [100, 0, 100]);
  });

  it('counts without a caller past what it may keep', async () => {
    const shared = page();
    const program = await shared.start('here', 60_000, 0);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    assert.equal(await program.exit, 0);
    await until('all stores', () => watchpoints.take().seen + watchpoints.take().lost === 60_000);
    const seen = watchpoints.take();
    assert.ok(seen.unwalked > 0 && seen.pending > 0);
    assert.equal(total(sitesOf(seen)) + seen.pending, seen.seen);
  });

  it('asks for a fork in the name of the process that it came from', async () => {
    const shared = page();
    const program = await shared.start('forks', 3, 0);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    assert.equal(await program.exit, 0);
    const asked = new Set<number>();
    const seen = await seenAll(watchpoints, 60, ({ pid }) => {
      asked.add(pid);
      return { kind: 'own' };
    });
    assert.equal(total(sitesOf(seen)), 60);
    // The children that were not seen before their parent ended ask for themselves.
    assert.ok(asked.size <= 20 && sitesOf(seen).length === 20);
  });

  it('stops where a rule leads out of the stack', async () => {
    const bad: Rule[] = [
      { kind: 'stepSp', cfa: 2 ** 31 - 1, returnAt: -8 },
      { kind: 'stepSp', cfa: -(2 ** 31) + 1, returnAt: 2 ** 31 - 1 },
      { kind: 'stepBp', cfa: 0, returnAt: 0, bpAt: 2 ** 31 - 1 },
      { kind: 'stepSp', cfa: 8, returnAt: 1 << 20 },
    ];
    for (const rule of bad) {
      const shared = page();
      const program = await shared.start('library', 50, 0);
      const watchpoints = await watch();
      await watchpoints.add(program.pid, 0, FIELD);
      shared.go();
      assert.equal(await program.exit, 0);
      const seen = await seenAll(watchpoints, 50, () => rule);
      assert.ok(sitesOf(seen).every(({ caller }) => caller === 0n));
      assert.equal(total(sitesOf(seen)), seen.seen);
    }
  });

  /** What was seen when `count` stores were, with all that was asked until then. */
  async function asking(watchpoints: RawWatchpoints, count: number) {
    await until('all stores', () => {
      // Nothing is asked before the first store, and nothing after it: all are of one place.
      const taken = watchpoints.take();
      if (taken.asked.pc.length > 0) first = taken;
      last = taken;
      return taken.seen === count;
    });
    assert.ok(first !== undefined && last !== undefined);
    return { ...last, asked: first.asked };
  }
  let first: RawSeen | undefined;
  let last: RawSeen | undefined;
});
