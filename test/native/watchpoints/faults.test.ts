import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { skipBecause } from '../../support/skip.ts';
import { ADDON, addon, shmErrorOf } from '../support.ts';
import type { RawRules, RawWatchpoints } from '../../../src/native/watchpoints.ts';
import { FIELD, pause, seenAll, sitesOf, total, until, watching } from './support.ts';

const FOUR = [0, 1, 2, 3].map(() => ({ length: 8, reads: false }) as const);

const NO_RULES: RawRules = {
  pc: new BigUint64Array(0),
  isReturn: new Uint8Array(0),
  kind: new Uint8Array(0),
  cfa: new Int32Array(0),
  returnAt: new Int32Array(0),
  bpAt: new Int32Array(0),
};

/** Takes all breakpoint registers of a process that can be had; false where some are in use. */
async function takeAll(watchpoints: RawWatchpoints, pid: number): Promise<boolean> {
  let free = true;
  for (const field of FOUR.keys()) {
    const { codes } = await watchpoints.add(pid, field, FIELD + BigInt(field * 8));
    if (codes !== '') {
      assert.equal(codes.replaceAll('ENOSPC\0', ''), '');
      free = false;
    }
  }
  return free;
}

describe('native: watchpoints, what can be wrong', () => {
  const { watch, page } = watching();

  it('refuses what is no field, no process and no address', async () => {
    const refused = async (fields: unknown, code: string) => {
      const call: unknown = Reflect.apply(Reflect.get(addon, 'openWatchpoints'), undefined, [fields]);
      await assert.rejects(Promise.resolve(call), shmErrorOf(code));
    };
    await refused([], 'ERANGE');
    await refused([...FOUR, ...FOUR], 'ERANGE');
    await refused([{ length: 3, reads: false }], 'EINVAL');
    await refused([{ length: 8 }], 'EINVAL');
    await refused('x', 'EINVAL');
    const program = await page().start('here', 1, 0);
    const watchpoints = await watch();
    await assert.rejects(watchpoints.add(program.pid, 1, FIELD), shmErrorOf('ERANGE'));
    await assert.rejects(watchpoints.add(program.pid, 0, FIELD + 4n), shmErrorOf('EINVAL'));
    await assert.rejects(watchpoints.add(program.pid, 0, 0xffff_ffff_ffff_fff8n), shmErrorOf('EINVAL'));
    await assert.rejects(watchpoints.add(0, 0, FIELD), shmErrorOf('EINVAL'));
    await assert.rejects(watchpoints.add(2 ** 22 + 1, 0, FIELD), shmErrorOf('ESRCH'));
    // Of the kernel.
    await assert.rejects(watchpoints.add(2, 0, FIELD), shmErrorOf('ESRCH'));
    assert.throws(() => watchpoints.answer(1, { ...NO_RULES, kind: Uint8Array.of(1) }), shmErrorOf('EINVAL'));
    watchpoints.answer(1, NO_RULES);
    await watchpoints.close();
    await watchpoints.close();
    await assert.rejects(watchpoints.add(program.pid, 0, FIELD), shmErrorOf('EBADF'));
    assert.equal(watchpoints.take().seen, 0);
  });

  it('finds no zombie', async () => {
    // A shell that became sleep does not wait for its child.
    const child = spawn('sh', ['-c', 'sleep 0 & exec sleep 30'], { stdio: 'ignore' });
    try {
      const zombie = () => readdirSync('/proc').find((name) => /^\d+$/.test(name) && statOf(name).startsWith(`Z ${child.pid} `));
      await until('a zombie', () => zombie() !== undefined);
      await assert.rejects((await watch()).add(Number(zombie()), 0, FIELD), shmErrorOf('ESRCH'));
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('gives the registers back when it is closed', async () => {
    const program = await page().start('here', 1, 0);
    for (let i = 0; i < 3; i++) {
      const first = await watch(FOUR);
      assert.equal(await takeAll(first, program.pid), true);
      assert.equal(await takeAll(await watch(FOUR), program.pid), false);
      await first.close();
      const again = await watch(FOUR);
      assert.equal(await takeAll(again, program.pid), true);
      await again.close();
    }
  });

  it('leaves nothing behind when it is killed', async () => {
    const program = await page().start('here', 1, 0);
    const code = `
      const addon = { exports: {} };
      process.dlopen(addon, ${JSON.stringify(ADDON)});
      const watchpoints = await addon.exports.openWatchpoints(${JSON.stringify(FOUR)});
      for (let i = 0; i < 4; i++) await watchpoints.add(${program.pid}, i, ${FIELD}n + BigInt(i * 8));
      console.log('watching');
      setInterval(() => {}, 1000);`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(host.stdout, 'data');
    assert.equal(await takeAll(await watch(FOUR), program.pid), false);
    host.kill('SIGKILL');
    await once(host, 'exit');
    const again = await watch(FOUR);
    await until('that all registers are free', () => takeAll(again, program.pid));
  });

  it('ends with its worker', async () => {
    const program = await page().start('here', 1, 0);
    const code = `
      const { parentPort } = require('node:worker_threads');
      const addon = { exports: {} };
      process.dlopen(addon, ${JSON.stringify(ADDON)});
      addon.exports.openWatchpoints(${JSON.stringify(FOUR)}).then(async (watchpoints) => {
        for (let i = 0; i < 4; i++) await watchpoints.add(${program.pid}, i, ${FIELD}n + BigInt(i * 8));
        parentPort.postMessage('watching');
        setInterval(() => watchpoints.take(), 1);
      });`;
    for (let i = 0; i < 5; i++) {
      const worker = new Worker(code, { eval: true });
      await once(worker, 'message');
      await worker.terminate();
      const again = await watch(FOUR);
      await until('that all registers are free', () => takeAll(again, program.pid));
      await again.close();
    }
  });

  it('watches 2,000 threads', async () => {
    const shared = page();
    const program = await shared.start('many', 1, 0, '2000');
    const watchpoints = await watch();
    const { watched, codes } = await watchpoints.add(program.pid, 0, FIELD);
    assert.deepEqual([watched, codes], [2001, '']);
    shared.go();
    assert.equal(await program.exit, 0);
    const seen = await seenAll(watchpoints, 2000);
    assert.deepEqual([total(sitesOf(seen)), sitesOf(seen).length, seen.lost], [2000, 2000, 0]);
  });

  it('says of each thread that there are no descriptors left for it', async () => {
    const program = await page().start('many', 1, 0, '300');
    const code = `
      const addon = { exports: {} };
      process.dlopen(addon, ${JSON.stringify(ADDON)});
      const watchpoints = await addon.exports.openWatchpoints([{ length: 8, reads: false }]);
      const { watched, tid, codes } = await watchpoints.add(${program.pid}, 0, ${FIELD}n);
      (await import('node:fs')).readFileSync('/proc/self/status');
      console.log(JSON.stringify({ watched, refused: tid.length, codes: [...new Set(codes.split('\\0'))] }));
      await watchpoints.close();`;
    const limited = ['-c', 'ulimit -n 600; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', code];
    const said: unknown = JSON.parse(execFileSync('sh', limited, { encoding: 'utf8' }));
    assert.ok(typeof said === 'object' && said !== null && 'watched' in said && 'refused' in said && 'codes' in said);
    assert.equal(Number(said.watched) + Number(said.refused), 301);
    assert.ok(Number(said.watched) > 20 && Number(said.refused) > 20);
    assert.deepEqual(said.codes, ['EMFILE', '']);
  });

  it('says that a debugger has taken the registers', async function () {
    if (!existsSync('/usr/bin/gdb')) skipBecause(this, 'there is no gdb');
    const program = await page().start('here', 1, 0);
    const watches = [0, 8, 16, 24].map((offset) => `watch -l *(long *)0x${(FIELD + BigInt(offset)).toString(16)}`);
    const args = [
      '-q',
      '-nx',
      '-p',
      String(program.pid),
      ...['set can-use-hw-watchpoints 1', ...watches, 'continue'].flatMap((each) => ['-ex', each]),
    ];
    // Without the sanitizer's library, which this process may run with.
    const env = { PATH: process.env['PATH'], HOME: '/' };
    const gdb = spawn('/usr/bin/gdb', args, { stdio: ['pipe', 'pipe', 'ignore'], env });
    try {
      let said = '';
      gdb.stdout.on('data', (text) => (said += String(text)));
      await until('that gdb goes on', () => said.includes('Continuing'));
      const watchpoints = await watch();
      await until('ENOSPC', async () => (await watchpoints.add(program.pid, 0, FIELD)).codes === 'ENOSPC\0');
    } finally {
      gdb.kill('SIGKILL');
      await once(gdb, 'exit');
    }
  });

  it('goes on when a process ends, and ends with its program', async () => {
    const shared = page();
    const [one, other, changed] = [
      await shared.start('here', 1000, 1000),
      await shared.start('here', 20, 1000),
      await shared.start('become', 4, 100),
    ];
    const watchpoints = await watch();
    for (const { pid } of [one, other, changed]) await watchpoints.add(pid, 0, FIELD);
    shared.go();
    await pause(30);
    one.child.kill('SIGKILL');
    assert.equal(await other.exit, 0);
    await until('that it runs again', () => shared.stores > 24 && commandOf(changed.pid).includes('again'));
    await pause(30);
    const before = sitesOf(await seenAll(watchpoints, 24)).filter(({ pid }) => pid === changed.pid);
    assert.equal(total(before), 4);
    // It has the same pid and the same address, and is not watched any more.
    assert.equal((await watchpoints.add(changed.pid, 0, FIELD)).watched, 1);
    shared.go(2);
    assert.equal(await changed.exit, 0);
    const own = async () => sitesOf(await seenAll(watchpoints, 0)).filter(({ pid }) => pid === changed.pid);
    await until('the stores of the new program', async () => total(await own()) >= 7);
    await pause(30);
    const all = await own();
    assert.deepEqual([total(all), all.length], [7, 2]);
  });
});

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
const commandOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`);
/** The state, the parent and what follows. */
const statOf = (pid: string): string => textOf(join('/proc', pid, 'stat')).replace(/^.*\) /s, '');
