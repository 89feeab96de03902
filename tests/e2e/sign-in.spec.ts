import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { CLIENT as LINKEDIN } from '../servers/linkedin/oauth';
import { CLIENT as YOUTUBE } from '../servers/youtube/oauth';
import { createInstallation, expect, test } from './support/app';
import { installBrowser, overhear, windowBy } from './support/browser';
import { ask } from './support/candor';
import { secretsOf, startStubs } from './support/stubs';

/** One app for all: each network is connected into the same workspace, as a person would. */
let app: ElectronApplication;
let page: Page;
let heard: () => Promise<string>;
const installation = createInstallation();
const servers = startStubs();

test.beforeAll(async () => {
  ({ app, page } = await installation.launch({ env: (await servers).env }));
  await ask(page, 'settings.set', { allowPlainTextSecrets: true });
  await installBrowser(app);
  heard = await overhear(app);
});
test.afterAll(async () => {
  await installation.close();
  await (await servers).close();
});

const dialog = (): Locator => page.getByRole('dialog', { name: 'Connect an account' });
const handles = async (network: string): Promise<readonly string[]> =>
  (await ask(page, 'accounts.list', {})).filter((one) => one.network === network).map(({ handle }) => handle);

async function openDialog(network: string): Promise<void> {
  if (await dialog().isVisible()) await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.evaluate(() => {
    location.hash = '#/settings/accounts';
  });
  await page.getByRole('main').getByRole('button', { name: 'Connect an account' }).click();
  await dialog().getByRole('radio', { name: network, exact: true }).check();
}
const fill = (label: string, value: string): Promise<void> =>
  dialog().getByLabel(label, { exact: true }).fill(value);
const press = (name: string): Promise<void> => dialog().getByRole('button', { name, exact: true }).click();

/** Through the browser: the page that it comes back to says that it can be closed. */
async function allowInBrowser(): Promise<void> {
  const browser = await windowBy(app, () => press('Continue in the browser'));
  await expect(dialog().getByText('Waiting for the browser')).toBeVisible();
  await browser.getByRole('button', { name: 'Allow' }).click();
  await expect(browser.getByText('You can close this page and return to Candor.')).toBeVisible();
  await browser.close();
}
async function openSignInWindow(): Promise<Page> {
  const window = await windowBy(app, () => press('Continue to the sign-in'));
  await expect(dialog().getByText('Waiting for the sign-in window')).toBeVisible();
  return window;
}
async function allowInWindow(): Promise<void> {
  const window = await openSignInWindow();
  const closed = window.waitForEvent('close');
  await window.getByRole('button', { name: 'Allow' }).click();
  await closed;
}

test.afterEach(async () => {
  const secrets = secretsOf((await servers).stubs);
  const answers = await heard();
  expect(answers).toContain('"ok":true');
  const shown = await page.locator('body').innerText();
  const logs = readdirSync(join(installation.profile, 'logs')).map((name) =>
    readFileSync(join(installation.profile, 'logs', name), 'utf8'),
  );
  const seen = [answers, shown, ...logs].join('\n');
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
});

test('Mastodon: by its server’s name, in the browser', async () => {
  const { mastodon } = (await servers).stubs;
  await openDialog('Mastodon');
  await fill('Server', mastodon.url);
  await allowInBrowser();
  await expect(dialog()).toBeHidden();
  expect(await handles('mastodon')).toEqual([expect.stringContaining('brand')]);
});

test('Facebook: in a window, and of the Pages that it opens both are chosen', async () => {
  const { facebook } = (await servers).stubs;
  await openDialog('Facebook');
  await fill('App id', facebook.app.id);
  await fill('App secret', facebook.app.secret);
  await allowInWindow();
  await expect(dialog().getByText('This sign-in opens 2 accounts.')).toBeVisible();
  await dialog()
    .getByRole('checkbox', { name: /^Brand/ })
    .check();
  await dialog()
    .getByRole('checkbox', { name: /^Second brand/ })
    .check();
  await press('Connect 2 accounts');
  await expect(dialog()).toBeHidden();
  expect(await handles('facebook')).toHaveLength(2);
});

