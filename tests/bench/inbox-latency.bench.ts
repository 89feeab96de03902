import { afterAll, beforeAll, describe, it } from 'vitest';
import { launch, type Running } from './support/electron';
import { timeToPaint, watchPaints } from './support/paint';
import { createUsedProfile, type Profile } from './support/profile';
import { quantile, report } from './support/report';

const MESSAGES = 100_000;
const SAMPLES = 120;
const LIMIT_MS = 50;

let profile: Profile;
let running: Running;
beforeAll(async () => {
  profile = await createUsedProfile(MESSAGES);
  running = await launch(profile.folder);
  const { page } = running;
  await page.getByRole('option').first().waitFor();
  await page.getByRole('listbox').focus();
  await watchPaints(page);
});
afterAll(async () => {
  await running.app.close();
  profile.remove();
});

function tell(name: string, times: readonly number[]): void {
  const value = Math.round(quantile(times, 0.95) * 10) / 10;
  report({ name: `${name}, p95 from press to paint`, value, unit: 'ms', limit: LIMIT_MS });
}

describe('with 100,000 messages', () => {
  it('goes from conversation to conversation as fast as a hand', async () => {
    const { page } = running;
    const times: number[] = [];
    for (let at = 0; at < SAMPLES; at++) {
      times.push(await timeToPaint(page, 'conversation', () => page.keyboard.press('j')));
    }
    tell('next conversation (j)', times);
  });

  it('opens the chosen conversation', async () => {
    const { page } = running;
    const times: number[] = [];
    for (let at = 0; at < SAMPLES; at++) {
      await page.getByRole('listbox').focus();
      await timeToPaint(page, 'conversation', () => page.keyboard.press(at % 2 ? 'j' : 'k'));
      times.push(await timeToPaint(page, 'thread-focus', () => page.keyboard.press('Enter')));
    }
    tell('open the conversation (Enter)', times);
  });

  it('opens conversations that nobody could foresee', async () => {
    const { page } = running;
    const times: number[] = [];
    for (let at = 0; at < SAMPLES; at++) {
      await page.getByRole('listbox').focus();
      await timeToPaint(page, 'rows', () => page.keyboard.press('PageDown'));
      const box = await page.getByRole('listbox').boundingBox();
      if (!box) throw new Error('the list is not in sight');
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      // Right after it was scrolled the list takes no clicks.
      await page.waitForFunction(
        ([left, top]) => document.elementFromPoint(left, top)?.closest('[role="option"]'),
        [x, y] as const,
      );
      times.push(await timeToPaint(page, 'conversation', () => page.mouse.click(x, y)));
    }
    tell('open a conversation that was not fetched ahead (click)', times);
  });

  it('pages through the list', async () => {
    const { page } = running;
    await page.getByRole('listbox').focus();
    const times: number[] = [];
    for (let at = 0; at < SAMPLES; at++) {
      times.push(await timeToPaint(page, 'rows', () => page.keyboard.press('PageDown')));
    }
    tell('page through the list (PageDown)', times);
  });
});
