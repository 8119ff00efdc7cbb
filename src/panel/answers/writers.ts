/** What the page asks about writers. */
import * as vscode from 'vscode';
import { identifier } from '../../keep/export/carray.ts';
import { openLine } from '../../files/openLine.ts';
import { Output } from '../../keep/export/output.ts';
import { isSegmentFile } from '../../keep/export/segmentFile.ts';
import { shmError } from '../../native/errors.ts';
import type { WritingRequests } from '../../protocol/writing.ts';
import type { SegmentPanel } from '../panel.ts';
import type { Answer } from '../requests.ts';
import { writersCsv, writersJson } from '../writersText.ts';

export const writerRequests: { readonly [Name in keyof WritingRequests]: Answer<Name> } = {
  findWriters: (panel, parts, ask) =>
    parts.store.using(panel.segment.id, async () => {
      panel.writers.start(ask);
    }),
  stopWriters: (panel) => panel.writers.stop(),
  openLine: (panel, _parts, { place, of, focus }) => openLine(panel.writers.lineOf(place, of), { focus, beside: true }),
  exportWriters: (panel) => exportReport(panel),
};

async function exportReport({ writers, segment }: SegmentPanel): Promise<void> {
  // As it is when the user asks: it may grow while the dialog is open.
  const { report } = writers;
  if (!report) throw shmError('ENOENT', 'There is no report of writers yet.');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${identifier(segment.name)}-writers.csv`;
  const picked = await vscode.window.showSaveDialog({
    title: 'Export the writers',
    saveLabel: 'Export',
    filters: { CSV: ['csv'], JSON: ['json'] },
    ...(folder?.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  if (!picked) return;
  if (picked.scheme !== 'file')
    throw shmError('ENOTSUP', 'The report is written by the machine whose memory it is of: choose a file there.');
  const path = picked.fsPath;
  const output = await Output.create(path, (found) => isSegmentFile(segment, found));
  try {
    await output.text(/\.json$/i.test(path) ? writersJson(report, segment) : writersCsv(report));
    await output.finish();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