test('Instagram: in a window', async () => {
  const { instagram } = (await servers).stubs;
  await openDialog('Instagram');
  await fill('App id', instagram.app.id);
  await fill('App secret', instagram.app.secret);
  await allowInWindow();
  await expect(dialog()).toBeHidden();
  expect(await handles('instagram')).toEqual([expect.stringContaining('brand')]);
});

test('Threads: a window that the person closes, and a No there, are said, and it can be tried again', async () => {
  const { threads } = (await servers).stubs;
  await openDialog('Threads');
  await fill('App id', threads.app.id);
  await fill('App secret', threads.app.secret);
  await (await openSignInWindow()).close();
  await expect(dialog().getByRole('alert')).toBeVisible();
  const window = await openSignInWindow();
  await window.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog().getByRole('alert')).toContainText('The access was not allowed at the network.');
  await expect(dialog().getByLabel('App id', { exact: true })).toHaveValue(threads.app.id);
  await allowInWindow();
  await expect(dialog()).toBeHidden();
  expect(await handles('threads')).toEqual([expect.stringContaining('brand')]);
});

test('X: in the browser, after it was refused there once', async () => {
  const { x } = (await servers).stubs;
  await openDialog('X');
  await fill('Client id', x.clientId);
  const browser = await windowBy(app, () => press('Continue in the browser'));
  await browser.getByRole('button', { name: 'Cancel' }).click();
  await expect(browser.getByRole('heading', { name: 'Not signed in' })).toBeVisible();
  await browser.close();
  await expect(dialog().getByRole('alert')).toContainText('The access was not allowed at the network.');
  await allowInBrowser();
  await expect(dialog()).toBeHidden();
  expect(await handles('x')).toEqual([expect.stringContaining('brand')]);
});

test('LinkedIn: in the browser', async () => {
  await openDialog('LinkedIn');
  await fill('Client id', LINKEDIN.id);
  await fill('Client secret', LINKEDIN.secret);
  await allowInBrowser();
  await expect(dialog()).toBeHidden();
  expect(await handles('linkedin')).toHaveLength(1);
});

test('YouTube: in the browser', async () => {
  await openDialog('YouTube');
  await fill('Client id', YOUTUBE.id);
  await fill('Client secret', YOUTUBE.secret);
  await allowInBrowser();
  await expect(dialog()).toBeHidden();
  expect(await handles('youtube')).toEqual([expect.stringContaining('brand')]);
});

test('Telegram: by the token of a bot; a wrong one is said at its field', async () => {
  const { telegram } = (await servers).stubs;
  await openDialog('Telegram');
  await fill('Token of the bot', '123456:wrong');
  await fill('Channel or group (optional)', '@candornews');
  await press('Connect');
  const token = dialog().getByLabel('Token of the bot', { exact: true });
  await expect(token).toHaveAttribute('aria-invalid', 'true');
  await expect(token).toBeInViewport();
  await fill('Token of the bot', telegram.token);
  await press('Connect');
  await expect(dialog()).toBeHidden();
  expect(await handles('telegram')).toEqual([expect.stringContaining('candornews')]);
});

test('Discord: by a bot in a channel, and by the address of a webhook', async () => {
  const { discord } = (await servers).stubs;
  await openDialog('Discord');
  await fill('Token of the bot', discord.token);
  await fill('Channel', '200000000000000010');
  await press('Connect');
  await expect(dialog()).toBeHidden();
  await openDialog('Discord');
  await dialog()
    .getByRole('combobox', { name: 'Way to sign in' })
    .selectOption({ label: 'Webhook address, to publish only' });
  await fill('Webhook address', discord.hookUrl);
  await press('Connect');
  await expect(dialog()).toBeHidden();
  expect(await handles('discord')).toHaveLength(2);
});
