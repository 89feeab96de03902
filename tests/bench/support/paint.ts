import type { Page } from '@playwright/test';

/** What counts as the answer to an input. */
export type Answer =
  /** Another row is selected, and messages stand in the thread that did not stand there before. */
  | 'conversation'
  /** The thread has the focus. */
  | 'thread-focus'
  /** Rows that were out of sight fill the list, without a gap below them. */
  | 'rows';

type Watch = { readonly arm: (answer: Answer) => void; readonly seen: () => Promise<number> };
type Watched = { benchPaint: Watch };

/**
 * Puts the clock into the page: from the time at which the system gave the input (a key that goes down, a button
 * that comes up) to the frame after the one that answers it.
 */
export const watchPaints = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const list = (): HTMLElement => document.querySelector<HTMLElement>('[role="listbox"]')!;
    const selected = (): string => document.querySelector('[role="option"][aria-selected="true"]')?.id ?? '';
    const newest = (): Element | undefined => [...document.querySelectorAll('[role="log"] article')].at(-1);
    const inSight = (): { ids: string[]; filled: boolean } => {
      const frame = list().getBoundingClientRect();
      const boxes = [...list().querySelectorAll('[role="option"]')]
        .map((row) => ({ id: row.id, box: row.getBoundingClientRect() }))
        .filter(({ box }) => box.bottom > frame.top && box.top < frame.bottom);
      return {
        ids: boxes.map(({ id }) => id),
        filled: boxes.some(({ box }) => box.bottom >= frame.bottom - 1),
      };
    };
    let result: Promise<number> | undefined;

    const answered = {
      conversation: () => {
        const [row, message] = [selected(), newest()];
        return () => selected() !== row && newest() !== undefined && newest() !== message;
      },
      'thread-focus': () => () => document.activeElement?.getAttribute('role') === 'log',
      rows: () => {
        const before = new Set(inSight().ids);
        return () => {
          const { ids, filled } = inSight();
          return filled && ids.some((id) => !before.has(id));
        };
      },
    };
    const arm = (answer: Answer): void => {
      const isThere = answered[answer]();
      result = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`no answer to the input: ${answer}`)), 5_000);
        const begin = (event: Event): void => {
          removeEventListener('keydown', begin, true);
          removeEventListener('pointerup', begin, true);
          const look = (): void => {
            if (isThere()) requestAnimationFrame((painted) => resolve(painted - event.timeStamp));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        };
        addEventListener('keydown', begin, true);
        addEventListener('pointerup', begin, true);
      });
    };
    (globalThis as unknown as Watched).benchPaint = {
      arm,
      seen: () => result ?? Promise.reject(new Error('nothing is awaited')),
    };
  });

/** One sample: arms the clock, gives the input, and waits until the page has come to rest for the next one. */
export async function timeToPaint(page: Page, answer: Answer, input: () => Promise<void>): Promise<number> {
  await page.evaluate((wanted) => (globalThis as unknown as Watched).benchPaint.arm(wanted), answer);
  await input();
  const ms = await page.evaluate(() => (globalThis as unknown as Watched).benchPaint.seen());
  await atRest(page);
  return ms;
}

/** The list no longer scrolls, and the browser has had nothing to do for a moment. */
const atRest = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const list = document.querySelector('[role="listbox"]')!;
    for (let last = -1; last !== list.scrollTop;) {
      last = list.scrollTop;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 500 }));
  });
