import assert from 'node:assert/strict';
import { judge, line, median } from '../../../scripts/bench/figures.mjs';
import { machineText } from '../../../scripts/bench/machine.mjs';
import { section, withSection } from '../../../scripts/bench/markdown.mjs';
import type { Row } from '../../bench/bench.ts';

const row: Row = { what: 'full scan', unit: 'ms', ours: [30, 10, 20], peer: [100, 40], peerName: 'lsof' };
const machine = { cpu: 'EPYC', cpus: 2, memoryGiB: 24, kernel: '6.18.1', node: 'v24.1.0', load: 0.3, busy: 0.01 };
const measured = (name: string, rows: Parameters<typeof section>[0]['rows']) => ({
  name,
  time: '2026-02-03T04:05:06.000Z',
  machine,
  rows,
});

describe('what is said of a benchmark', () => {
  it('takes the value in the middle, or between the two there', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(median([10, 9, 100]), 10);
    assert.ok(Number.isNaN(median([])));
  });

  it('holds a bar to the ratio, to our median or to our largest', () => {
    assert.equal(judge(row).holds, undefined);
    assert.equal(judge(row).ratio, 20 / 70);
    assert.equal(judge({ ...row, bar: { atMost: 0.3, of: 'ratio' } }).holds, true);
    assert.equal(judge({ ...row, bar: { atMost: 0.2, of: 'ratio' } }).holds, false);
    assert.equal(judge({ ...row, bar: { atMost: 25, of: 'ours' } }).holds, true);
    assert.equal(judge({ ...row, bar: { atMost: 25, of: 'largest' } }).holds, false);
  });

  it('does not let a bar hold that nothing was measured against', () => {
    assert.equal(judge({ what: 'x', unit: 'ms', ours: [1], bar: { atMost: 1, of: 'ratio' } }).holds, false);
    assert.equal(judge({ ...row, peer: [], bar: { atMost: 1, of: 'ratio' } }).holds, false);
    assert.equal(judge({ ...row, ours: [], bar: { atMost: 1, of: 'ours' } }).holds, false);
  });

  it('says figure, peer, ratio, bar and verdict in a line', () => {
    const said = line(judge({ ...row, bar: { atMost: 0.2, of: 'ratio' } }), 10);
    assert.equal(said, '  full scan   20.0 ms, lsof 70.0 ms, ratio 0.29, ratio at most 0.2: DOES NOT HOLD');
    assert.equal(line({ what: 'records', text: '5 and 5', holds: true }, 8), '  records   5 and 5: holds');
    assert.equal(line({ what: 'fuser', text: 'is not installed' }, 5), '  fuser  is not installed');
  });
});

describe('docs/benchmarks.md', () => {
  it('has a table of rows, findings below it, and the machine', () => {
    const text = section(
      measured('scan', [
        judge({ ...row, bar: { atMost: 0.3, of: 'ratio' }, note: 'All threads.' }),
        judge({ what: 'stretch', unit: 'ms', ours: [1, 9], bar: { atMost: 5, of: 'largest' } }),
        { what: 'records', text: '5 and 5', holds: true },
      ]),
    );
    assert.ok(text.includes('| full scan | 20.0 ms | lsof: 70.0 ms | 0.29 | ratio at most 0.3 | holds |'), text);
    assert.ok(text.includes('| stretch | 5.00 ms, largest 9.00 ms |  |  | never over 5 ms | **does not hold** |'), text);
    assert.ok(text.includes('Medians of 2 to 3 samples each'), text);
    assert.ok(text.includes('- records: 5 and 5 (holds)'), text);
    assert.ok(text.includes('- full scan: All threads.'), text);
    assert.ok(text.includes('on 2026-02-03: 2 × EPYC, 24 GiB, Linux 6.18.1, Node v24.1.0. It was quiet before the start'), text);
  });

  it('takes names for text, not for markup', () => {
    const text = section(measured('scan', [{ what: 'a|b', text: '<b> *x* `y`\n# z' }]));
    assert.ok(text.includes('- a\\|b: \\<b\\> \\*x\\* \\`y\\` # z'), text);
  });

  it('says that the machine was busy', () => {
    assert.ok(machineText({ ...machine, busy: 0.4 }).includes('busy before the start'));
    assert.ok(machineText({ ...machine, load: 5 }).includes('busy before the start'));
  });

  it('puts a section in place of the last one, and leaves all else as it is', () => {
    const first = withSection('# Benchmarks\n\nBy hand.\n', measured('scan', [{ what: 'a', text: 'one' }]));
    const both = withSection(first, measured('read', [{ what: 'b', text: 'two' }]));
    const again = withSection(both, measured('scan', [{ what: 'a', text: '$& three' }]));
    assert.ok(both.startsWith(first.trimEnd()), both);
    assert.ok(again.startsWith('# Benchmarks\n\nBy hand.\n\n<!-- begin scan -->'), again);
    assert.ok(!again.includes('one') && again.includes('a: $& three') && again.includes('b: two'), again);
    assert.equal(again.match(/<!-- end scan -->/g)?.length, 1);
  });
});
