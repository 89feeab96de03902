import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { KEY, startMockProvider } from '../servers/ai/mock-provider';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { answerWithSuggestion, connectProvider, DRAFT } from './support/main-job';

async function settings(page: Page, section: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click();
}
const toasts = (page: Page) => page.getByRole('region', { name: 'Notifications' });

test('an account is tested, paused, given a voice, and removed with its data', async ({ installation }) => {
  const { page } = await installation.launch();
  await startPractice(page);
  const [first, other] = await ask(page, 'accounts.list', {});
  await settings(page, 'Accounts');
  const card = page.getByRole('article', { name: new RegExp(`^${first!.handle}, `) });
  await card.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(toasts(page).getByText(`${first!.handle} works.`)).toBeVisible();

  await card.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  await expect(card.getByText('Paused')).toBeVisible();
  await card.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Resume' }).click();
  await expect(card.getByText('Paused')).toBeHidden();

  await card.getByRole('textbox', { name: 'Voice notes' }).fill('Short and warm.');
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(toasts(page).getByText(`Saved for ${first!.handle}.`)).toBeVisible();
  expect((await ask(page, 'accounts.list', {}))[0]!.voiceNotes).toBe('Short and warm.');

  const last = page.getByRole('article', { name: new RegExp(`^${other!.handle}, `) });
  await last.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove account and its data' }).click();
  await expect(last).toBeHidden();
  const left = await ask(page, 'inbox.list', { filter: { view: 'open' } });
  expect(new Set(left.items.map((row) => row.accountId))).toEqual(new Set([first!.id]));

  await settings(page, 'Practice network');
  await page.getByRole('button', { name: 'Delete the practice workspace' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete practice workspace' }).click();
  await expect(page.getByText('The practice network is not in use')).toBeVisible();
  expect(await ask(page, 'accounts.list', {})).toEqual([]);
});

test('a provider is added, told that its key is wrong, corrected, tested and used', async ({
  installation,
}) => {
  const provider = await startMockProvider({ apiKeys: [KEY] });
  provider.draft('Hello');
  const { page } = await installation.launch();
  await startPractice(page);
  await settings(page, 'AI providers');
  await page.getByRole('button', { name: 'Find models on this device' }).click();
  await expect(page.getByText('No model server answers on this device.')).toBeVisible();

  await page.getByRole('button', { name: 'Add a provider' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('combobox', { name: 'Kind' })
    .selectOption({ label: 'Another with the OpenAI interface' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('House model');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(provider.baseUrl);
  await dialog.getByLabel('Key', { exact: true }).fill('wrong');
  await dialog.getByRole('textbox', { name: 'Model' }).fill('gpt-4o-mini');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  const card = page.getByRole('article', { name: 'House model' });
  await card.getByRole('button', { name: 'Test' }).click();
  await expect(card.getByText('The AI provider refused the key.')).toBeVisible();

  await card.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('Key', { exact: true }).fill(KEY);
  await dialog.getByRole('button', { name: 'Save and use' }).click();
  await expect(card.getByText('In use')).toBeVisible();
  await card.getByRole('button', { name: 'Test' }).click();
  await expect(card.getByText(/gpt-4o-mini.* answers in/)).toBeVisible();
  await card.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove provider' }).click();
  await expect(card).toBeHidden();
  await provider.stop();
});

test('a saved reply is written, changed, deleted and brought back', async ({ installation }) => {
  const { page } = await installation.launch();
  await startPractice(page);
  await settings(page, 'Saved replies');
  await page.getByRole('button', { name: 'New saved reply' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Delivery to the moon');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('Dear ');
  await dialog.getByRole('button', { name: '{first_name}' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Text' })).toHaveValue('Dear {first_name}');
  await dialog.getByRole('button', { name: 'Save reply' }).click();
  const list = page.getByRole('list', { name: 'Saved replies' });
  await expect(list.getByRole('heading', { name: 'Delivery to the moon' })).toBeVisible();

  await page.getByRole('button', { name: 'Edit Delivery to the moon' }).click();
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Delivery to Mars');
  await dialog.getByRole('button', { name: 'Save reply' }).click();
  await page.getByRole('button', { name: 'Delete Delivery to Mars' }).click();
  await expect(list.getByRole('heading', { name: 'Delivery to Mars' })).toBeHidden();
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(list.getByRole('heading', { name: 'Delivery to Mars' })).toBeVisible();
});

test('a backup made by hand is restored with the next start', async ({ installation }) => {
  const first = await installation.launch();
  await startPractice(first.page);
  const account = (await ask(first.page, 'accounts.list', {}))[0]!;
  const setBrand = (page: Page, brand: string) =>
    ask(page, 'accounts.update', { accountId: account.id, brand, voiceNotes: '' });
  await setBrand(first.page, 'As it was');
  await settings(first.page, 'Backups');
  await first.page.getByRole('button', { name: 'Back up now' }).click();
  await expect(toasts(first.page).getByText('Backed up.')).toBeVisible();
  await setBrand(first.page, 'Changed afterwards');
  // The second start is the test's own, so that it stays attached to it.
  await first.app.evaluate(({ app }) => {
    app.relaunch = () => undefined;
  });
  const row = first.page.getByRole('row').filter({ hasText: 'by hand' });
  await row.getByRole('button', { name: 'Restore' }).click();
  const gone = new Promise((resolve) => first.app.process().once('exit', resolve));
  await first.page.getByRole('button', { name: 'Restore and restart' }).click();
  await gone;

  const { page } = await installation.launch();
  expect((await ask(page, 'accounts.list', {}))[0]!.brand).toBe('As it was');
  await settings(page, 'Backups');
  await expect(page.getByRole('row').filter({ hasText: 'before a restore' })).toHaveCount(1);
});

test('the record is filtered, an export that is cancelled leaves nothing, and a person is erased', async ({
  installation,
}) => {
  const provider = await startMockProvider();
  provider.draft(DRAFT);
  const { app, page } = await installation.launch();
  await startPractice(page);
  await connectProvider(page, provider.baseUrl);
  await answerWithSuggestion(page);
  await page.getByRole('textbox', { name: 'Reply' }).press('Escape');
  const sent = await ask(page, 'inbox.list', { filter: { view: 'sent' } });
  const { messages } = await ask(page, 'inbox.conversation', { id: sent.items[0]!.id });
  const handle = messages.find((message) => message.direction === 'incoming')!.author!.handle;

  await page.getByRole('link', { name: 'Transparency' }).click();
  const ledger = page.getByRole('grid', { name: 'Entries of the log, newest first' });
  const begun = ledger.getByText('Log begun');
  await expect(begun).toBeVisible();
  await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'AI' });
  await expect(begun).toBeHidden();
  await expect(ledger.getByText('Suggested')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(begun).toBeVisible();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Publications' });
  await expect(begun).toBeHidden();
  await expect(ledger.getByText('Published')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();

  const folder = mkdtempSync(join(tmpdir(), 'candor-export-'));
  await app.evaluate(({ dialog }, path) => {
    const chosen = new Promise<void>((resolve) => Object.assign(globalThis, { choosePlace: resolve }));
    dialog.showOpenDialog = () => chosen.then(() => ({ canceled: false, filePaths: [path] }));
  }, folder);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export the record' });
  await dialog.getByRole('button', { name: 'Choose a place and export' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await app.evaluate(() => (globalThis as unknown as { readonly choosePlace: () => void }).choosePlace());
  await expect(toasts(page).getByText('Export cancelled. Nothing was left behind.')).toBeVisible();
  expect(readdirSync(folder)).toEqual([]);
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await page.getByRole('tab', { name: 'Privacy' }).click();
  await page.getByRole('searchbox', { name: 'Name, handle or words of a person' }).fill(handle);
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('button', { name: 'Erase texts' }).first().click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Erase \d+ text/ })
    .click();
  await expect(toasts(page).getByText(/texts? erased/)).toBeVisible();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByText(/chain whole/)).toBeVisible();
  await until(async () => (await ask(page, 'transparency.list', { types: ['erasure'] })).items.length > 0);
  rmSync(folder, { recursive: true });
  await provider.stop();
});
