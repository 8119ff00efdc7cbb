import assert from 'node:assert/strict';
import { conflictMarks } from '../../../webview/fields/conflicts.ts';
import { marketRing } from '../../page/layouts.ts';

const conflict = (name: string, ...paths: readonly string[]) => ({
  name,
  sides: ['feed (1)', 'strategy (2)'],
  rows: paths.map((path) => ({ path, cells: ['double, 8 bytes at 16', 'absent'] })),
});

describe('marks of fields that mappers lay out differently', () => {
  it('stand on all places where the type is used, and say who has it how', () => {
    const marks = conflictMarks(marketRing, [conflict('Order', '', 'price', 'side.BUY')]);
    assert.deepEqual([...marks.keys()], ['orders[]', 'orders[].price', 'orders[].side']);
    assert.equal(marks.get('orders[].price'), 'feed (1): double, 8 bytes at 16\nstrategy (2): absent');
    assert.deepEqual([...conflictMarks(marketRing, [conflict('struct MarketRing', 'seq')]).keys()], ['seq']);
  });

  it('are none of types that are not there', () => {
    assert.equal(conflictMarks(marketRing, [conflict('struct Other', 'x')]).size, 0);
    assert.equal(conflictMarks(undefined, [conflict('Order', 'x')]).size, 0);
  });
});
