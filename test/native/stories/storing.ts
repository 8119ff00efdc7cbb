/** Programs that store to a board when they are told (test/programs/stories/board.h), and the sessions that watch them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import type { WatchedField, WriterPlace, WriterReportView, WriterSession } from '../../../src/writers/face.ts';
import type { Running } from '../../programs/build.ts';
import { compiling } from '../finder/programs.ts';
import { cleanup } from '../support.ts';
import { composed, lineOf, STORIES } from './support.ts';

export const FIELD: WatchedField = { offset: 0, length: 8, path: 'field' };
/** The board's other members. */
export const OTHERS: readonly WatchedField[] = [8, 16, 24].map((offset) => ({ offset, length: 8 }));
export const SEMAPHORE: WatchedField = { offset: 32, length: 8, path: 'sem' };
export const LOCK: WatchedField = { offset: 64, length: 4, path: 'lock' };
export const TEXT: WatchedField = { offset: 104, length: 8, path: 'text' };

/** Far longer than any test: sessions are ended by it. */
const LONG = 120_000;

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await pause(10))
    if (Date.now() > end) throw new Error(`${what} was not to be seen`);
}

export const total = (places: readonly WriterPlace[]): number => places.reduce((sum, { count }) => sum + count, 0);

/** Call it in a describe block: what a test makes and starts goes with it, also when it fails. */
export function storing() {
  const made = cleanup();
  const programs = compiling();
  const rooms = composed(() => false);
  const sessions: WriterSession[] = [];
  afterEach(async () => {
    for (const session of sessions) session.stop();
    for (const session of sessions.splice(0)) await ended(session);
  });
  let stores: string | undefined;
  const program = (): string => (stores ??= programs.compile('stores', join(STORIES, 'stores.c')));

  async function segmentOf(path: string): Promise<Segment> {
    return find(`/${basename(path)}`, ({ name, path: own }) => own === path || name === `/${basename(path)}`);
  }

  async function find(what: string, is: (segment: Segment) => boolean): Promise<Segment> {
    const { segments } = await rooms.store.refresh();
    const found = segments.find(is);
    assert.ok(found, `${what} is not listed`);
    return found;
  }

  /** Resolves when it watches. */
  async function watch(segment: Segment, fields: readonly WatchedField[] = [FIELD], reads = false): Promise<WriterSession> {
    const session = rooms.writers.start(segment, fields, { ms: LONG, reads });
    sessions.push(session);
    await until('a session that runs', () => session.view.state === 'running');
    return session;
  }

  /** An object for the board, which goes with the test. */
  function board(): string {
    const path = made.path('board');
    writeFileSync(path, Buffer.alloc(8192), { mode: 0o600 });
    return path;
  }

  /** `how` as in stores.c. `where`: a path in /dev/shm, or what board.h has for other memory. */
  async function start(where: string, how: string, count: number, pauseMs: number, ...more: string[]): Promise<Running> {
    const name = where.startsWith('/dev/shm/') ? where.slice('/dev/shm'.length) : where;
    return made.start(program(), name, how, `${count}`, `${pauseMs}`, ...more);
  }

  return { made, ...programs, ...rooms, program, segmentOf, find, watch, board, start };
}

/** Tells a program to go on. */
export function tell({ child }: Running): void {
  child.kill('SIGUSR1');
}

/** The report at the end, once `count` stores of a process (of all where it is not given) are in it. */
export async function seen(session: WriterSession, count: number, pid?: number): Promise<WriterReportView> {
  await until(`${count} stores`, () => total(of(session.view, pid)) >= count).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${told(session.view)}`);
  });
  return end(session);
}

export function of({ places }: WriterReportView, pid: number | undefined): WriterPlace[] {
  return places.filter((place) => pid === undefined || place.pid === pid);
}

export async function end(session: WriterSession): Promise<WriterReportView> {
  session.stop();
  await ended(session);
  return session.view;
}

async function ended(session: WriterSession): Promise<void> {
  await until('the end of a session', () => session.view.state === 'ended');
}

/** For messages. */
function told({ places, missed, seen: stores, lost }: WriterReportView): string {
  return JSON.stringify({ places, missed, stores, lost }, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

/** The program ends by itself when it is asked to, and its board holds what it stored. */
export async function unharmed(running: Running): Promise<void> {
  running.child.kill('SIGTERM');
  assert.equal(await running.exit, 0);
}

/** That all stores came from one line of a function of stores.c. */
export function assertLine(places: readonly WriterPlace[], name: string, text: string, source = 'stores.c'): void {
  assert.ok(places.length > 0);
  for (const place of places) {
    assert.equal(place.function, name);
    assert.equal(basename(place.file ?? ''), source);
    assert.equal(place.line, lineOf(source, text));
    assert.equal(place.caller, undefined);
  }
}
