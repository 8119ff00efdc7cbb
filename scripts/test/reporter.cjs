/**
 * A mocha reporter: a line a test for a person, and a JSON line a test in the file that the runner reads.
 * Runs under Node and inside the extension host, hence CommonJS and no dependency but mocha.
 */
const { appendFileSync } = require('node:fs');

/** The reason that `skipBecause` of test/support/skip.ts left on the test or on a suite around it. */
function reasonOf(test) {
  for (let at = test; at; at = at.parent) if (at.skipReason) return at.skipReason;
  return 'no reason given';
}

const errorText = (error) => (error && (error.stack || error.message)) || String(error);

module.exports = class Reporter {
  constructor(runner, options) {
    const { results, suite } = options.reporterOption ?? options.reporterOptions ?? {};
    const write = (record) => results && appendFileSync(results, `${JSON.stringify({ suite, ...record })}\n`);
    let depth = 0;
    const say = (text) => {
      for (const line of text.split('\n')) console.log(`${process.env.SHMSCOPE_SPOKEN ?? ''}${'  '.repeat(depth)}${line}`);
    };

    runner.on('suite', (suiteNode) => {
      if (suiteNode.root) return;
      say(suiteNode.title);
      depth++;
    });
    runner.on('suite end', (suiteNode) => {
      if (!suiteNode.root) depth--;
    });
    runner.on('pass', (test) => {
      say(`✓ ${test.title} (${test.duration} ms)`);
      write({ event: 'pass', title: test.fullTitle(), ms: test.duration });
    });
    runner.on('pending', (test) => {
      say(`- ${test.title}: skipped, ${reasonOf(test)}`);
      write({ event: 'skip', title: test.fullTitle(), reason: reasonOf(test) });
    });
    runner.on('fail', (test, error) => {
      say(`✗ ${test.title}\n${errorText(error).replace(/^/gm, '      ')}`);
      write({ event: 'fail', title: test.fullTitle(), error: errorText(error) });
    });
    // Without this line the runner knows that the suite died on its way.
    runner.on('end', () => write({ event: 'end' }));
  }
};
