/** What could not be seen for lack of rights, counted, and what helps. */
import { currentUser, type User } from '../segments/access.ts';
import { hidesOthers, procFacts, type ProcFacts } from '../segments/procfs.ts';
import type { Scan } from '../segments/scan.ts';
import { plural } from '../segments/texts.ts';
import { groupName } from '../segments/users.ts';

export interface HiddenNote {
  /** '14 processes of 3 other users are hidden'. */
  readonly text: string;
  /** A line for each remedy. */
  readonly remedies: readonly string[];
}

/** Undefined when all could be seen. */
export function hiddenNote(
  hidden: Scan['hidden'],
  user: User = currentUser(),
  facts: ProcFacts = procFacts(),
): HiddenNote | undefined {
  const others = hidden.filter((process) => process.uid !== user.uid);
  const own = hidden.length - others.length;
  const counted = others.length > 0 ? [othersText(others)] : [];
  if (own > 0) counted.push(`${plural(own, 'process', 'processes')} of yours ${own === 1 ? 'is' : 'are'} hidden`);
  const uncounted = hidesOthers(facts, user) && others.length === 0;
  if (uncounted) counted.unshift('/proc hides the processes of other users (hidepid)');
  if (facts.sharesWithUnseen) counted.push('processes outside this container share its memory and are not seen');
  if (counted.length === 0) return undefined;
  return { text: counted.join(', '), remedies: facts.mayTrace ? [NOT_EVEN_ROOT] : remedies(facts, user, own) };
}

function othersText(others: Scan['hidden']): string {
  const users = new Set(others.map((process) => process.uid)).size;
  const verb = others.length === 1 ? 'is' : 'are';
  return `${plural(others.length, 'process', 'processes')} of ${plural(users, 'other user')} ${verb} hidden`;
}

const NOT_EVEN_ROOT = 'The system keeps even root from looking into what they map.';

function remedies(facts: ProcFacts, user: User, own: number): string[] {
  const group =
    facts.gid === 0
      ? 'remount it with gid= of a group that you are a member of.'
      : `become a member of the group "${groupName(facts.gid)}" (the gid= of its mount) and log in again.`;
  return [
    ...(hidesOthers(facts, user) ? [`/proc is mounted with hidepid: ${group}`] : []),
    "Run VS Code's server as root (sudo), or give it CAP_SYS_PTRACE, to see what they map.",
    ...(own > 0
      ? ['Those of yours are protected by the kernel: they run set-user-ID programs, or are not dumpable (prctl(2)).']
      : []),
    ...(facts.ptraceScope > 0
      ? [
          `kernel.yama.ptrace_scope is ${facts.ptraceScope}: reading memory without a name, of your own processes as well, needs 0 (or CAP_SYS_PTRACE).`,
        ]
      : []),
  ];
}
