/** A session as one promise, and its report as the public API has it. */
import type { Segment, WriteReport } from '../../api.d.ts';
import type { CodeLine, WatchedField, WriterReportView, WriterWatch } from './face.ts';

/** The report at the end, or as soon as it says that breakpoints cannot be had. Rejects with what `start` throws. */
export async function watchToEnd(
  watch: WriterWatch,
  segment: Segment,
  fields: readonly WatchedField[],
  options: { readonly ms: number; readonly reads: boolean },
): Promise<WriterReportView> {
  const session = watch.start(segment, fields, options);
  try {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        // A hint goes on for views: who waits for the report waits in vain.
        if (session.view.state === 'ended' || session.view.failure) resolve();
      };
      session.onDidChange(look);
      look();
    });
    return session.view;
  } finally {
    session.dispose();
  }
}

/** What was found of one field; all that was missed counts for each. */
export function writeReport({ places, missed }: WriterReportView, field: number): WriteReport {
  const sites = places
    .filter((place) => place.field === field)
    .map(({ pid, tid, process, instruction, caller, count, first, last, ...line }) => ({
      pid,
      tid,
      process,
      instruction,
      ...codeLine(line),
      ...(caller ? { caller: codeLine(caller) } : {}),
      count,
      first,
      last,
    }));
  return {
    sites,
    missed: missed.map(({ pid, tid, code }) => ({ pid, ...(tid === undefined ? {} : { tid }), code })),
  };
}

function codeLine({ function: name, file, line }: CodeLine): CodeLine {
  return {
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}
