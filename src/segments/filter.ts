/**
 * The filter of the explorer: words, all of which must hold. A plain word is part of the name; `key:value` asks for something else, and
 * commas part values of which one must hold. Quotes hold blanks and commas together, and make the value of `process:` and
 * `namespace:` the whole name instead of a part of it.
 */
import type { Segment, SegmentKind } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { readWords, type Value, type Word } from './words.ts';
import { segmentLabel } from './texts.ts';
import { ownerName, uidOf } from './users.ts';
import { processesOf as viewedProcesses } from './views.ts';

export interface Filter {
  /** As it was written. */
  readonly text: string;
  readonly matches: (segment: Segment) => boolean;
  /** The text asks for nothing. */
  readonly empty: boolean;
}

export const KEYS = ['kind', 'owner', 'process', 'namespace', 'is'] as const;
type Key = (typeof KEYS)[number];

const KINDS: readonly SegmentKind[] = ['posix', 'sysv', 'memfd', 'anonymous', 'file'];
const STATES = ['leak', 'mine', 'unlinked'] as const;

type Test = (segment: Segment) => boolean;

/** Cheap tests first: what the processes of a segment are is asked only of those that passed all others. */
const COST: Readonly<Record<Key, number>> = { is: 0, kind: 0, owner: 1, namespace: 1, process: 3 };
const NAME_COST = 2;

/** `uid` is the user whose segments `is:mine` means. EINVAL with a sentence for a key or a value that there is not. */
export function parseFilter(text: string, uid = process.geteuid?.() ?? 0): Filter {
  const tests = readWords(text).map((word) => wordTest(word, uid));
  const ordered = tests.toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
  return { text: text.trim(), matches: (segment) => ordered.every((test) => test(segment)), empty: tests.length === 0 };
}

function wordTest(word: Word, uid: number): { test: Test; cost: number } {
  if (word.key === undefined) return { test: nameTest(word.values[0]?.text ?? ''), cost: NAME_COST };
  const key = knownKey(word.key);
  const values = word.values.filter((value) => value.text !== '');
  if (values.length === 0) throw shmError('EINVAL', `${key}: needs a value: ${EXAMPLES[key]}.`);
  const tests = values.map((value) => VALUE_TESTS[key](value, uid));
  return { test: (segment) => tests.some((test) => test(segment)), cost: COST[key] };
}

const EXAMPLES: Readonly<Record<Key, string>> = {
  kind: KINDS.join(', '),
  owner: 'a user name or uid',
  process: 'a process name or pid',
  namespace: "'host', a container id or a namespace",
  is: STATES.join(', '),
};

function knownKey(typed: string): Key {
  const key = KEYS.find((candidate) => candidate === typed.toLowerCase());
  if (key) return key;
  const keys = KEYS.map((known) => `${known}:`).join(', ');
  throw shmError('EINVAL', `There is no "${typed}:". Use ${keys}, or put the word in quotes to look for it in names.`);
}

function nameTest(part: string): Test {
  const wanted = part.toLowerCase();
  return (segment) =>
    segment.name.toLowerCase().includes(wanted) || (segment.name === '' && segmentLabel(segment).includes(wanted));
}

const VALUE_TESTS: Readonly<Record<Key, (value: Value, uid: number) => Test>> = {
  kind: ({ text }) => {
    const kind = oneOf(KINDS, text, 'kind');
    return (segment) => segment.kind === kind;
  },
  is: ({ text }, uid) => stateTest(oneOf(STATES, text, 'is'), uid),
  owner: ({ text }) => ownerTest(text),
  namespace: (value) => (segment) => isNamed(segment.namespace, value),
  process: (value) => (segment) => {
    const { names, pids } = processesOf(segment);
    return pids.has(value.text) || names.some((name) => isNamed(name, value));
  },
};

function oneOf<T extends string>(choices: readonly T[], typed: string, key: Key): T {
  const found = choices.find((choice) => choice === typed.toLowerCase());
  if (found !== undefined) return found;
  throw shmError('EINVAL', `${key}: is one of ${choices.join(', ')}, not "${typed}".`);
}

function stateTest(state: (typeof STATES)[number], uid: number): Test {
  if (state === 'leak') return (segment) => segment.orphaned;
  if (state === 'mine') return (segment) => segment.uid === uid;
  return (segment) => segment.unlinked;
}

/** A whole name or a uid: a part of a name would take in other users. A user whom passwd does not know has no segment. */
function ownerTest(typed: string): Test {
  const uid = uidOf(typed) ?? /^uid (\d+)$/.exec(typed)?.[1];
  if (uid !== undefined) return (segment) => segment.uid === Number(uid);
  return (segment) => ownerName(segment.uid).toLowerCase() === typed.toLowerCase();
}

function isNamed(name: string, { text, quoted }: Value): boolean {
  return quoted ? name.toLowerCase() === text.toLowerCase() : name.toLowerCase().includes(text.toLowerCase());
}

interface Processes {
  readonly names: readonly string[];
  readonly pids: ReadonlySet<string>;
}

const known = new WeakMap<Segment, Processes>();

/** The names and pids of the processes that map a segment or hold it open; looked up once for each scan's segment. */
export function processesOf(segment: Segment): Processes {
  const found = known.get(segment);
  if (found) return found;
  const all = viewedProcesses(segment);
  const processes = { names: [...new Set(all.map((one) => one.process))], pids: new Set(all.map((one) => String(one.pid))) };
  known.set(segment, processes);
  return processes;
}
