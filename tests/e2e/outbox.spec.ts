import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';

async function openView(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, route);
}

/** Through the panel in Settings, as a person makes the practice network fail. */
async function makeFail(page: Page, what: string): Promise<void> {
  await openView(page, '#/settings/practice');
  await page.getByRole('combobox', { name: 'What goes wrong' }).selectOption({ label: what });
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('The practice network now behaves like this.').last()).toBeVisible();
}

async function sendReply(page: Page, text: string): Promise<void> {
  await openView(page, '#/inbox');
  await page.getByRole('option').first().click();
  const reply = page.getByRole('textbox', { name: 'Reply' });
  await reply.fill(text);
  await reply.press('Control+Enter');
  await expect(page.getByRole('log', { name: 'Messages' }).getByText(text)).toBeVisible();
}

const deliveryOf = async (page: Page, text: string) => {
  const sent = await ask(page, 'inbox.list', { filter: { view: 'sent' } });
  const waiting = await ask(page, 'inbox.list', { filter: { view: 'waiting' } });
  for (const { id } of [...sent.items, ...waiting.items].slice(0, 6)) {
    const { messages } = await ask(page, 'inbox.conversation', { id });
    const ours = messages.find((message) => message.text === text);
    if (ours) return ours.delivery;
  }
  return undefined;
};

/** As after the last look at a network that could not tell what became of the writes. */
function leaveUnknown(profile: string): void {
  const db = new Database(join(profile, 'workspace.sqlite'));
  db.exec(`UPDATE job SET state = 'unknown', next_try_at = NULL, problem = '{"kind":"ambiguous"}'
      WHERE state IN ('queued', 'running', 'waiting');
    UPDATE message SET delivery = 'needs_check' WHERE delivery IN ('queued', 'sending');
    UPDATE conversation SET delivery = 'needs_check' WHERE delivery IS NOT NULL`);
  db.close();
}

for (const { fault, answer } of [
  { fault: 'It is silent and did not take it', answer: 'It is not there, send again' },
  { fault: 'It took it and is silent', answer: 'It is there' },
])
  test(`an unknown outcome is looked at before a person is asked, who answers "${answer}"`, async ({
    installation,
  }) => {
    const text = 'Did this arrive?';
    const first = await installation.launch();
    await startPractice(first.page);
    await makeFail(first.page, fault);
    await sendReply(first.page, text);
    const thread = first.page.getByRole('log', { name: 'Messages' });
    await expect(thread.getByText('Checking if it was sent')).toBeVisible();
    await expect(thread.getByText(/nothing is sent again before that/)).toBeVisible();
    await expect(thread.getByText(/It is not there, send again/)).toBeHidden();
    await openView(first.page, '#/outbox');
    await expect(first.page.getByText(/nothing is sent again before that/)).toBeVisible();
    await expect(first.page.getByRole('button', { name: 'Look now' })).toBeVisible();
    await first.app.close();
    leaveUnknown(installation.profile);

    const { page } = await installation.launch();
    await ask(page, 'accounts.setPracticeFaults', { mode: 'none', calls: null, arrivals: false });
    await openView(page, '#/outbox');
    const card = page.getByRole('article', { name: `Send reply: ${text}` });
    await expect(card.getByText('Outcome unknown')).toBeVisible();
    await card.getByRole('button', { name: answer, exact: true }).click();
    await expect(page.getByText('Nothing is waiting')).toBeVisible();
    expect(await deliveryOf(page, text)).toBe('sent');
  });

test('what waits can be taken back for editing or discarded', async ({ installation }) => {
  const { page } = await installation.launch();
  await startPractice(page);
  await makeFail(page, 'It cannot be reached');
  await sendReply(page, 'To be edited');
  await openView(page, '#/outbox');
  const first = page.getByRole('article', { name: 'Send reply: To be edited' });
  await first.getByRole('button', { name: 'Edit' }).click();
  await expect(page.getByRole('textbox', { name: 'Reply' })).toHaveValue('To be edited');
  await page.getByRole('textbox', { name: 'Reply' }).fill('To be discarded');
  await page.getByRole('textbox', { name: 'Reply' }).press('Control+Enter');

  await openView(page, '#/outbox');
  const second = page.getByRole('article', { name: 'Send reply: To be discarded' });
  await second.getByRole('button', { name: 'Retry now' }).click();
  await second.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('Nothing is waiting')).toBeVisible();
});

test('an account whose sign-in has expired says so in the rail and is reconnected from there', async ({
  installation,
}) => {
  const { page } = await installation.launch();
  await startPractice(page);
  await makeFail(page, 'The sign-in has expired');
  await sendReply(page, 'Waits for the sign-in');
  const { handle } = (await ask(page, 'outbox.list', {}))[0]!;
  const rail = page.getByRole('link', { name: `Reconnect ${handle}` });
  await rail.click();
  const dialog = page.getByRole('dialog', { name: `Reconnect ${handle}` });
  await dialog.getByRole('textbox', { name: /Invented brand/ }).fill(handle);
  await dialog.getByRole('button', { name: 'Reconnect', exact: true }).click();
  await expect(dialog).toBeHidden();
  await until(async () => (await ask(page, 'outbox.list', {})).length === 0, 10_000);
  expect(await deliveryOf(page, 'Waits for the sign-in')).toBe('sent');
  await expect(rail).toBeHidden();
});
