/** VS Code's side of a webview. It is given once in the life of a document, to the script within it (first.ts). */

export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCodeApi;
  interface Window {
    shmscopeApi?: VsCodeApi;
    /** When the page's style applies: before, nothing can be measured. */
    shmscopeStyled?: Promise<unknown>;
  }
}
