import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startMockProvider } from '../servers/ai/mock-provider';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { connectProvider } from './support/main-job';
import { drawPng, pastePicture, writePng } from './support/pictures';

const postText = (page: Page) => page.getByRole('textbox', { name: 'Post text' });
const toasts = (page: Page) => page.getByRole('region', { name: 'Notifications' });

async function newPost(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: 'New post' }).click();
  await postText(page).fill(text);
  await expect(page.getByText('Saved just now')).toBeVisible();
}

async function moreAction(page: Page, name: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name }).click();
}

test('a rewrite enters the text only by a press, and Undo takes it back', async ({ installation }) => {
  const provider = await startMockProvider();
  provider.draft('Cupping on Saturday, all welcome.');
  const { page } = await installation.launch();
  await startPractice(page);
  await connectProvider(page, provider.baseUrl);
  const written = 'We would be very happy to see all of you at the cupping on Saturday.';
  await newPost(page, written);
  await page.getByRole('group', { name: 'Rewrite' }).getByRole('button', { name: 'Shorter' }).click();
  const panel = page.getByRole('region', { name: 'Suggestion' });
  await expect(panel.getByText('Cupping on Saturday, all welcome.')).toBeVisible();
  await expect(postText(page)).toHaveValue(written);
  await panel.getByRole('button', { name: 'Insert' }).click();
  await expect(postText(page)).toHaveValue('Cupping on Saturday, all welcome.');
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(postText(page)).toHaveValue(written);

  await page.getByRole('textbox', { name: 'Brief for a draft' }).fill('cupping');
  await page.getByRole('button', { name: 'Draft a post' }).click();
  await expect(panel.getByText('Cupping on Saturday, all welcome.')).toBeVisible();
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(panel).toBeHidden();
  await expect(postText(page)).toHaveValue(written);
  await provider.stop();
});

test('images come by paste and by the dialog, change places, and say that a description is missing', async ({
  installation,
}) => {
  const { app, page } = await installation.launch();
  await startPractice(page);
  await newPost(page, 'With pictures');
  const folder = mkdtempSync(join(tmpdir(), 'candor-pictures-'));
  const chosen = await writePng(page, folder, 'blue.png', '#2255cc');
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, chosen);

  await pastePicture(postText(page), await drawPng(page, '#cc5522'), 'red.png');
  const images = page.getByRole('list', { name: 'Images' }).getByRole('listitem');
  await expect(images).toHaveCount(1);
  await page.getByRole('button', { name: 'Add images' }).click();
  await expect(images).toHaveCount(2);
  await expect(images.first()).toHaveAccessibleName('Image 1 of 2: red.png');

  await page.getByRole('button', { name: 'Move image 2 forward' }).click();
  await expect(images.first()).toHaveAccessibleName('Image 1 of 2: blue.png');
  await expect(page.getByRole('button', { name: 'Move image 1 back' })).toBeEnabled();

  await expect(page.getByText(/cropped edges/)).toBeVisible();

  const check = page.getByRole('region', { name: 'Check' });
  await expect(check.getByText('Image 1 has no description (alt text).')).toBeVisible();
  await page.getByRole('textbox', { name: 'Description of image 1 (alt text)' }).fill('A blue square');
  await page.getByRole('textbox', { name: 'Description of image 2 (alt text)' }).fill('A red square');
  await expect(check.getByText(/no description/)).toBeHidden();
  await expect(page.getByText('No description')).toBeHidden();

  await page.getByRole('button', { name: 'Remove image 2' }).click();
  await expect(images).toHaveCount(1);
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(images).toHaveCount(2);
  await expect(page.getByText('Saved just now')).toBeVisible();
  const post = (await ask(page, 'composer.drafts', {}))[0]!;
  const saved = post.base.segments[0]!.mediaIds.map((id) => post.media.find((item) => item.id === id));
  expect(saved.map((item) => [item?.name, item?.alt])).toEqual([
    ['blue.png', 'A blue square'],
    ['red.png', 'A red square'],
  ]);
  rmSync(folder, { recursive: true });
});

