/** Entry of the worker thread that reads declarations: it takes a ParseJob and answers with a ParseAnswer. */
import { parentPort } from 'node:worker_threads';
import { isMoreJob, isParseJob, type ParseAnswer, type ParseJob } from './jobs.ts';
import { readTypes } from './read.ts';
import { pack, type Packed } from './transfer.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of TypeService.');

/** What was not asked for yet of the last answer. */
let rest: (readonly Packed[])[] = [];

port.on('message', (job: unknown) => {
  if (isParseJob(job)) port.postMessage(answer(job));
  else if (isMoreJob(job)) port.postMessage({ id: job.more, ...next() });
});

function answer({ id, source, ...options }: ParseJob): ParseAnswer {
  try {
    const { types, problems, included } = readTypes(source, options);
    const { parcels, roots } = pack(types);
    rest = [...parcels];
    return { id, declarations: { problems, included, roots }, ...next() };
  } catch (error) {
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function next(): Pick<ParseAnswer, 'parcel' | 'more'> {
  return { parcel: rest.shift() ?? [], more: rest.length > 0 };
}
