/** Entry of the worker thread that reads declarations: it takes a ParseJob and answers with a ParseAnswer. */
import { parentPort, workerData } from 'node:worker_threads';
import { DeclarationError, lineAndColumn } from './errors.ts';
import { parseDeclarations } from './source/parse.ts';
import { isGrammarFiles, isParseJob, type ParseAnswer } from './jobs.ts';
import { Grammar } from './source/syntax.ts';

const port = parentPort;
const data: unknown = workerData;
if (port === null || !isGrammarFiles(data)) throw new Error('This file runs as a worker thread of TypeService.');
const grammar = Grammar.load(data);

port.on('message', (job: unknown) => {
  if (isParseJob(job)) void answer(job.id, job.source, job.abi).then((reply) => port.postMessage(reply));
});

async function answer(id: number, source: string, abi: 'x86_64'): Promise<ParseAnswer> {
  try {
    return { id, types: parseDeclarations(await grammar, source, abi) };
  } catch (error) {
    if (error instanceof DeclarationError) return { id, problem: `${lineAndColumn(source, error.at)}: ${error.message}` };
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
