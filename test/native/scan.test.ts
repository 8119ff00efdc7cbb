import assert from 'node:assert/strict';
import { skipBecause } from '../support/skip.ts';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { READ, SHARED, WRITE } from '../../src/native/addon.ts';
import { splitNames } from '../../src/segments/maps.ts';
import { holderAccess, lookOnce } from './rows.ts';
import { ADDON, addon, at, cleanup, freeKey, listSysv, rows, unique } from './support.ts';

/** Python's mmap module, for mappings that no C program here makes. */
async function python(code: string, ...args: string[]) {
  const child = spawn('python3', ['-c', `${code}\nprint("ready", flush=True)\nsys.stdin.read()`, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => assert.fail('python3 ended'))]);
  return {
    pid: child.pid ?? 0,
    end: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

describe('native: scan', () => {
  const made = cleanup();

  it('attributes a POSIX object to its mapper', async () => {
    const path = made.path('writer');
    const writer = await made.start('posix_writer', path.slice('/dev/shm'.length));
    const { maps: scan } = await lookOnce(addon);
    const [mapping, ...more] = rows(scan, writer.pid).filter((row) => row.name === path);
    assert.ok(mapping);
    assert.equal(more.length, 0);
    assert.equal(mapping.inode, statSync(path).ino);
    assert.equal(mapping.device, addon.statPath('/dev/shm', false).device);
    assert.equal(mapping.length, 4096);
    assert.equal(mapping.offset, 0);
    assert.equal(mapping.flags, READ | WRITE | SHARED);
    assert.equal(mapping.comm, 'posix_writer');
    const line = readFileSync(`/proc/${writer.pid}/maps`, 'utf8')
      .split('\n')
      .find((text) => text.endsWith(path));
    assert.ok(line?.startsWith(mapping.address.toString(16)));
    const process_ = scan.processes.pid.indexOf(writer.pid);
    assert.ok(Math.abs(at(scan.processes.startedAt, process_) - Date.now()) < 60_000);
    assert.equal(at(scan.processes.uid, process_), process.getuid?.());
    assert.equal(`ipc:[${at(scan.processes.ipc, process_)}]`, readlinkSync(`/proc/${writer.pid}/ns/ipc`));
    assert.equal(`mnt:[${at(scan.processes.mount, process_)}]`, readlinkSync(`/proc/${writer.pid}/ns/mnt`));
    assert.equal(at(scan.processes.readable, process_), 1);
  });

  it('finds System V, file and anonymous mappings', async () => {
    const key = freeKey();
    const file = made.path('file');
    const sysv = await made.start('sysv_writer', String(key));
    const writer = await made.start('file_writer', file);
    const parent = await made.start('parent_child');
    const { maps: scan } = await lookOnce(addon);
    const segment = listSysv().find((one) => one.key === key);
    const mapped = rows(scan, sysv.pid).find((row) => row.name === `/SYSV${key.toString(16).padStart(8, '0')} (deleted)`);
    assert.equal(mapped?.inode, segment?.shmid);
    assert.equal(rows(scan, writer.pid).find((row) => row.name === file)?.length, 8192);
    const anonymous = rows(scan, parent.pid).find((row) => row.name === '/dev/zero (deleted)');
    assert.ok(anonymous);
    assert.equal(rows(scan).filter((row) => row.inode === anonymous.inode && row.name === anonymous.name).length, 2);
  });

  it('tells two mappings of one object apart, private from shared, and who merely holds it open', async () => {
    const path = made.path('twice');
    addon.createPath(path, 16384, 0o600, true, false);
    const program = await python(
      `import mmap, os, sys
rw = os.open(sys.argv[1], os.O_RDWR)
ro = os.open(sys.argv[1], os.O_RDONLY)
a = mmap.mmap(rw, 8192, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
b = mmap.mmap(ro, 4096, mmap.MAP_SHARED, mmap.PROT_READ, offset=8192)
c = mmap.mmap(ro, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE, offset=12288)`,
      path,
    );
    try {
      const { maps } = await lookOnce(addon);
      assert.deepEqual(
        rows(maps, program.pid)
          .filter((row) => row.name === path)
          .map(({ offset, length, flags }) => ({ offset, length, flags }))
          .sort((a, b) => a.offset - b.offset),
        [
          { offset: 0, length: 8192, flags: READ | WRITE | SHARED },
          { offset: 8192, length: 4096, flags: READ | SHARED },
          { offset: 12288, length: 4096, flags: READ | WRITE },
        ],
      );
      // Python's mmap keeps a duplicate of each descriptor.
      assert.deepEqual(holderAccess(maps, program.pid, path).sort(), [0, 0, 0, 2, 2]);
      const names = splitNames(maps.objects.names);
      assert.equal(names.filter((name) => name === path).length, 1);
      assert.equal(at(maps.objects.mappers, names.indexOf(path)), 1);
    } finally {
      await program.end();
    }
  });

  it('gives the same by query and by text, a name with a newline included', async function () {
    const path = `${made.path('line')}\nbreak\\012`;
    made.remove(path);
    addon.createPath(path, 4096, 0o600, true, false);
    const writer = await made.start('posix_writer', path.slice('/dev/shm'.length));
    const { maps: query } = await lookOnce(addon);
    const { maps: text } = await lookOnce(addon, true);
    assert.equal(text.how, 'text');
    assert.equal(rows(text, writer.pid).find((row) => row.name.startsWith('/dev/shm'))?.name, path);
    if (query.how === 'text') skipBecause(this, 'no PROCMAP_QUERY before Linux 6.11: only the text was tested');
    assert.deepEqual(rows(query, writer.pid), rows(text, writer.pid));
  });

  it('keeps the name of an unlinked object and shows its removal', async () => {
    const path = made.path('unlinked');
    const writer = await made.start('posix_writer', path.slice('/dev/shm'.length));
    const { device, inode } = addon.statPath(path, false);
    addon.unlinkPath(path, device, inode);
    const row = rows((await lookOnce(addon)).maps, writer.pid).find((one) => one.inode === inode && one.device === device);
    assert.equal(row?.name, `${path} (deleted)`);
  });

  it('lists no process that has ended, and itself never', async () => {
    const writer = await made.start('posix_writer', `/${unique('ended')}`);
    await writer.dispose();
    const { maps: scan } = await lookOnce(addon);
    assert.equal(scan.processes.pid.includes(writer.pid), false);
    assert.equal(scan.processes.pid.includes(process.pid), false);
    assert.equal(
      scan.hidden.some((one) => one.pid === process.pid),
      false,
    );
  });

  it('fails where it may open no more files, and never passes that for processes without segments', async () => {
    const code = `
      import { closeSync, openSync } from 'node:fs';
      const { loadAddon } = await import(${JSON.stringify(new URL('../../src/native/load.ts', import.meta.url).href)});
      const addon = loadAddon(${JSON.stringify(ADDON)});
            const scanner = addon.openScanner(false);
      const found = [];
      const open = [];
      try {
        for (;;) open.push(openSync('/dev/null'));
      } catch {}
      for (let free = 0; free <= 6; free++) {
        const scan = scanner.scan(true, true, false);
        found.push(await scan.then(({ maps }) => maps.processes.pid.includes(Number(process.argv[1])), ({ code }) => code));
        closeSync(open.pop());
      }
      console.log(JSON.stringify(found));`;
    const writer = await made.start('posix_writer', made.path('exhausted').slice('/dev/shm'.length));
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code, `${writer.pid}`];
    const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n 64 && exec "$@"', 'sh', ...node]);
    const found: unknown = JSON.parse(stdout);
    assert.ok(Array.isArray(found));
    assert.equal(found[0], 'EMFILE');
    assert.equal(found.at(-1), true);
    assert.equal(found.includes(false), false, stdout);
  });

  it('goes through processes that come and go meanwhile', async () => {
    let going = true;
    const scanner = addon.openScanner(false);
    const byText = addon.openScanner(true);
    const churn = (async () => {
      while (going) await once(spawn('true', { stdio: 'ignore' }), 'exit');
    })();
    try {
      for (let i = 0; i < 50; i++) {
        const { maps } = await (i % 2 === 0 ? scanner : byText).scan(i % 3 === 0, false, i % 6 === 0);
        if (!maps) continue;
        const { mappings, objects, processes } = maps;
        assert.equal(mappings.process.length, mappings.address.length);
        assert.equal(at(objects.mappings, objects.kind.length), mappings.address.length);
        for (const owner of mappings.process) assert.ok(owner < processes.pid.length);
      }
    } finally {
      going = false;
      scanner.close();
      byText.close();
      await churn;
    }
  });
});
