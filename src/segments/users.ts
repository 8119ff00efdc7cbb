/** Names of users and groups, from passwd(5) and group(5), read once; the number where these do not tell. */
import { readFileSync } from 'node:fs';

export interface Names {
  readonly byId: ReadonlyMap<number, string>;
  readonly byName: ReadonlyMap<string, number>;
}

/** Lines of 'name:password:id:…', as in /etc/passwd and /etc/group. The first line of an id or a name holds, as for getpwuid(3). */
export function parseNames(text: string): Names {
  const byId = new Map<number, string>();
  const byName = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, , digits] = line.split(':');
    if (!name || digits === undefined || !/^\d+$/.test(digits)) continue;
    const id = Number(digits);
    if (!byId.has(id)) byId.set(id, name);
    if (!byName.has(name)) byName.set(name, id);
  }
  return { byId, byName };
}

let users: Names | undefined;
let groups: Names | undefined;

/** 'alice', or 'uid 1000'. */
export function ownerName(uid: number): string {
  users ??= readNames('/etc/passwd');
  return users.byId.get(uid) ?? `uid ${uid}`;
}

/** The uid of a name, or of a number in digits; undefined where no user has that name. */
export function uidOf(nameOrUid: string): number | undefined {
  if (/^\d+$/.test(nameOrUid)) return Number(nameOrUid);
  users ??= readNames('/etc/passwd');
  return users.byName.get(nameOrUid);
}

/** 'staff', or 'gid 50'. */
export function groupName(gid: number): string {
  groups ??= readNames('/etc/group');
  return groups.byId.get(gid) ?? `gid ${gid}`;
}

/** A system without the file (users come from elsewhere) has numbers alone. */
function readNames(path: string): Names {
  try {
    return parseNames(readFileSync(path, 'utf8'));
  } catch {
    return parseNames('');
  }
}
