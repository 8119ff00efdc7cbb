/** What a person can understand and act on: one sentence with the remedy, and the end of a log where there is one. */
export class Failure extends Error {
  /**
   * @param {string} sentence
   * @param {{ log?: string, tail?: string }} [detail]
   */
  constructor(sentence, detail = {}) {
    super(sentence);
    this.name = 'Failure';
    this.detail = detail;
  }
}

/** @param {unknown} error */
export function report(error) {
  if (!(error instanceof Failure)) {
    console.error(error);
    return;
  }
  if (error.detail.tail) console.error(error.detail.tail.replace(/^/gm, '  | '));
  console.error(`\n${error.message}`);
  if (error.detail.log) console.error(`The whole log: ${error.detail.log}`);
}