test('a text that is too long is split at the limit, and a long word widens nothing', async ({
  installation,
}) => {
  const { app, page } = await installation.launch();
  await startPractice(page);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1680, 1050));
  await newPost(page, 'x'.repeat(700));
  const tooWide = await page.evaluate(() =>
    [...document.querySelectorAll('main, main *')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
      .map((element) => element.className),
  );
  expect(tooWide).toEqual([]);
  await expect(page.getByText(/over for Practice/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Publish now' })).toHaveAttribute('aria-disabled', 'true');

  await page.getByRole('button', { name: 'Split at the limit' }).click();
  const second = page.getByRole('textbox', { name: 'Part 2 of 2' });
  await expect(second).toBeFocused();
  await expect(page.getByText(/over for Practice/)).toBeHidden();
  await page.getByRole('button', { name: 'Move part 2 up' }).click();
  await page.getByRole('button', { name: 'Remove part 2' }).click();
  await expect(postText(page)).toBeVisible();
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(second).toHaveValue(/^x+$/);
});

test('an account gets a text of its own and goes back to the text for all', async ({ installation }) => {
  const { page } = await installation.launch();
  await startPractice(page);
  const [first, other] = await ask(page, 'accounts.list', {});
  await newPost(page, 'For everybody');
  await page.getByRole('button', { name: `${other!.handle} on Practice network` }).click();
  await page.getByRole('tab', { name: other!.handle }).click();
  await expect(postText(page)).toHaveValue('For everybody');
  await postText(page).fill('Only here');
  await expect(page.getByText('This account publishes its own text.')).toBeVisible();
  await page.getByRole('tab', { name: first!.handle }).click();
  await expect(postText(page)).toHaveValue('For everybody');
  await page.getByRole('tab', { name: other!.handle }).click();
  await page.getByRole('button', { name: 'Reset to base' }).click();
  await expect(postText(page)).toHaveValue('For everybody');
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(postText(page)).toHaveValue('Only here');
});

test('a draft is duplicated, deleted, brought back, and found again among the drafts', async ({
  installation,
}) => {
  const { page } = await installation.launch();
  await startPractice(page);
  await newPost(page, 'The one and only');
  await moreAction(page, 'Duplicate');
  await expect(page.getByText('This is the copy.')).toBeVisible();
  await expect(postText(page)).toHaveValue('The one and only');
  await postText(page).fill('The copy');
  await moreAction(page, 'Delete post');
  await expect(toasts(page).getByText('Post deleted.')).toBeVisible();
  expect((await ask(page, 'composer.drafts', {})).map((post) => post.base.segments[0]?.text)).toEqual([
    'The one and only',
  ]);
  await toasts(page).getByRole('button', { name: 'Undo' }).click();
  await expect(postText(page)).toHaveValue('The copy');
  await page.getByRole('button', { name: 'Drafts', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'The one and only' }).click();
  await expect(postText(page)).toHaveValue('The one and only');
});

test('a post is published at once by a press and deleted on the network by another', async ({
  installation,
}) => {
  const { page } = await installation.launch();
  await startPractice(page);
  await newPost(page, 'Out it goes');
  await page.getByRole('button', { name: 'Publish now' }).click();
  await page.getByRole('button', { name: 'Publish to 1 account' }).click();
  const results = page.getByRole('region', { name: 'Accounts' });
  await expect(results.getByText('Published', { exact: true })).toBeVisible();
  await expect(postText(page)).toBeDisabled();
  await results.getByRole('button', { name: 'Delete on Practice network' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete on Practice network' }).click();
  await until(async () => (await ask(page, 'outbox.list', {})).length === 0);
  await expect(results.getByRole('button', { name: 'Delete on Practice network' })).toBeHidden();
});
