/** What a block of tests makes beside VS Code; it is removed after each of them, even where that fails. */
import { rmSync, writeFileSync } from 'node:fs';
import { start, type Running } from '../programs/build.ts';

/** Call it in a describe block. */
export function cleanup() {
  const programs: Running[] = [];
  const files: string[] = [];
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.dispose();
    for (const path of files.splice(0)) rmSync(path, { force: true });
  });
  const place = (what: string): { name: string; path: string } => {
    const name = `ui-${process.pid}-${what}`;
    const path = `/dev/shm/${name}`;
    files.push(path);
    return { name, path };
  };
  return {
    /** A POSIX object with these bytes. */
    object: (what: string, content: string | Buffer): { name: string; path: string } => {
      const placed = place(what);
      writeFileSync(placed.path, content);
      return placed;
    },
    /** A program, and the name of the object that it makes. */
    run: async (program: string, what: string, ...args: string[]): Promise<{ name: string; running: Running }> => {
      const { name } = place(what);
      const running = await start(program, [`/${name}`, ...args]);
      programs.push(running);
      return { name, running };
    },
  };
}
