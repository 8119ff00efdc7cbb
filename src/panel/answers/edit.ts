/** Storing into the segment: only what the user asked for, only while writing is enabled. */
import { open, type FileHandle } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Segment } from '../../../api.d.ts';
import { cancelled, controlled, throwIfAborted, type Running } from '../../live/control.ts';
import { shmError } from '../../native/errors.ts';
import type { EditRequests } from '../../protocol/editing.ts';
import { sizeText } from '../../segments/names.ts';
import type { SegmentPanel } from '../panel.ts';
import type { PanelParts } from '../parts.ts';
import type { Answer } from '../requests.ts';

/** What an edit of a range keeps of the bytes before it, so that it can be taken back. */
const UNDOABLE = 1024 * 1024;
/** Bytes of a file that are stored in one go. */
const PIECE = 1024 * 1024;

export const editing: { readonly [Name in keyof EditRequests]: Answer<Name> } = {
  write: (panel, parts, edit) => change(panel, parts, (segment) => panel.edits.write(segment, edit)),
  undo: (panel, parts, { force }) => change(panel, parts, (segment) => panel.edits.undo(segment, force)),
  redo: (panel, parts, { force }) => change(panel, parts, (segment) => panel.edits.redo(segment, force)),
  fill: async (panel, parts, { offset, length, pattern }, running) => {
    await change(panel, parts, async (segment) => {
      const end = await checkedEnd(parts, segment, offset, length);
      await overRange(panel, parts, segment, { offset, length: end - offset }, (source) =>
        controlled(running, (control) => source.fill(pattern, offset, end - offset, control)),
      );
    });
  },
  writeFile: async (panel, parts, { offset }, running) => {
    await change(panel, parts, async () => undefined);
    const [file] = (await vscode.window.showOpenDialog({ title: 'Write a file into the segment', openLabel: 'Write' })) ?? [];
    if (!file) return;
    await change(panel, parts, (segment) => storeFile(panel, parts, segment, offset, file.fsPath, running));
  },
};

function change<T>(panel: SegmentPanel, parts: PanelParts, work: (segment: Segment) => Promise<T>): Promise<T> {
  if (!panel.writing) throw shmError('EACCES', 'Writing is not enabled for this segment.');
  return parts.store.using(panel.segment.id, work);
}

async function checkedEnd(parts: PanelParts, segment: Segment, offset: number, length: number): Promise<number> {
  const { size } = parts.sources.open(segment, false).stat();
  if (length === 0 || offset + length > size)
    throw shmError('ERANGE', `${sizeText(length)} at ${offset} end past the segment's ${size} bytes.`);
  return offset + length;
}

type Range = { readonly offset: number; readonly length: number };
type Writing = ReturnType<PanelParts['sources']['open']>;

/** Does `work` so that it can be taken back, or after the user has agreed that it cannot. */
async function overRange(
  panel: SegmentPanel,
  parts: PanelParts,
  segment: Segment,
  { offset, length }: Range,
  work: (source: Writing) => Promise<unknown>,
): Promise<void> {
  if (length > UNDOABLE) {
    const agreed = 'Overwrite';
    const question = `Overwrite ${sizeText(length)} of ${segment.name || 'this segment'}?`;
    const detail = `From offset ${offset}. This is too much to be undone.`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, agreed)) !== agreed) throw cancelled();
    await work(parts.sources.open(segment, true));
    return;
  }
  const before = await parts.sources.read(segment, offset, length);
  await work(parts.sources.open(segment, true));
  panel.edits.keep({ offset, before, after: await parts.sources.read(segment, offset, length), mask: undefined });
}

async function storeFile(
  panel: SegmentPanel,
  parts: PanelParts,
  segment: Segment,
  offset: number,
  path: string,
  running: Running,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) throw shmError('EINVAL', 'The file is empty.');
    await checkedEnd(parts, segment, offset, size);
    await overRange(panel, parts, segment, { offset, length: size }, (source) => copy(file, source, offset, size, running));
  } finally {
    await file.close();
  }
}

async function copy(
  file: FileHandle,
  source: Writing,
  offset: number,
  size: number,
  { signal, onProgress }: Running,
): Promise<void> {
  const piece = new Uint8Array(Math.min(PIECE, size));
  for (let at = 0; at < size;) {
    throwIfAborted(signal);
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, size - at), at);
    if (bytesRead === 0) throw shmError('EIO', 'The file became shorter while it was read.');
    await source.writeAsync(piece.slice(0, bytesRead), offset + at);
    at += bytesRead;
    onProgress?.(at / size, 0);
  }
}
