import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { variantApprovals } from '@shared/domain/post-approval';
import type { AccountView } from '@shared/ipc/accounts';
import type { Post } from '@shared/ipc/composer';
import { CHANNEL as TELEGRAM_CHANNEL } from '../servers/telegram/store';
import { createInstallation, expect, test } from './support/app';
import { windowBy } from './support/browser';
import { ask } from './support/candor';
import { connectAccounts } from './support/connected';
import { startGate, type Gate } from './support/gate';
import { startStubs, type Stubs } from './support/stubs';

const SEVEN = ['mastodon', 'facebook', 'threads', 'x', 'linkedin', 'telegram', 'discord'] as const;
type Seven = (typeof SEVEN)[number];

const installation = createInstallation();
let app: ElectronApplication;
let page: Page;
let stubs: Stubs;
let close: () => Promise<void>;
let gates: { readonly mastodon: Gate; readonly x: Gate };
let accounts: Readonly<Record<Seven, AccountView>>;

test.beforeAll(async () => {
  const servers = await startStubs(async ({ x, mastodon }) => {
    gates = { mastodon: await startGate(mastodon.url), x: await startGate(x.url) };
    return { x: { api: gates.x.url } };
  });
  ({ stubs, close } = servers);
  // says that it takes more than it does
  stubs.mastodon.setInstance({
    domain: 'home.example',
    configuration: { statuses: { max_characters: 1000, max_media_attachments: 4 } },
  });
  ({ app, page } = await installation.launch({ env: servers.env }));
  accounts = await connectAccounts({ app, page }, stubs, SEVEN, {
    mastodon: { service: gates.mastodon.url },
  });
});
test.afterAll(async () => {
  await installation.close();
  await Promise.all([gates.mastodon.shut(), gates.x.shut()]);
  await close();
});

/** What each network holds of ours, by its own account. */
const texts = (): Readonly<Record<Seven, readonly string[]>> => ({
  mastodon: stubs.mastodon.own().map(({ text }) => text),
  facebook: stubs.facebook.published(),
  threads: stubs.threads.store.own().map(({ text }) => text),
  x: stubs.x.own().map(({ text }) => text),
  linkedin: stubs.linkedin.published().map(({ text }) => text),
  telegram: stubs.telegram.texts(TELEGRAM_CHANNEL),
  discord: stubs.discord.own().map(({ text }) => text),
});
const timesOf = (text: string): Readonly<Record<Seven, number>> => {
  const held = texts();
  return Object.fromEntries(
    SEVEN.map((name) => [name, held[name].filter((one) => one === text).length]),
  ) as Record<Seven, number>;
};
const once = Object.fromEntries(SEVEN.map((name) => [name, 1]));

/** Publishes without the composer, which the first test goes through. The key press is the gesture it needs. */
async function publish(text: string, own: Partial<Record<Seven, string>> = {}): Promise<Post['id']> {
  const base = { segments: [{ text, mediaIds: [] }] };
  const views = await ask(page, 'accounts.list', {});
  const { id, missedPolicy } = await ask(page, 'composer.create', {
    accountIds: SEVEN.map((name) => accounts[name].id),
    base,
  });
  const variants = SEVEN.map((name) => ({
    accountId: accounts[name].id,
    override: own[name] === undefined ? null : { segments: [{ text: own[name], mediaIds: [] }] },
  }));
  const post = await ask(page, 'composer.save', { id, base, variants, missedPolicy });
  const approvals = await variantApprovals(
    post,
    post.variants,
    (accountId) => views.find((one) => one.id === accountId)?.capabilities,
  );
  await page.keyboard.press('Shift');
  await ask(page, 'composer.publishNow', { id, approvals });
  return id;
}
const variantOf = async (id: Post['id'], name: Seven) =>
  (await ask(page, 'composer.get', { id })).variants.find((one) => one.accountId === accounts[name].id)!;
const stateOf = async (id: Post['id'], name: Seven): Promise<string> => (await variantOf(id, name)).state;
const problemOf = async (id: Post['id'], name: Seven): Promise<string | undefined> =>
  (await variantOf(id, name)).problem?.kind;

async function arePublished(id: Post['id'], names: readonly Seven[]): Promise<void> {
  for (const name of names)
    await expect.poll(() => stateOf(id, name), { message: name, timeout: 30_000 }).toBe('published');
}
const allBut = (failing: Seven): readonly Seven[] => SEVEN.filter((name) => name !== failing);

