/** Entry of the worker thread that matches regular expressions: a pattern that takes forever holds up nobody but it. */
import { parentPort, workerData } from 'node:worker_threads';
import { isMatchRequest, isPattern } from './regexJobs.ts';
import { matchText } from './regexText.ts';

const port = parentPort;
const data: unknown = workerData;
if (port === null || !isPattern(data)) throw new Error('This file runs as a worker thread of Matcher.');
const { encoding } = data;
const pattern = new RegExp(data.source, data.flags);

port.on('message', (request: unknown) => {
  if (!isMatchRequest(request)) return;
  const hits = matchText(pattern, encoding, request);
  port.postMessage({ id: request.id, hits }, [hits.buffer]);
});
