/**
 * What looks at a page from inside: put into every frame before its own scripts, where it lives as `window.shmscopeProbe`.
 *
 * "Painted" is the moment in which the page's thread has finished the frame that shows something: a message that is posted while a frame's
 * callbacks run arrives after its layout and paint. What the compositor does with it afterwards comes on top.
 */

export interface Shown {
  /** The 8 bytes at offset 0 as a little-endian integer, decimal. */
  readonly value: string;
  /** When it was painted, ms since the epoch. */
  readonly at: number;
}

export interface Probe {
  /** When the first row of bytes, or the empty panel's line, was painted, ms since the epoch; undefined while none was. */
  first(): number | undefined;
  /** When a key was last pressed, ms since the epoch. */
  pressed(): number;
  /** Intervals of the animation frames in the next `ms`, ms. */
  frames(ms: number): Promise<number[]>;
  /** The share, 0 to 1, of the frames in the next `ms` in which the first cell of bytes had none. */
  blanks(ms: number): Promise<number>;
  /** Notes from now on what the 8 bytes at offset 0 show. */
  record(): void;
  /** What `record` saw painted since, without what did not differ from the one before. */
  recorded(): Shown[];
  /** Waits for the next key, and then until `selector` finds an element whose text begins with `text` (any, where it is empty): ms from the key
   *  until that is painted. Rejects after 10 s. */
  fromKey(selector: string, text: string): { readonly result: Promise<number> };
  /** How many bytes the rows on the screen show now. */
  bytesInView(): number;
  /** Keeps the thread busy for `ms`; when it was free again, ms since the epoch. */
  block(ms: number): number;
}

declare global {
  interface Window {
    shmscopeProbe?: Probe;
  }
}

/** Runs in the page: everything that it uses is in it. */
export function installProbe(): void {
  const WAIT_MS = 10_000;
  const bytes = '[role="grid"][aria-label="Bytes"]';
  const CHANGES = { childList: true, subtree: true, characterData: true, attributeFilter: ['aria-label'] };
  const frame = window.requestAnimationFrame.bind(window);
  let inFrame = false;
  let [first, pressed]: (number | undefined)[] = [];
  let drift: number | undefined;

  // A change that the page makes while a frame's callbacks run is in that frame, any other in the next one. What observes a change runs
  // before what is queued here.
  window.requestAnimationFrame = (call) =>
    frame((time) => {
      inFrame = true;
      try {
        call(time);
      } finally {
        queueMicrotask(() => (inFrame = false));
      }
    });

  /** Calls back once the change that was just seen is painted. */
  const painted = (call: (now: number) => void): void => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      call(performance.now());
    };
    if (inFrame) port2.postMessage(undefined);
    else frame(() => port2.postMessage(undefined));
  };

  /** By the moment in which Date.now() moves: performance.timeOrigin is as far off as the clock was set since. */
  const epoch = (time: number): number => {
    if (drift === undefined) {
      const before = Date.now();
      while (Date.now() === before);
      drift = Date.now() - performance.now();
    }
    return time + drift;
  };

  /** What an element shows: the values of the bytes have names instead of texts. */
  const shownBy = (element: Element | null): string => element?.ariaLabel ?? element?.textContent ?? '';
  const textAt = (offset: number): string => shownBy(document.querySelector(`${bytes} [data-offset="${offset}"]`));

  const stamp = (): string => {
    const digits = Array.from({ length: 8 }, (_, i) => textAt(7 - i)).join('');
    return /^[0-9a-f]{16}$/.test(digits) ? String(BigInt(`0x${digits}`)) : '';
  };

  const shown: Shown[] = [];
  let recorder: MutationObserver | undefined;

  /** The frame comes with another document than the one that is there now, is filled later, and shown later still. */
  const watchFirst = (element: Element): void => {
    let known: Document | undefined;
    let found = false;
    const check = (): void => {
      const line = document.getElementById('bench-line')?.textContent ?? '';
      // The first rows are in the document, before there is a grid.
      const byte = document.querySelector('#first-rows [data-offset="0"]')?.textContent ?? textAt(0);
      if (found || (line === '' && !/^[0-9a-f]{2}$/.test(byte))) return;
      if (getComputedStyle(element).visibility !== 'visible') return;
      found = true;
      observer.disconnect();
      painted((now) => (first = now));
    };
    const observer = new MutationObserver(check);
    observer.observe(element, { attributes: true });
    // The document that it comes with keeps its observers when it is written anew, but no listener.
    const timer = setInterval(() => {
      if (found) clearInterval(timer);
      else if (known !== document) {
        known = document;
        observer.observe(document, CHANGES);
        check();
      }
    }, 1);
  };

  const matches = (selector: string, text: string): boolean => {
    const shows = shownBy(document.querySelector(selector));
    return shows !== '' && shows.startsWith(text);
  };

  window.shmscopeProbe = {
    first: () => (first === undefined ? undefined : epoch(first)),
    pressed: () => epoch(pressed ?? NaN),
    frames: (ms) =>
      new Promise((resolve) => {
        const times: number[] = [];
        const look = (time: number): void => {
          times.push(time);
          if (time - (times[0] ?? time) < ms) frame(look);
          else resolve(times.slice(1).map((at, i) => at - (times[i] ?? NaN)));
        };
        frame(look);
      }),
    blanks: (ms) =>
      new Promise((resolve) => {
        const until = performance.now() + ms;
        let [frames, blank] = [0, 0];
        const look = (time: number): void => {
          frames++;
          if (shownBy(document.querySelector(`${bytes} [data-offset]`)) === '') blank++;
          if (time < until) frame(look);
          else resolve(blank / frames);
        };
        frame(look);
      }),
    record: () => {
      const grid = document.querySelector(bytes);
      if (!grid) throw new Error('there are no bytes');
      recorder?.disconnect();
      shown.length = 0;
      let last = stamp();
      recorder = new MutationObserver(() => {
        const value = stamp();
        if (value === last || value === '') return;
        last = value;
        painted((now) => shown.push({ value, at: epoch(now) }));
      });
      recorder.observe(grid, CHANGES);
      epoch(0);
    },
    recorded: () => {
      recorder?.disconnect();
      return shown;
    },
    fromKey: (selector, text) => {
      const result = new Promise<number>((resolve, reject) => {
        const look = (began: number): void => {
          const done = (): void => painted((now) => resolve(now - began));
          const observer = new MutationObserver(() => {
            if (!matches(selector, text)) return;
            observer.disconnect();
            done();
          });
          observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
        };
        document.addEventListener('keydown', (event) => look(event.timeStamp), { capture: true, once: true });
        setTimeout(() => reject(new Error(`${selector} was not there within ${WAIT_MS} ms`)), WAIT_MS);
      });
      // A promise by itself would be waited for.
      return { result };
    },
    bytesInView: () => {
      const grid = document.querySelector(bytes)?.getBoundingClientRect();
      const inside = (cell: Element): boolean => {
        const { top, bottom } = cell.getBoundingClientRect();
        return grid !== undefined && bottom > grid.top && top < Math.min(grid.bottom, innerHeight);
      };
      return [...document.querySelectorAll(`${bytes} [data-offset]`)].filter(inside).length;
    },
    block: (ms) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
      return epoch(performance.now());
    },
  };
  // A panel's document is in a frame inside a frame; the workbench around them is watched for keys only.
  if (window.frameElement && window.parent !== window.top) watchFirst(window.frameElement);
  else document.addEventListener('keydown', (event) => (pressed = event.timeStamp), { capture: true });
}
