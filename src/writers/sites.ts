/** From the addon's columns to places in the code: which function and line each store was made at. */
import type { CodePlace, CodeQuery } from '../code/face.ts';
import type { RawSeen } from '../native/watchpoints.ts';
import { forEachPaced, mapPaced, range, sortPaced, type Pace } from '../segments/pace.ts';
import type { CodeLine, WatchedField, WriterPlace } from './face.ts';
import type { Rates } from './rates.ts';
import { valueText } from './typed.ts';

/** One site, as the addon has it. */
export interface Site {
  /** Its row: the same in all that is taken. */
  readonly index: number;
  readonly field: number;
  readonly image: number;
  readonly pid: number;
  readonly parent: number;
  readonly process: string;
  readonly tid: number;
  readonly ip: bigint;
  readonly caller: bigint;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
}

/** In slices: there may be 65,536. */
export async function sitesOf({ sites, processes }: RawSeen, pace: Pace): Promise<Site[]> {
  const names = processes.names.split('\0');
  const found: Site[] = [];
  await forEachPaced(range(sites.count.length), pace, (at) => {
    const process = sites.process[at] ?? 0;
    const known = sites.known[at] ?? 0;
    found.push({
      index: at,
      field: sites.field[at] ?? 0,
      image: processes.image[process] ?? 0,
      pid: processes.pid[process] ?? 0,
      parent: processes.parent[process] ?? 0,
      process: names[process] ?? '',
      tid: sites.tid[at] ?? 0,
      ip: sites.ip[at] ?? 0n,
      caller: sites.caller[at] ?? 0n,
      count: sites.count[at] ?? 0,
      first: sites.first[at] ?? 0,
      last: sites.last[at] ?? 0,
      before: known & 1 ? sites.before[at] : undefined,
      after: known & 2 ? sites.after[at] : undefined,
    });
  });
  return found;
}

/** What a site needs to know of the code. */
export const queriesOf = ({ ip, caller }: Site): CodeQuery[] => [
  { address: ip, kind: 'after-store' },
  ...(caller === 0n ? [] : [{ address: caller, kind: 'return' } as const]),
];

export type PlaceOf = (site: Site, query: CodeQuery) => CodePlace | undefined;

/** The busiest first. */
export async function placesOf(
  sites: readonly Site[],
  fields: readonly WatchedField[],
  placeOf: PlaceOf,
  rates: Rates,
  pace: Pace,
): Promise<WriterPlace[]> {
  const places = await mapPaced(sites, pace, (site) => writerPlace(site, fields, placeOf, rates.of(site.index)));
  return sortPaced(places, pace, (a, b) => b.rate - a.rate || b.count - a.count || a.pid - b.pid || a.tid - b.tid);
}

function writerPlace(site: Site, fields: readonly WatchedField[], placeOf: PlaceOf, rate: number): WriterPlace {
  const { pid, tid, process, count, first, last, before, after } = site;
  const [own, back] = queriesOf(site);
  const place = own && placeOf(site, own);
  const caller = back && placeOf(site, back);
  const field = fields[site.field] ?? { length: 8 };
  return {
    field: site.field,
    pid,
    tid,
    process,
    instruction: place?.instruction ?? site.ip,
    ...lineOf(place),
    ...(place?.object === undefined ? {} : { object: place.object }),
    ...(caller ? { caller: lineOf(caller) } : {}),
    ...(place?.lack === undefined ? {} : { lack: place.lack }),
    count,
    rate,
    first,
    last,
    ...(before === undefined ? {} : { before: valueText(before, field) }),
    ...(after === undefined ? {} : { after: valueText(after, field) }),
  };
}

function lineOf(place: CodeLine | undefined): CodeLine {
  return {
    ...(place?.function === undefined ? {} : { function: place.function }),
    ...(place?.file === undefined ? {} : { file: place.file }),
    ...(place?.line === undefined ? {} : { line: place.line }),
  };
}
