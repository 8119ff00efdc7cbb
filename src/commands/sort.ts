/** shmscope.sort: the order of the explorer's rows. */
import { shmError } from '../native/errors.ts';
import { isSortBy, SORTS, type SortBy } from '../segments/order.ts';
import { askChoice } from './ask.ts';
import type { Command } from './register.ts';

const ORDERS: Readonly<Record<SortBy, readonly [label: string, direction: string]>> = {
  name: ['Name', 'from A to Z'],
  size: ['Size', 'largest first'],
  memory: ['Memory', 'those that hold most first'],
  mappers: ['Mappers', 'mapped by most processes first'],
  age: ['Age', 'oldest first'],
};

export const sort: Command = async ({ explorer }, { programmatic, options }) => {
  const given = options['by'];
  if (programmatic && !isSortBy(given)) throw shmError('EINVAL', `sort takes { by: one of ${SORTS.join(', ')} }.`);
  const sortBy = isSortBy(given) ? given : await askOrder(explorer.sortBy);
  if (sortBy !== undefined) await explorer.setSort(sortBy);
};

function askOrder(current: SortBy): Promise<SortBy | undefined> {
  const choices = SORTS.map((value) => {
    const [label, direction] = ORDERS[value];
    return { label: `$(${value === current ? 'check' : 'blank'}) ${label}`, description: direction, value };
  });
  return askChoice<SortBy>('Sort the segments of each group by', choices);
}
