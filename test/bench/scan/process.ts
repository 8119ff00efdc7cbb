/** A measurement in a Node process of its own, whose heap and threads no other measurement has touched. */
import { once } from 'node:events';
import { join } from 'node:path';
import { start } from '../../../scripts/lib/children.mjs';

/** Runs a file of this folder, and gives the JSON that it prints. `check` says whether it is what was expected. */
export async function inOwnProcess<T>(
  file: string,
  check: (value: unknown) => value is T,
  args: readonly string[] = [],
): Promise<T> {
  const child = start(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as unknown[];
  const value: unknown = code === 0 ? JSON.parse(output) : undefined;
  if (!check(value)) throw new Error(`${file} ended with ${String(code)}: ${output}`);
  return value;
}

export const isNumber = (value: unknown): value is number => typeof value === 'number';
export const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(isNumber);
