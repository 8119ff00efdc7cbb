/**
 * Run as an ordinary user by rights.test.ts: what the model tells such a user, as JSON. Arguments: the addon, the beginning of the names of
 * what the test made as root, and the shmids that it made.
 */
import { writeFileSync } from 'node:fs';
import type { Segment } from '../../../api.d.ts';
import { loadAddon } from '../../../src/native/load.ts';
import { toShmError } from '../../../src/native/errors.ts';
import { Sources } from '../../../src/live/sources.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { Actor, PAGE } from './actor.ts';

const [addonPath = '', prefix = '', ...shmids] = process.argv.slice(2);
const addon = loadAddon(addonPath);
const store = new SegmentStore(addon);
const sources = new Sources(addon);
const own = await Actor.start();

async function readable(segment: Segment): Promise<string> {
  try {
    return Buffer.from(await sources.read(segment, 0, 3)).toString();
  } catch (error) {
    return toShmError(error).code;
  }
}

try {
  for (const [name, mode] of [
    ['mapped', 0o600],
    ['left', 0o600],
    ['left-open', 0o666],
  ] as const) {
    const path = `/dev/shm/${prefix}-own-${name}`;
    writeFileSync(path, 'own', { mode });
    const fd = await own.do('open', path, 2, 0);
    if (name === 'mapped') await own.map(fd, PAGE);
    await own.do('close', fd);
  }
  const fd = await own.do('memfd', `${prefix}-own-memfd`, 0);
  await own.do('truncate', fd, PAGE);
  await own.do('fill', await own.map(fd, PAGE), 3, 0x6d);
  await own.do('close', fd);
  const anonymous = await own.map(-1, 2 * PAGE);
  const scan = await store.refresh();
  const found: Record<string, object> = {};
  for (const segment of scan.segments) {
    if (!segment.name.includes(prefix) && !shmids.includes(String(segment.sysv?.shmid))) continue;
    const { kind, orphaned, access, mappings, holders } = segment;
    found[segment.sysv ? String(segment.sysv.shmid) : segment.name.replace(/^.*shmscope-test[-\d]*-/, '')] = {
      ...{ kind, orphaned, access: `${access.read ? 'r' : '-'}${access.write ? 'w' : '-'}`, reason: access.reason ?? '' },
      ...{ mappers: mappings.map(({ pid }) => (pid === own.pid ? 'own' : 'other')), holders: holders.length },
      ...{ mayHide: scan.mayHideMappers(segment), read: await readable(segment) },
    };
  }
  const memory = scan.segments.find(({ mappings }) =>
    mappings.some(({ pid, address }) => pid === own.pid && Number(address) === anonymous),
  );
  const hidden = scan.hidden.map(({ pid, uid, code }) => [pid, uid, code]);
  console.log(JSON.stringify({ found, hidden, memory: memory && { ...memory, mappings: [] }, uid: process.geteuid?.() }));
} finally {
  await own.end();
  sources.dispose();
  store.dispose();
}
