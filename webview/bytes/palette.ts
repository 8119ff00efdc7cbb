/** The theme's colours as a canvas takes them. The style sheet names them; this asks the browser what they come to. */
import { mix } from './mixer.ts';

const NAMES = {
  background: '--bg',
  text: '--fg',
  dim: '--dim',
  zero: '--zero',
  string: '--string',
  change: '--change',
  focus: '--focus',
  hatch: '--hatch',
  hit: '--byte-hit',
  hovered: '--byte-hovered',
  selected: '--byte-selected',
  selectedActive: '--byte-selected-active',
  selectedText: '--byte-selected-text',
  input: '--byte-input',
  inputText: '--byte-input-text',
  edge: '--byte-edge',
} as const;

export type Colours = Readonly<Record<keyof typeof NAMES, string>>;

export interface Palette {
  readonly colours: Colours;
  readonly isHighContrast: boolean;
  /** A mark stays as it is until it goes. */
  readonly reducesMotion: boolean;
}

/** What the custom properties of `element` come to now. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.className = 'sample';
  element.append(probe);
  const style = getComputedStyle(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const ground = { colour: resolve(NAMES.background), alpha: 1 };
  /** Of text on the plain ground: glyphs that let it through take longer. */
  const opaque = (name: string): string => mix(ground, { colour: resolve(name), alpha: 1 });
  const colours: Colours = {
    background: resolve(NAMES.background),
    text: opaque(NAMES.text),
    dim: opaque(NAMES.dim),
    zero: resolve(NAMES.zero),
    string: opaque(NAMES.string),
    change: resolve(NAMES.change),
    focus: resolve(NAMES.focus),
    hatch: resolve(NAMES.hatch),
    hit: resolve(NAMES.hit),
    hovered: resolve(NAMES.hovered),
    selected: resolve(NAMES.selected),
    selectedActive: resolve(NAMES.selectedActive),
    selectedText: resolve(NAMES.selectedText),
    input: resolve(NAMES.input),
    inputText: resolve(NAMES.inputText),
    edge: resolve(NAMES.edge),
  };
  probe.remove();
  const { classList } = document.body;
  return {
    colours,
    isHighContrast: classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light'),
    reducesMotion: classList.contains('vscode-reduce-motion') || window.matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
}

/** Calls back when the theme, its fonts or the wish for less motion change. */
export function watchTheme(onChange: () => void): void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  window.matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', onChange);
  document.fonts.addEventListener('loadingdone', onChange);
}
