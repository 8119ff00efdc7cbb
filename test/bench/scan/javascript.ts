/** The same as programs/maps_text.c in tuned JavaScript: one buffer, synchronous calls, columns instead of objects, no line ever a string. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

const buffer = Buffer.allocUnsafe(64 * 1024);
const NEWLINE = 10;
const SPACE = 32;
const DASH = 45;
const COLON = 58;
const S = 115;

/** Reading goes on behind the last number. */
let at = 0;

/** The hexadecimal number at `at`, and steps over the character that ends it. */
function hex(end: number): number {
  let value = 0;
  for (;;) {
    const c = buffer[at++] ?? end;
    if (c === end) return value;
    value = value * 16 + (c < COLON ? c - 48 : c - 87);
  }
}

export class Records {
  count = 0;
  pid = new Int32Array(4096);
  rights = new Uint32Array(4096);
  start = new Float64Array(4096);
  end = new Float64Array(4096);
  offset = new Float64Array(4096);
  device = new Float64Array(4096);
  inode = new Float64Array(4096);

  grow(): void {
    const size = this.pid.length * 2;
    const grown = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(size);
      larger.set(column);
      return larger;
    };
    const [pid, rights] = [new Int32Array(size), new Uint32Array(size)];
    pid.set(this.pid);
    rights.set(this.rights);
    Object.assign(this, { pid, rights });
    this.start = grown(this.start);
    this.end = grown(this.end);
    this.offset = grown(this.offset);
    this.device = grown(this.device);
    this.inode = grown(this.inode);
  }
}

/** 'start-end rwxs offset major:minor inode   name' (proc(5)); only what is shared is read further than its rights. */
function line(records: Records, pid: number, begin: number): void {
  // An address has 8 digits at least.
  let rights = begin + 17;
  while (buffer[rights] !== SPACE) rights++;
  if (buffer[rights + 4] !== S) return;
  const i = records.count++;
  if (i === records.pid.length) records.grow();
  at = begin;
  records.pid[i] = pid;
  records.start[i] = hex(DASH);
  records.end[i] = hex(SPACE);
  records.rights[i] = buffer.readUInt32LE(rights + 1);
  at = rights + 6;
  records.offset[i] = hex(SPACE);
  records.device[i] = hex(COLON) * 2 ** 20 + hex(SPACE);
  let inode = 0;
  for (let c = buffer[at] ?? SPACE; c > SPACE; c = buffer[++at] ?? SPACE) inode = inode * 10 + c - 48;
  records.inode[i] = inode;
}

function readProcess(records: Records, maps: number, pid: number): void {
  let kept = 0;
  for (;;) {
    const had = readSync(maps, buffer, kept, buffer.length - kept, null);
    if (had <= 0) return;
    const end = kept + had;
    let begin = 0;
    while (begin < end) {
      const stop = buffer.indexOf(NEWLINE, begin);
      if (stop < 0 || stop >= end) break;
      line(records, pid, begin);
      begin = stop + 1;
    }
    buffer.copyWithin(0, begin, end);
    kept = end - begin;
  }
}

/** Every shared mapping of every process that may be read. `records` is used again. */
export function scanInJavaScript(records: Records): void {
  records.count = 0;
  for (const name of readdirSync('/proc')) {
    if (!(name >= '1' && name < ':')) continue;
    let maps;
    try {
      maps = openSync(`/proc/${name}/maps`, 'r');
    } catch {
      continue;
    }
    try {
      readProcess(records, maps, Number(name));
    } catch {
      // It ended meanwhile.
    } finally {
      closeSync(maps);
    }
  }
}