test('one post goes to seven accounts at once, with texts and choices of their own, by the composer', async () => {
  await page.getByRole('link', { name: 'New post' }).click();
  await page.getByRole('textbox', { name: 'Post text' }).fill('Free cupping on Saturday');
  for (const name of SEVEN) {
    const button = page
      .getByRole('group', { name: 'Publish to' })
      .getByRole('button', { name: `${accounts[name].handle} on ${accounts[name].capabilities.name}` });
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  }
  for (const [name, text] of [
    ['x', 'Free cupping on Saturday #coffee'],
    ['linkedin', 'We invite you to a cupping (free) on Saturday'],
  ] as const) {
    const { handle, capabilities } = accounts[name];
    await page.getByRole('tab', { name: `${capabilities.name} ${handle}` }).click();
    await page.getByRole('textbox', { name: 'Post text' }).fill(text);
  }
  const choices = async (name: Seven): Promise<Locator> => {
    const section = page.getByRole('region', { name: 'For single networks' });
    const { handle } = accounts[name];
    await section.locator('summary').filter({ hasText: handle }).click();
    return section.getByRole('group', { name: handle }).last();
  };
  await (await choices('mastodon')).getByRole('combobox', { name: 'Who sees it' }).selectOption('unlisted');
  await (await choices('telegram')).getByRole('switch', { name: 'Send silently' }).click();
  await expect(page.getByRole('region', { name: 'What it costs' })).toContainText('X charges');
  await page.getByRole('button', { name: 'Publish now' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Publish to 7 accounts' }).click();

  const results = page.getByRole('region', { name: 'Accounts' });
  await expect(results.getByText('Published', { exact: true })).toHaveCount(7);
  expect(texts()).toEqual({
    mastodon: ['Free cupping on Saturday'],
    facebook: ['Free cupping on Saturday'],
    threads: ['Free cupping on Saturday'],
    x: ['Free cupping on Saturday #coffee'],
    linkedin: ['We invite you to a cupping (free) on Saturday'],
    telegram: ['Free cupping on Saturday'],
    discord: ['Free cupping on Saturday'],
  });
  expect(stubs.mastodon.own()[0]?.visibility).toBe('unlisted');
  expect(stubs.telegram.calls.find(({ method }) => method === 'sendMessage')?.params).toMatchObject({
    disable_notification: true,
  });
});

test('a network that asks to slow down gets the post at the time it named, the others at once', async () => {
  stubs.discord.break('rate_limit', 'write');
  const id = await publish('Slow down');
  await expect.poll(() => problemOf(id, 'discord')).toBe('rate_limited');
  await arePublished(id, SEVEN);
  expect(timesOf('Slow down')).toEqual(once);
});

test('answers that are lost after the post has arrived are looked up, and nothing is sent twice', async () => {
  gates.x.loseAnswerTo('POST /2/tweets');
  stubs.facebook.break('lost_answer', 'write');
  const id = await publish('Lost answer');
  for (const name of ['x', 'facebook'] as const)
    await expect.poll(() => problemOf(id, name)).toBe('ambiguous');
  expect(gates.x.lost()).toBe(1);
  await arePublished(id, SEVEN);
  expect(timesOf('Lost answer')).toEqual(once);
});

test('a sign-in that is taken back stops one queue, which leaves when the person has reconnected', async () => {
  stubs.facebook.break('revoked');
  const id = await publish('Taken back');
  await arePublished(id, allBut('facebook'));
  const rail = page.getByRole('link', { name: `Reconnect ${accounts.facebook.handle}` });
  await expect(rail).toHaveCount(1);
  const second = await publish('Kept meanwhile');
  await arePublished(second, allBut('facebook'));
  expect(timesOf('Kept meanwhile')).toEqual({ ...once, facebook: 0 });

  await rail.click();
  const dialog = page.getByRole('dialog', { name: `Reconnect ${accounts.facebook.handle}` });
  const window = await windowBy(app, () =>
    dialog.getByRole('button', { name: 'Continue to the sign-in' }).click(),
  );
  await window.getByRole('button', { name: 'Allow' }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(() => stateOf(second, 'facebook'), { timeout: 30_000 }).toBe('published');
  expect(timesOf('Taken back')).toEqual(once);
  expect(timesOf('Kept meanwhile')).toEqual(once);
  await expect(rail).toHaveCount(0);
});

test('a text that one network refuses stays with its reason, the others have it', async () => {
  const long = 'So much to say. '.repeat(40);
  const id = await publish('Refused by one', { mastodon: long });
  await arePublished(id, allBut('mastodon'));
  await expect.poll(() => stateOf(id, 'mastodon')).toBe('failed');
  expect(await problemOf(id, 'mastodon')).toBe('validation');
  expect(timesOf('Refused by one')).toEqual({ ...once, mastodon: 0 });
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/compose/${id}`);
  await expect(
    page.getByRole('region', { name: 'Accounts' }).getByText('The network refused the content.'),
  ).toBeVisible();
});

test('a server that fails is asked whether the post arrived before it is sent again', async () => {
  stubs.mastodon.break('server_error', 'write');
  const id = await publish('Server trouble');
  await expect.poll(() => problemOf(id, 'mastodon')).toBe('ambiguous');
  await arePublished(id, SEVEN);
  expect(timesOf('Server trouble')).toEqual(once);
});

test('a network out of reach gets the post when it is back, without a press', async () => {
  await gates.mastodon.shut();
  const id = await publish('Out of reach');
  await arePublished(id, allBut('mastodon'));
  expect(await problemOf(id, 'mastodon')).toBe('offline');
  await gates.mastodon.open();
  await arePublished(id, SEVEN);
  expect(timesOf('Out of reach')).toEqual(once);
});
