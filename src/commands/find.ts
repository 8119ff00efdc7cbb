/** shmscope.find: looks for bytes, text, numbers or a regular expression in a segment. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { MAX_HITS } from '../protocol/limits.ts';
import { isSearchSpec, type Hit, type SearchSpec } from '../protocol/searching.ts';
import { checkOffset } from '../segments/names.ts';
import { askText, plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

/**
 * With arguments: `{ bytes }` (Uint8Array, or hex such as 'de ad ?? ef'), `{ text, encoding?, matchCase? }`, `{ regex, encoding?, matchCase? }`
 * or `{ number, type, byteOrder?, aligned?, tolerance? }` gives the hits, `limit` at most; with `from` the one nearest to it, or before it with
 * `backward`, alone. In the panel that has the focus it opens the find tab; else it asks what to look for.
 */
export const find: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Find in which segment?');
  if (!segment) return undefined;
  if (invocation.programmatic) return hitsOf(context, segment, invocation);
  if (invocation.target === undefined && context.panels.active) return context.panels.active.show('find');
  return ask(context, segment);
};

async function hitsOf(context: CommandContext, segment: Segment, { options }: Invocation): Promise<readonly Hit[]> {
  const spec = specOf(options);
  const { from, backward = false, limit = MAX_HITS } = options;
  if (typeof backward !== 'boolean') throw shmError('EINVAL', 'backward is true or false.');
  if (from !== undefined) {
    const hit = await context.store.using(segment.id, (now) =>
      context.searches.find(now, spec, checkOffset(from, 'offset'), backward),
    );
    return hit ? [hit] : [];
  }
  const most = Math.min(MAX_HITS, checkOffset(limit, 'limit'));
  const { hits } = await context.store.using(segment.id, (now) => context.searches.findAll(now, spec, most));
  return Array.from({ length: hits.length / 2 }, (_, i) => ({ offset: hits[2 * i] ?? 0, length: hits[2 * i + 1] ?? 0 }));
}

/** Shows the first hit of what is typed, and the find tab for all else. */
async function ask(context: CommandContext, segment: Segment): Promise<void> {
  const prompt = 'Text, or bytes as 0x and hex digits (?? for any byte); nothing to choose in the panel';
  const spec = await askText({ prompt: plainText(prompt), placeHolder: '0x de ad ?? ef' }, typedSpec);
  if (spec === undefined) return;
  const panel = context.panels.open(segment);
  panel.show('find');
  if (spec === 'nothing') return;
  const options = { location: vscode.ProgressLocation.Notification, title: 'Searching…', cancellable: true };
  const hit = await vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    let told = 0;
    const onProgress = (done: number): void => {
      progress.report({ increment: 100 * (done - told) });
      told = done;
    };
    const found = await context.store.using(segment.id, (now) =>
      context.searches.find(now, spec, 0, false, { signal: cancel.signal, onProgress }),
    );
    return cancel.signal.aborted ? undefined : found;
  });
  if (hit) panel.goTo(hit.offset, hit.length);
  else if (hit === null) void vscode.window.showInformationMessage('Nothing such is in the segment.');
}

function typedSpec(typed: string): SearchSpec | 'nothing' {
  if (typed === '') return 'nothing';
  const hex = /^0x(.*)$/is.exec(typed.trim());
  return hex ? bytesSpec(hex[1] ?? '') : checked({ kind: 'text', text: typed, encoding: 'utf8', matchCase: true });
}

function specOf({ bytes, text, regex, number, ...rest }: Readonly<Record<string, unknown>>): SearchSpec {
  const { encoding = 'utf8', matchCase = true, type, byteOrder = 'little', aligned = false, tolerance } = rest;
  if (typeof bytes === 'string') return bytesSpec(bytes);
  if (bytes !== undefined) return checked({ kind: 'bytes', bytes });
  if (text !== undefined) return checked({ kind: 'text', text, encoding, matchCase });
  if (regex !== undefined) return checked({ kind: 'regex', source: regex, encoding, matchCase });
  const asText = (value: unknown): unknown => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value);
  const near = tolerance === undefined ? {} : { tolerance: asText(tolerance) };
  return checked({ kind: 'number', value: asText(number), type, byteOrder, aligned, ...near });
}

/** Of hex digits; a '?' in place of one stands for any. */
function bytesSpec(typed: string): SearchSpec {
  const digits = typed.replace(/[\s,_]|0x/gi, '');
  if (!/^([\da-f?]{2})+$/i.test(digits))
    throw shmError('EINVAL', 'Bytes are pairs of hex digits, such as de ad be ef or de ?? be ef.');
  const bytes = Uint8Array.from(Buffer.from(digits.replaceAll('?', '0'), 'hex'));
  if (!digits.includes('?')) return checked({ kind: 'bytes', bytes });
  const mask = Uint8Array.from(Buffer.from(digits.replace(/[^?]/g, 'f').replaceAll('?', '0'), 'hex'));
  return checked({ kind: 'bytes', bytes, mask });
}

function checked(spec: unknown): SearchSpec {
  if (isSearchSpec(spec)) return spec;
  throw shmError('EINVAL', 'find takes { bytes }, { text }, { regex } or { number, type }, each with its options.');
}
