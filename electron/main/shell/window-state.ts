import { screen, type Rectangle } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const saved = z.object({
  bounds: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  maximized: z.boolean(),
});
export type WindowState = {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly maximized: boolean;
};

const INITIAL: WindowState = { bounds: { width: 1280, height: 800 }, maximized: false };
const MIN_VISIBLE = 100;

/**
 * Where the window was, if that is still on a screen. A small file, since it is needed before the database is
 * open; an unreadable one costs only the position.
 */
export function readWindowState(file: string): WindowState {
  try {
    const state = saved.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isOnScreen(state.bounds) ? state : INITIAL;
  } catch {
    return INITIAL;
  }
}

export const writeWindowState = (file: string, state: WindowState): void =>
  writeFileSync(file, JSON.stringify(state));

const isOnScreen = (bounds: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea }) => {
    const width =
      Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
    const height =
      Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
    return width >= MIN_VISIBLE && height >= MIN_VISIBLE;
  });
