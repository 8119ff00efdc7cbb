/** Entry of the worker thread that reads declarations: it takes a ParseJob and answers with a ParseAnswer. */
import { parentPort } from 'node:worker_threads';
import { isParseJob, type ParseAnswer, type ParseJob } from './jobs.ts';
import { readTypes } from './read.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of TypeService.');

port.on('message', (job: unknown) => {
  if (isParseJob(job)) port.postMessage(answer(job));
});

function answer({ id, source, ...options }: ParseJob): ParseAnswer {
  try {
    return { id, declarations: readTypes(source, options) };
  } catch (error) {
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
