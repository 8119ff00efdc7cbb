/** Where the nodes and arrows of a cycle stand: threads and locks in turn, down one side and up the other. Pure. Lengths in px. */
import type { CycleStepInfo, LockPlace } from '../../src/protocol/locking.ts';
import { formatHex } from '../format.ts';
import { threadText, whereText } from './words.ts';

export const NODE_WIDTH = 158;
export const NODE_HEIGHT = 36;
const GAP_ACROSS = 78;
const GAP_DOWN = 34;
/** Around all: the outlines are drawn within. */
const MARGIN = 3;
/** Characters that a node has room for. */
const ROOM = 21;

export interface RingNode {
  readonly kind: 'thread' | 'lock';
  readonly x: number;
  readonly y: number;
  /** Two lines, short enough for the node. */
  readonly lines: readonly [string, string];
  /** All of it. */
  readonly title: string;
  readonly lock?: LockPlace;
}
/** From one node's border to the next one's. */
export interface RingArrow {
  readonly kind: 'waits' | 'held';
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly label: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'middle' | 'end';
}
export interface Ring {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly RingNode[];
  readonly arrows: readonly RingArrow[];
}

export function placeName({ path, offset }: LockPlace): string {
  return path || formatHex(offset);
}

function shorten(text: string, room = ROOM): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

function threadNode(step: CycleStepInfo): Omit<RingNode, 'x' | 'y'> {
  const { process, pid, tid } = step;
  const where = whereText(step.where);
  const second = where ?? `thread ${tid}`;
  const ending = ` (${pid})`;
  const title = `${threadText(step)}${where === undefined ? '' : ` at ${where}`}`;
  return { kind: 'thread', lines: [`${shorten(process, ROOM - ending.length)}${ending}`, shorten(second)], title };
}

function lockNode(lock: LockPlace): Omit<RingNode, 'x' | 'y'> {
  const name = placeName(lock);
  const segment = lock.here ? 'this segment' : lock.segment;
  return { kind: 'lock', lines: [shorten(name), shorten(segment)], title: `${name} in ${segment}`, lock };
}

/** Thread, the lock that it waits for, the thread that holds that one, and so on; the last lock is the first thread's. */
export function ringOf(cycle: readonly CycleStepInfo[]): Ring {
  const parts = cycle.flatMap((step) => [threadNode(step), lockNode(step.wants)]);
  const side = cycle.length;
  const right = MARGIN + NODE_WIDTH + GAP_ACROSS;
  const down = NODE_HEIGHT + GAP_DOWN;
  const nodes = parts.map((part, index): RingNode => {
    // The first one stands at the top left, and the way goes to the right, down, and back up at the left.
    const onRight = index >= 1 && index <= side;
    const row = onRight ? index - 1 : (parts.length - index) % parts.length;
    return { ...part, x: onRight ? right : MARGIN, y: MARGIN + row * down };
  });
  const arrows = nodes.map((from, index) => arrowOf(from, nodes[(index + 1) % nodes.length] ?? from));
  return { width: right + NODE_WIDTH + MARGIN, height: 2 * MARGIN + side * down - GAP_DOWN, nodes, arrows };
}

function arrowOf(from: RingNode, to: RingNode): RingArrow {
  const kind = from.kind === 'thread' ? 'waits' : 'held';
  const label = kind === 'waits' ? 'waits for' : 'held by';
  const middle = (node: RingNode): number => node.x + NODE_WIDTH / 2;
  if (from.y === to.y) {
    const forth = from.x < to.x;
    const [x1, x2] = forth ? [from.x + NODE_WIDTH, to.x] : [from.x, to.x + NODE_WIDTH];
    const y = from.y + NODE_HEIGHT / 2;
    return { kind, x1, y1: y, x2, y2: y, label, labelX: (x1 + x2) / 2, labelY: y - 6, anchor: 'middle' };
  }
  const below = from.y < to.y;
  const [y1, y2] = below ? [from.y + NODE_HEIGHT, to.y] : [from.y, to.y + NODE_HEIGHT];
  const x = middle(from);
  const place = { labelX: x + 9, labelY: (y1 + y2) / 2 + 4, anchor: 'start' } as const;
  return { kind, x1: x, y1, x2: x, y2, label, ...place };
}
