/** A program that does the system calls which a test asks of it (test/programs/actor.c), as any user and in any namespace. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildPrograms } from '../../programs/build.ts';

export const PAGE = 4096;
/** mmap(2). */
export const PROT = { none: 0, read: 1, write: 2, both: 3, exec: 4 } as const;
export const MAP = { shared: 1, private: 2, anonymous: 0x20, fixed: 0x10, hugetlb: 0x4_0000 } as const;
/** shmget(2), shmat(2), shmctl(2). */
export const IPC = {
  create: 0o1000,
  exclusive: 0o2000,
  remove: 0,
  lock: 11,
  hugetlb: 0o4000,
  readOnly: 0o10000,
  noReserve: 0o10000,
} as const;
export const MFD_HUGETLB = 4;
/** open(2); `create` with O_RDWR. */
export const OPEN = { read: 0, write: 1, readWrite: 2, create: 0o102, path: 0o10000000 } as const;

export interface ActorOptions {
  readonly uid?: number;
  /** What runs before it, with the actor's path as the last argument: ['unshare', '--ipc']. */
  readonly through?: readonly string[];
}

export class Actor {
  readonly child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcess, answers: AsyncIterator<string>) {
    this.child = child;
    this.#answers = answers;
  }

  /** The answers come in the order of the lines. */
  static async start({ uid, through = [] }: ActorOptions = {}): Promise<Actor> {
    const program = join(await buildPrograms(), 'actor');
    const [command = program, ...args] = through.length > 0 ? [...through, program] : [];
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: '/',
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    await once(child, 'spawn');
    const { stdout } = child;
    return new Actor(child, createInterface({ input: stdout })[Symbol.asyncIterator]());
  }

  /** Of the actor itself, where nothing that stays runs before it. */
  get pid(): number {
    return this.child.pid ?? assert.fail('it did not start');
  }

  /** The result, or minus the errno; a text is handed over byte by byte. */
  async try(verb: string, ...values: readonly (number | bigint | string | Buffer)[]): Promise<bigint> {
    const words = values.map((value) =>
      typeof value === 'string' || Buffer.isBuffer(value) ? Buffer.from(value).toString('hex') : String(value),
    );
    this.child.stdin?.write(`${[verb, ...words].join(' ')}\n`);
    const answer: IteratorResult<string, unknown> = await this.#answers.next();
    assert.ok(answer.done !== true, `the actor ended at ${verb}`);
    return BigInt(answer.value);
  }

  /** The result; a failed system call fails the test. */
  async do(verb: string, ...values: readonly (number | bigint | string | Buffer)[]): Promise<number> {
    const result = Number(await this.try(verb, ...values));
    const name = Object.entries(constants.errno).find(([, value]) => value === -result)?.[0];
    assert.ok(result >= 0, `${verb} ${values.map(String).join(' ')}: ${name ?? result}`);
    return result;
  }

  /** A new object (or what is there) of this size, open; returns the descriptor. */
  async make(path: string | Buffer, size: number, mode = 0o600): Promise<number> {
    const fd = await this.do('open', path, OPEN.create, mode);
    await this.do('truncate', fd, size);
    return fd;
  }

  /** Maps a descriptor (-1: anonymous memory); returns the address. */
  async map(fd: number, length: number, { offset = 0, protection = PROT.both, flags = MAP.shared, at = 0 }: MapOptions = {}) {
    return this.do('map', fd, offset, length, protection, fd < 0 ? flags | MAP.anonymous : flags, at);
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 2000);
    await exit;
    clearTimeout(timer);
  }
}

export interface MapOptions {
  readonly offset?: number;
  readonly protection?: number;
  readonly flags?: number;
  readonly at?: number;
}

/** Actors of a describe block: they end after each test, also when it failed. */
export function actors() {
  const started: Actor[] = [];
  afterEach(async () => {
    for (const actor of started.splice(0)) await actor.end();
  });
  return async (options?: ActorOptions): Promise<Actor> => {
    const actor = await Actor.start(options);
    started.push(actor);
    return actor;
  };
}
