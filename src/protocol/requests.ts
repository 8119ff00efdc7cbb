/** Every request of the page: what it asks and what it is answered with, each checked by the side that receives it. */
import { editAnswers, editAsks, type EditRequests } from './editing.ts';
import { keepAnswers, keepAsks, type KeepRequests } from './keeping.ts';
import { lockAnswers, lockAsks, type LockRequests } from './locking.ts';
import { searchAnswers, searchAsks, type SearchRequests } from './searching.ts';
import { writingAnswers, writingAsks, type WritingRequests } from './writing.ts';
import { viewAnswers, viewAsks, type ViewRequests } from './viewing.ts';

export interface Requests extends ViewRequests, EditRequests, SearchRequests, KeepRequests, LockRequests, WritingRequests {}
export type RequestName = keyof Requests;

interface Call {
  readonly ask: unknown;
  readonly answer: unknown;
}
export type AskChecks<Calls extends { [Name in keyof Calls]: Call }> = {
  readonly [Name in keyof Calls]: (value: unknown) => value is Calls[Name]['ask'];
};
export type AnswerChecks<Calls extends { [Name in keyof Calls]: Call }> = {
  readonly [Name in keyof Calls]: (value: unknown) => value is Calls[Name]['answer'];
};

const asks: AskChecks<Requests> = { ...viewAsks, ...editAsks, ...searchAsks, ...keepAsks, ...lockAsks, ...writingAsks };
const answers: AnswerChecks<Requests> = {
  ...viewAnswers,
  ...editAnswers,
  ...searchAnswers,
  ...keepAnswers,
  ...lockAnswers,
  ...writingAnswers,
};

export function isRequestName(value: unknown): value is RequestName {
  return typeof value === 'string' && Object.hasOwn(asks, value);
}

/** Whether `ask` is what the request `name` takes; narrows `FromPage`'s `ask` where the host answers it. */
export function isAsk<Name extends RequestName>(name: Name, ask: unknown): ask is Requests[Name]['ask'] {
  const check: (value: unknown) => boolean = asks[name];
  return check(ask);
}

/** Whether `answer` is what the request `name` is answered with. */
export function isAnswer<Name extends RequestName>(name: Name, answer: unknown): answer is Requests[Name]['answer'] {
  const check: (value: unknown) => boolean = answers[name];
  return check(answer);
}
