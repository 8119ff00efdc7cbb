import { readFileSync } from 'node:fs';

/**
 * @typedef {{ suite: string, event: 'pass' | 'fail' | 'skip' | 'end', title?: string, error?: string, reason?: string, ms?: number }} TestRecord
 * @typedef {{ suite: string, records: TestRecord[], crash?: string }} SuiteResult
 */

/** Reads what scripts/test/reporter.cjs wrote; a file that is not there is a suite that never began. @param {string} file @returns {TestRecord[]} */
export function readRecords(file) {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return []; // cut off by a crash in the middle of a line
    }
  });
}

/**
 * Judges a suite: one that did not come to its end or ran no test has crashed, whatever it exited with.
 * @param {string} suite @param {TestRecord[]} records @param {number | null} code exit code
 * @returns {SuiteResult}
 */
export function judge(suite, records, code) {
  const tests = records.filter((record) => record.event !== 'end');
  const failed = tests.some((record) => record.event === 'fail');
  if (!records.some((record) => record.event === 'end'))
    return { suite, records, crash: `ended before its last test (exit code ${code})` };
  if (!tests.length) return { suite, records, crash: 'ran no test' };
  if (code !== 0 && !failed) return { suite, records, crash: `exit code ${code} although no test failed` };
  return { suite, records };
}

/**
 * The summary with its closing line.
 * @param {readonly SuiteResult[]} results
 * @returns {{ lines: string[], failed: number }}
 */
export function summarize(results) {
  const lines = ['', 'Summary'];
  const total = { pass: 0, fail: 0, skip: 0 };
  const reasons = new Map();
  const failures = [];
  for (const { suite, records, crash } of results) {
    const count = { pass: 0, fail: 0, skip: 0 };
    for (const { event, title, reason, error } of records) {
      if (event === 'end') continue;
      count[event]++;
      if (event === 'skip') reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (event === 'fail')
        failures.push(`  ${suite}: ${title}\n${(error ?? '').split('\n').slice(0, 12).join('\n').replace(/^/gm, '      ')}`);
    }
    if (crash) {
      count.fail++;
      failures.push(`  ${suite}: the suite ${crash}`);
    }
    for (const event of ['pass', 'fail', 'skip']) total[event] += count[event];
    lines.push(`  ${suite.padEnd(10)} ${count.pass} passed, ${count.fail} failed, ${count.skip} skipped`);
  }
  if (reasons.size) lines.push('', 'Skipped because', ...[...reasons].map(([reason, count]) => `  ${count} × ${reason}`));
  if (failures.length) lines.push('', 'Failed', ...failures);
  lines.push('', `${total.pass} passed, ${total.fail} failed, ${total.skip} skipped`);
  return { lines, failed: total.fail };
}
