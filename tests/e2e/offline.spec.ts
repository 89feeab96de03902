import type { ElectronApplication } from '@playwright/test';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';

/** Pulls the plug as the operating system would tell it, and lets the practice network be out of reach too. */
const unplug = (app: ElectronApplication, offline: boolean): Promise<void> =>
  app.evaluate(({ net }, gone) => {
    net.isOnline = () => !gone;
  }, offline);

test('offline everything works, actions wait, and on reconnection they leave in order, once', async ({
  installation,
}) => {
  const { app, page } = await installation.launch();
  await startPractice(page);
  await unplug(app, true);
  await ask(page, 'accounts.setPracticeFaults', { mode: 'offline', calls: null, arrivals: false });
  await expect(page.getByText('Offline', { exact: false }).first()).toBeVisible();

  await page.getByRole('option').first().click();
  const reply = page.getByRole('textbox', { name: 'Reply' });
  for (const text of ['First while offline', 'Second while offline']) {
    await reply.fill(text);
    await reply.press('Control+Enter');
    await expect(page.getByRole('log', { name: 'Messages' }).getByText(text)).toBeVisible();
  }
  await until(async () => (await ask(page, 'app.state', {})).waiting === 2);
  await page.getByRole('textbox', { name: 'Reply' }).press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Search messages' })).toBeFocused();
  await page.keyboard.type('order');
  await expect(
    page.getByRole('listbox', { name: 'Search results' }).getByRole('option').first(),
  ).toBeVisible();

  await ask(page, 'accounts.setPracticeFaults', { mode: 'none', calls: null, arrivals: false });
  await unplug(app, false);
  await until(async () => (await ask(page, 'app.state', {})).waiting === 0);
  await ask(page, 'accounts.sync', {});
  const sent = await ask(page, 'inbox.list', { filter: { view: 'sent' } });
  const { messages } = await ask(page, 'inbox.conversation', { id: sent.items[0]!.id });
  const ours = messages.filter((message) => message.text.endsWith('while offline'));
  expect(ours.map((message) => [message.text, message.delivery])).toEqual([
    ['First while offline', 'sent'],
    ['Second while offline', 'sent'],
  ]);
});

test('a restart while offline loses neither the draft nor what waits', async ({ installation }) => {
  const first = await installation.launch();
  await startPractice(first.page);
  await ask(first.page, 'accounts.setPracticeFaults', { mode: 'offline', calls: null, arrivals: false });
  await first.page.getByRole('option').nth(1).click();
  const reply = first.page.getByRole('textbox', { name: 'Reply' });
  await reply.fill('This one waits');
  await reply.press('Control+Enter');
  await first.page.getByRole('option').nth(0).click();
  await first.page.getByRole('textbox', { name: 'Reply' }).fill('Half a thought');
  await until(async () =>
    (await ask(first.page, 'inbox.list', { filter: { view: 'open' } })).items.some((row) => row.hasDraft),
  );
  await first.app.close();

  const second = await installation.launch();
  await until(async () => (await ask(second.page, 'outbox.list', {})).length === 1);
  const rows = await ask(second.page, 'inbox.list', { filter: { view: 'open' }, limit: 200 });
  const withDraft = rows.items.find((row) => row.hasDraft);
  expect((await ask(second.page, 'inbox.conversation', { id: withDraft!.id })).draft?.text).toBe(
    'Half a thought',
  );
});
