/** shmscope.refresh: one scan now. */
import type { Command } from './register.ts';

export const refresh: Command = async ({ explorer }) => explorer.refresh();
