import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { createInstallation, expect, test } from './support/app';
import { seriousViolations } from './support/axe';
import { ask } from './support/candor';
import { connectAccounts } from './support/connected';
import { drawPng, pastePicture } from './support/pictures';
import { startStubs, type Stubs } from './support/stubs';
import { startWebdav } from './support/webdav';

const installation = createInstallation();
let app: ElectronApplication;
let page: Page;
let stubs: Stubs;
let dav: Awaited<ReturnType<typeof startWebdav>>;
let close: () => Promise<void>;

test.beforeAll(async () => {
  const servers = await startStubs();
  ({ stubs, close } = servers);
  dav = await startWebdav();
  ({ app, page } = await installation.launch({ env: servers.env }));
  await connectAccounts({ app, page }, stubs, ['instagram', 'x', 'mastodon']);
});
test.afterAll(async () => {
  await installation.close();
  await Promise.all([dav.close(), close()]);
});

const check = (): Locator => page.getByRole('region', { name: 'Check' });
async function openSettings(section: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click();
}

/** A post with one picture for Instagram alone. */
async function writePicturePost(text: string): Promise<void> {
  await page.getByRole('link', { name: 'New post' }).click();
  const field = page.getByRole('textbox', { name: 'Post text' });
  await field.fill(text);
  const targets = page.getByRole('group', { name: 'Publish to' }).getByRole('button');
  for (const target of await targets.all()) {
    const isWanted = (await target.getAttribute('aria-label'))?.endsWith('Instagram') ?? false;
    if ((await target.getAttribute('aria-pressed')) !== String(isWanted)) await target.click();
  }
  await pastePicture(field, await drawPng(page, '#cc5522'), 'red.png');
  await page.getByRole('textbox', { name: 'Description of image 1 (alt text)' }).fill('A red square');
}
async function publishNow(confirm = 'Publish to 1 account'): Promise<void> {
  await page.getByRole('button', { name: 'Publish now' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: confirm }).click();
}

test('a picture for Instagram without a media host is refused with the reason, and can be published by hand', async () => {
  await writePicturePost('Red by hand');
  await expect(check()).toContainText('Set up a media host in the settings first.');
  await expect(page.getByRole('button', { name: 'Publish now' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('switch', { name: 'Remind me, I publish it myself' }).click();
  await expect(check()).toContainText('Ready: nothing stands in the way.');
  await publishNow('Remind me now');
  const results = page.getByRole('region', { name: 'Accounts' });
  await expect(results.getByText('It is time to publish this by hand.')).toBeVisible();
  await results.getByRole('button', { name: 'Lay out text and files' }).click();
  await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe('Red by hand');
  await results.getByRole('button', { name: 'I have published it' }).click();
  await expect(results.getByText('Published', { exact: true })).toBeVisible();
  expect(stubs.instagram.store.posts).toEqual([]);
});

test('with a media host by WebDAV it is published, and the file is removed from there', async () => {
  await openSettings('Media host');
  await page
    .getByRole('combobox', { name: 'Kind of storage' })
    .selectOption({ label: 'Web server with WebDAV' });
  await page.getByLabel('WebDAV address of the folder').fill(dav.url);
  await page.getByLabel('User name').fill(dav.user);
  await page.getByLabel('Password').fill(dav.password);
  await page.getByLabel('Public address of the folder').fill(dav.publicUrl);
  await page.getByRole('button', { name: 'Save and test' }).click();
  await expect(page.getByText('The media host works.')).toBeVisible();
  expect(JSON.stringify(await ask(page, 'mediaHost.get', {}))).not.toContain(dav.password);
  dav.done.length = 0;

  await writePicturePost('Red square');
  await expect(check()).toContainText('Ready: nothing stands in the way.');
  await publishNow();
  await expect(
    page.getByRole('region', { name: 'Accounts' }).getByText('Published', { exact: true }),
  ).toBeVisible({ timeout: 30_000 });
  expect(stubs.instagram.store.posts).toMatchObject([{ caption: 'Red square', alt: 'A red square' }]);
  expect(dav.done.at(0)).toBe('PUT image/jpeg');
  expect(dav.done.at(-1)).toBe('DELETE');
  expect(dav.files.size).toBe(0);
});

test('what X charges for is shown with its prices, and a limit that is reached stops reading, not writing', async () => {
  stubs.x.store.add({ text: '@brand how much?' });
  await ask(page, 'accounts.sync', {});
  await openSettings('Fetching and cost');
  const sections = page.getByRole('main').getByRole('region');
  const handles = (await ask(page, 'accounts.list', {})).map(({ handle }) => handle);
  await expect(page.getByRole('main').getByRole('heading', { level: 2 })).toHaveText(handles);
  const x = sections.filter({ hasText: 'What X charges' });
  await expect(x.getByRole('row', { name: /^Own posts and mentions read 1 / })).toContainText('$0.001 each');
  await expect(x.getByRole('row', { name: /^Posts with a link/ })).toContainText('$0.20 each');
  await x.getByRole('textbox', { name: 'Monthly limit for reading, in dollars' }).fill('0.001');
  await x.getByRole('button', { name: 'Set limit' }).click();
  await expect(x.getByText('The limit of this month is reached: nothing is read any more.')).toBeVisible();

  stubs.x.store.add({ text: '@brand still there?' });
  const reads = (): number => stubs.x.calls.filter((call) => call.startsWith('GET')).length;
  const before = reads();
  await ask(page, 'accounts.sync', {});
  expect(reads()).toBe(before);
  await x.getByRole('textbox', { name: 'Monthly limit for reading, in dollars' }).fill('');
  await x.getByRole('button', { name: 'Set limit' }).click();
  await expect(x.getByText(/The limit of this month is reached/)).toBeHidden();
  await ask(page, 'accounts.sync', {});
  await expect.poll(reads).toBeGreaterThan(before);
});

test('the dialog to connect, the choices for single networks and what things cost are open to everybody, in both themes', async () => {
  for (const theme of ['light', 'dark'] as const) {
    await ask(page, 'settings.set', { theme });
    await openSettings('Fetching and cost');
    await expect(page.getByText('What X charges')).toBeVisible();
    expect(await seriousViolations(page), `fetching, ${theme}`).toBeUndefined();

    await openSettings('Accounts');
    await page.getByRole('main').getByRole('button', { name: 'Connect an account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect an account' });
    await dialog.getByRole('radio', { name: 'LinkedIn' }).check();
    await expect(dialog.getByRole('list', { name: 'Steps' })).toBeVisible();
    expect(await seriousViolations(page), `connect, ${theme}`).toBeUndefined();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('link', { name: 'New post' }).click();
    await page.getByRole('textbox', { name: 'Post text' }).fill('For everybody');
    const targets = page.getByRole('group', { name: 'Publish to' }).getByRole('button', { pressed: false });
    while ((await targets.count()) > 0) await targets.first().click();
    const choices = page.getByRole('region', { name: 'For single networks' }).locator('summary');
    for (const choice of await choices.all()) await choice.click();
    await expect(page.getByRole('combobox', { name: 'Who sees it' })).toBeVisible();
    expect(await seriousViolations(page), `composer, ${theme}`).toBeUndefined();
  }
});
