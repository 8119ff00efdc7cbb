/** The rotations of all panels' overview strips: they share one budget, which is a setting. */
import * as vscode from 'vscode';
import { Heat, type HeatOptions } from '../live/heat.ts';
import type { Addon } from '../native/addon.ts';

const SETTING = 'shmscope.overview.budget';
/** Percent of a core. */
const DEFAULT = 5;
const MOST = 50;

export class Overview {
  readonly #addon: Pick<Addon, 'openHeat'>;
  readonly #heats = new Set<Heat>();
  readonly #listener: vscode.Disposable;
  /** Kept, since it is asked for at each look, and asking VS Code takes as long as the look. */
  #budget = budget();

  constructor(addon: Pick<Addon, 'openHeat'>) {
    this.#addon = addon;
    this.#listener = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SETTING)) return;
      this.#budget = budget();
      for (const heat of this.#heats) heat.budgetChanged();
    });
  }

  /** A rotation of its own, which is to be disposed. */
  open(options: Omit<HeatOptions, 'openHeat' | 'budget'>): Heat {
    const heat = new Heat({
      ...options,
      openHeat: (chunks) => this.#addon.openHeat(chunks),
      budget: () => this.#budget / Math.max(1, [...this.#heats].filter((one) => one.running).length),
    });
    this.#heats.add(heat);
    return heat;
  }

  close(heat: Heat): void {
    this.#heats.delete(heat);
    heat.dispose();
  }

  dispose(): void {
    this.#listener.dispose();
    for (const heat of this.#heats) heat.dispose();
    this.#heats.clear();
  }
}

/** Part of a core, 0 to MOST percent; the settings file may hold anything. */
function budget(): number {
  const value: unknown = vscode.workspace.getConfiguration().get(SETTING);
  const percent = typeof value === 'number' && Number.isFinite(value) ? value : DEFAULT;
  return Math.min(MOST, Math.max(0, percent)) / 100;
}
