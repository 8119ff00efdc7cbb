/** From a look to rows: what is shown, in which order, and what lies below. Rows are made when they are asked for. Knows nothing of VS Code. */
import type { Segment } from '../../../api.d.ts';
import type { CycleStep, Finding, LocksLook, SegmentLocks } from '../../locks/face.ts';
import { segmentLabel } from '../../segments/texts.ts';
import { lockRow, rankOf } from './lockRows.ts';
import { ERROR, rowsBelow, noteRow, WARNING, type Below, type Row } from './row.ts';
import { setsRow } from './semaphoreRows.ts';
import * as say from '../../locks/viewTexts.ts';
import { waiterRows } from './threadRows.ts';

/** Segments are open from the start up to this number of them. */
const OPEN_SEGMENTS = 5;

/** Findings, segments with locks, System V, what was not seen. */
export function topRows(look: LocksLook): Row[] {
  const listed = look.segments
    .filter(({ locks, elsewhere, problem }) => locks.length > 0 || elsewhere.length > 0 || problem !== undefined)
    .sort((a, b) => compare(segmentLabel(a.segment), segmentLabel(b.segment)) || compare(a.segment.id, b.segment.id));
  const severe = severeLocks(look.findings);
  const open = listed.length <= OPEN_SEGMENTS;
  const rows = [
    ...sortedFindings(look.findings).map((finding) => findingRow(finding, look)),
    ...listed.map((locks) => segmentRow(locks, look.time, severe, open)),
    ...(look.sets.length > 0 ? [setsRow(look.sets, look.time)] : []),
  ];
  return rows.length > 0 && say.unseenText(look.unseen) !== '' ? [...rows, unseenRow(look.unseen)] : rows;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedFindings(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1);
  return [...findings].sort((a, b) => rank(a) - rank(b) || compare(a.key, b.key));
}

/** 'id offset' of each lock that an error is about. */
function severeLocks(findings: readonly Finding[]): ReadonlySet<string> {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return new Set(errors.flatMap(({ locks }) => locks.map(({ id, offset }) => `${id} ${offset}`)));
}

function findingRow(finding: Finding, look: LocksLook): Row {
  const { severity, text, key, cycle = [] } = finding;
  const [first] = finding.locks;
  const title = say.findingTitle(finding);
  const below = rowsBelow(cycle.length, () => cycle.map((step, i) => stepRow(step, i, look)));
  return {
    kind: 'finding',
    key: `finding:${key}`,
    label: title,
    description: say.findingDescription(finding),
    icon: severity === 'error' ? ERROR : WARNING,
    says: `${severity === 'error' ? 'Error' : 'Warning'}: ${title}. ${text}`,
    tooltip: () => text,
    open: true,
    ...(first && placed(first, look)),
    ...(below && { below }),
  };
}

/** A click leads to the lock that it waits for, which the next one holds. */
function stepRow(step: CycleStep, index: number, look: LocksLook): Row {
  const { where } = step;
  return {
    kind: 'step',
    key: `step:${index}:${step.tid}`,
    label: say.stepText(step),
    description: say.stepDescription(step),
    icon: { name: 'arrow-right' },
    ...(where && { where, tooltip: () => `${say.stepText(step)}\n${say.placeText(where)}` }),
    ...placed(step.wants, look),
  };
}

function placed({ id, offset }: { id: string; offset: number }, look: LocksLook): Pick<Row, 'at' | 'segment'> {
  const known = look.segments.find(({ segment }) => segment.id === id);
  const size = known?.locks.find((lock) => lock.offset === offset)?.size;
  return { at: { id, offset, ...(size === undefined ? {} : { size }) }, ...(known && { segment: known.segment }) };
}

function segmentRow(known: SegmentLocks, now: number, severe: ReadonlySet<string>, open: boolean): Row {
  const { segment, problem } = known;
  const inTrouble = known.locks.some(({ offset }) => severe.has(`${segment.id} ${offset}`));
  const below = locksBelow(known, now, severe);
  return {
    kind: 'segment',
    key: `segment:${segment.id}`,
    label: segmentLabel(segment),
    description: say.segmentText(known),
    slow: problem === undefined,
    icon: problem !== undefined ? WARNING : inTrouble ? ERROR : { name: 'symbol-structure' },
    says: say.segmentSays(known),
    tooltip: () =>
      [segment.name || segmentLabel(segment), ...(known.type === undefined ? [] : [known.type]), say.segmentText(known)].join(
        '\n',
      ),
    open: open || inTrouble,
    segment,
    ...(below && { below }),
  };
}

/** Those in trouble first, then those that were seen held, each by their offsets: a lock that comes and goes stays where it is. */
function locksBelow(
  { segment, locks, elsewhere, more }: SegmentLocks,
  now: number,
  severe: ReadonlySet<string>,
): Below | undefined {
  const rest = (): Row[] => [
    ...elsewhere.map((word): Row => elsewhereRow(word, segment, now)),
    ...(more ? [noteRow(say.MORE_LOCKS)] : []),
  ];
  const count = locks.length + elsewhere.length + (more ? 1 : 0);
  if (count === 0) return undefined;
  const isSevere = (offset: number): boolean => severe.has(`${segment.id} ${offset}`);
  return {
    count,
    take: (most) => {
      const ranked = locks.map((lock) => ({ lock, rank: rankOf(lock, isSevere(lock.offset)) }));
      ranked.sort((a, b) => a.rank - b.rank || a.lock.offset - b.lock.offset);
      const rows = ranked.slice(0, most).map(({ lock }) => lockRow(lock, segment, now, isSevere(lock.offset)));
      return rows.length < most ? [...rows, ...rest().slice(0, most - rows.length)] : rows;
    },
  };
}

type Elsewhere = SegmentLocks['elsewhere'][number];

function elsewhereRow({ offset, waiters }: Elsewhere, segment: Segment, now: number): Row {
  const at = { id: segment.id, offset };
  const below = rowsBelow(waiters.length, (most) => waiterRows(waiters.slice(0, most), now, segment));
  return {
    kind: 'elsewhere',
    key: `elsewhere:${offset}`,
    label: say.ELSEWHERE_LABEL,
    description: `at ${say.offsetText(offset)} · ${say.waitText(waiters.length)}`,
    icon: { name: 'watch' },
    tooltip: () => `Threads sleep on the word at ${say.offsetText(offset)}, where no lock is known: a type may say what it is.`,
    segment,
    at,
    ...(below && { below }),
  };
}

function unseenRow(unseen: LocksLook['unseen']): Row {
  const text = say.unseenText(unseen);
  const lines = [`${text}.`, say.NOT_SEEN, ...(unseen.remedy === undefined ? [] : [unseen.remedy])];
  return {
    kind: 'unseen',
    key: 'unseen',
    label: '',
    description: text,
    icon: { name: 'info' },
    says: lines.join(' '),
    tooltip: () => lines.join('\n'),
  };
}
