import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { test } from '../e2e/support/app';
import { ask, startPractice } from '../e2e/support/candor';
import { schedulePost } from '../e2e/support/posts';
import { startMockProvider } from '../servers/ai/mock-provider';

const folder = join(import.meta.dirname, '../../docs/pictures');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('the pictures of the README', async ({ installation }) => {
  const provider = await startMockProvider();
  provider.draft(
    'Hi, thank you for asking! Yes, it is in the online shop too, and we ship within two days.',
    'that the online shop has it in stock',
  );
  const { app, page } = await installation.launch();
  await startPractice(page);
  await ask(page, 'accounts.setPracticeFaults', { mode: 'none', calls: null, arrivals: false });
  const saved = await ask(page, 'ai.saveProvider', {
    preset: 'custom',
    name: 'Model on this device',
    baseUrl: provider.baseUrl,
    model: 'qwen3-8b',
    key: 'none',
  });
  await ask(page, 'ai.useProvider', { id: saved.id });
  for (const [title, body] of [
    ['Shipping', 'Hi {first_name}, we ship to all of Europe, usually within two days.'],
    ['Opening hours', 'Hi {first_name}, we are open from 9 to 20, on Sundays from 12 to 17.'],
  ] as const) {
    await ask(page, 'inbox.saveSavedReply', { title, body, accountId: null });
  }
  const morning = new Date().setUTCHours(9, 0, 0, 0);
  const plan = [
    'Gift cards, now in paper',
    'Behind the roast: two minutes with Mira',
    'December opening hours',
    'Repair café on Sunday',
    'Water, and why it matters',
  ];
  for (const [index, text] of plan.entries())
    await schedulePost(page, text, morning + (index + 1) * 2 * DAY + index * HOUR);
  await ask(page, 'composer.create', {
    accountIds: [],
    base: { segments: [{ text: 'Barista of the month', mediaIds: [] }] },
  });

  const question = await ask(page, 'inbox.search', { query: 'available online', filter: {} });
  const conversation = question.items[0]!.conversation.id;
  for (const theme of ['light', 'dark'] as const) {
    await ask(page, 'settings.set', { theme });
    await show(page, `#/inbox/${conversation}`);
    if (theme === 'light') {
      await page.getByRole('textbox', { name: 'Reply' }).click();
      await page.keyboard.press('Control+j');
    }
    await page
      .getByRole('region', { name: 'Suggestion' })
      .getByRole('button', { name: 'Insert', exact: true })
      .waitFor();
    await picture(app, page, `inbox-${theme}`);
  }
  await ask(page, 'settings.set', { theme: 'light' });
  await page.getByRole('button', { name: 'Insert', exact: true }).click();
  await page.getByRole('textbox', { name: 'Reply' }).press('End');
  await page.keyboard.type(' See you soon!');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('log', { name: 'Messages' }).getByText('See you soon!').waitFor();
  await show(page, '#/calendar');
  await page.getByText('Gift cards').first().waitFor();
  await picture(app, page, 'calendar-light');
  const drafts = await ask(page, 'calendar.range', { from: Date.now(), to: Date.now() + 4 * DAY });
  await show(page, `#/compose/${drafts[0]!.id}`);
  await page.getByRole('textbox', { name: 'Post text' }).waitFor();
  await picture(app, page, 'composer-light');
  await show(page, '#/transparency');
  await page.getByRole('row').or(page.getByRole('option')).filter({ hasText: 'Suggested' }).first().click();
  await picture(app, page, 'transparency-light');
  await provider.stop();
});

const show = (page: Page, route: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to;
  }, route);

async function picture(app: ElectronApplication, page: Page, name: string): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800));
  await page.waitForFunction(() => innerWidth === 1280);
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  );
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
