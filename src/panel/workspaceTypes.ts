/** .vscode/shmscope.json of the workspace's folders: read, followed, written to; only where the workspace is trusted. */
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { Disposables, Emitter, toDisposable } from '../lifecycle.ts';
import { shmError, toShmError } from '../native/errors.ts';
import type { TypeProblem } from '../protocol/typing.ts';
import type { TypeChoice } from '../types/choice.ts';
import {
  parseWorkspaceFile,
  withWorkspaceType,
  WORKSPACE_FILE_MAX,
  type WorkspaceFile,
  type WorkspaceType,
} from '../types/workspace/file.ts';
import { insideOf, typeFor } from '../types/workspace/match.ts';
import { openPlace, placeOf } from './places.ts';
import { watchFiles } from './watchFiles.ts';

const NAME = '.vscode/shmscope.json';

interface Read extends WorkspaceFile {
  readonly folder: string;
}

export class WorkspaceTypes {
  readonly #disposables = new Disposables();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #read: readonly Read[] = [];
  #watched: vscode.Disposable | undefined;
  #round = 0;

  constructor() {
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#follow()));
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#follow()));
    this.#disposables.add(toDisposable(() => void this.#watched?.dispose()));
    this.#follow();
  }

  /** What the workspace says of a segment; the first folder that says something counts. */
  find(segment: Segment): TypeChoice | undefined {
    for (const { folder, types } of this.#read) {
      const found = typeFor(types, segment, folder);
      if (found) return choiceOf(found, folder);
    }
    return undefined;
  }

  /** What is wrong, with the place in the file. */
  get problems(): readonly TypeProblem[] {
    return this.#read.flatMap(({ folder, problems }) => {
      const path = join(folder, NAME);
      return problems.map((message) => {
        const place = placeOf(path, message);
        return { message: `${vscode.workspace.asRelativePath(path)}: ${message}`, ...(place === undefined ? {} : { place }) };
      });
    });
  }

  /** Opens the first file that is wrong, where it is. */
  async open(): Promise<void> {
    const wrong = this.#read.find(({ problems }) => problems.length > 0);
    if (wrong) await openPlace(join(wrong.folder, NAME), wrong.problems[0] ?? '');
  }

  /** Writes an entry into the file of a folder, which is made where there is none. EINVAL where the file there is no JSON. */
  async add(folder: string, entry: WorkspaceType): Promise<void> {
    const path = join(folder, NAME);
    const before = await readText(path);
    const [problem] = before === undefined ? [] : parseWorkspaceFile(before).problems;
    if (problem !== undefined && before?.trim() !== '')
      throw shmError(
        'EINVAL',
        `${vscode.workspace.asRelativePath(path)}: ${problem} It is not written to before that is mended.`,
      );
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, withWorkspaceType(before ?? '', entry));
    await this.#readAll();
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#changed.dispose();
  }

  #follow(): void {
    this.#watched?.dispose();
    const folders = localFolders();
    this.#watched = watchFiles(
      folders.map((folder) => join(folder, NAME)),
      () => void this.#readAll(),
    );
    void this.#readAll();
  }

  async #readAll(): Promise<void> {
    const round = ++this.#round;
    const folders = vscode.workspace.isTrusted ? localFolders() : [];
    const read = await Promise.all(folders.map((folder) => readFolder(folder)));
    if (round !== this.#round) return;
    const same = JSON.stringify(read) === JSON.stringify(this.#read);
    this.#read = read;
    if (!same) this.#changed.fire();
  }
}

/** Folders of the machine whose memory is shown. */
export function localFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : []));
}

async function readFolder(folder: string): Promise<Read> {
  try {
    const text = await readText(join(folder, NAME));
    if (text === undefined) return { folder, types: [], problems: [] };
    const { types, problems } = parseWorkspaceFile(text);
    const outside = await Promise.all(types.map((type) => outsideProblem(folder, type)));
    return {
      folder,
      types: types.filter((_, index) => outside[index] === undefined),
      problems: [...problems, ...outside.filter((problem) => problem !== undefined)],
    };
  } catch (error) {
    return { folder, types: [], problems: [toShmError(error).message] };
  }
}

/** A link in the folder may lead anywhere. A header that is not there is said where its type is shown. */
async function outsideProblem(folder: string, { pattern, header }: WorkspaceType): Promise<string | undefined> {
  if (header === undefined) return undefined;
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, header))]);
    return insideOf(root, path) === undefined ? `The header of "${pattern}" leads out of the workspace folder.` : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no file. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw shmError('EINVAL', 'This is no regular file.');
    if (found.size > WORKSPACE_FILE_MAX) throw shmError('EFBIG', 'This has more than 1 MiB.');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (toShmError(error).code === 'ENOENT') return undefined;
    throw error;
  }
}

function choiceOf(entry: WorkspaceType, folder: string): TypeChoice {
  const { type, header, source, offset, abi, language, dialect, compiled } = entry;
  const from = header !== undefined ? { header: join(folder, header) } : source !== undefined ? { source } : { debug: {} };
  return {
    name: type,
    ...from,
    ...(offset ? { offset } : {}),
    ...(abi ? { abi } : {}),
    ...(language ? { language } : {}),
    ...(dialect ? { dialect } : {}),
    ...(compiled ? { compiled } : {}),
  };
}
