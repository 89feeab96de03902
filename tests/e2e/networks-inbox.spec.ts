import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { ANA as DISCORD_ANA, BOT as DISCORD_BOT } from '../servers/discord/store';
import { OWN as INSTAGRAM_OWN } from '../servers/instagram/store';
import { BEN, PAGE as FACEBOOK_PAGE } from '../servers/facebook/store';
import { OWN as MASTODON_OWN } from '../servers/mastodon/store';
import { ANA as TELEGRAM_ANA } from '../servers/telegram/store';
import { OWN as X_OWN, THIRD as X_THIRD } from '../servers/x/store';
import { createInstallation, expect, test } from './support/app';
import { ask } from './support/candor';
import { connectAccounts, type Connectable } from './support/connected';
import { startStubs, type Stubs } from './support/stubs';

const NETWORKS: readonly Connectable[] = [
  'mastodon',
  'facebook',
  'instagram',
  'threads',
  'x',
  'linkedin',
  'youtube',
  'telegram',
  'discord',
];
const installation = createInstallation();
let app: ElectronApplication;
let page: Page;
let stubs: Stubs;
let close: () => Promise<void>;

test.beforeAll(async () => {
  const servers = await startStubs();
  ({ stubs, close } = servers);
  ({ app, page } = await installation.launch({ env: servers.env }));
});
test.afterAll(async () => {
  await installation.close();
  await close();
});

const rows = (): Locator => page.getByRole('listbox', { name: 'Conversations' }).getByRole('option');
const reply = (): Locator => page.getByRole('textbox', { name: 'Reply' });
const message = (text: string): Locator =>
  page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: text });

async function showInbox(): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/inbox';
  });
  await rows().first().waitFor();
}
async function open(text: string): Promise<void> {
  await showInbox();
  await rows().filter({ hasText: text }).click();
  await expect(message(text)).toBeVisible();
}
async function choose(text: string, action: string): Promise<void> {
  await message(text).hover();
  await message(text).getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Somebody writes on every network; where the answer to it would be found, by what was asked. */
function questionsEverywhere(): Readonly<Record<string, () => readonly (string | undefined)[]>> {
  const { mastodon, facebook, instagram, threads, x, linkedin, youtube, telegram, discord } = stubs;
  const toot = mastodon.store.add({ text: '@brand Mastodon asks' });
  const letter = mastodon.store.add({ text: '@brand Mastodon asks in private', visibility: 'direct' });
  const facebookPost = facebook.store.addPost({ text: 'New on Facebook' });
  const comment = facebook.store.addComment({ on: facebookPost.id, text: 'Facebook asks' });
  facebook.store.addMessage({ text: 'Messenger asks' });
  const picture = instagram.store.addPost({ caption: 'New on Instagram' });
  const remark = instagram.store.remark({ post: picture.id, text: 'Instagram asks' });
  instagram.store.letter({ text: 'Instagram asks in private' });
  const thread = threads.store.add({ by: 'brand', text: 'New on Threads' });
  const answer = threads.store.add({ text: 'Threads asks', parent: thread.id });
  const tweet = x.store.add({ text: '@brand X asks' });
  x.store.addDirect('1000000000000000002', 'X asks in private');
  const share = linkedin.store.addPost({ commentary: 'New on LinkedIn' });
  const said = linkedin.receive(share.id, 'LinkedIn asks');
  const video = youtube.store.addVideo({ title: 'New on YouTube' });
  const under = youtube.receive(video.id, 'YouTube asks');
  telegram.store.say(TELEGRAM_ANA, TELEGRAM_ANA, { text: 'Telegram asks' });
  const chat = discord.store.add({ text: `<@${DISCORD_BOT}> Discord asks`, by: DISCORD_ANA });

  const toots = (id: string) => () =>
    [...mastodon.store.posts.values()]
      .filter((one) => one.by === MASTODON_OWN && one.parent === id)
      .map(({ text }) => text);
  return {
    'Mastodon asks in private': toots(letter.id),
    'Mastodon asks': toots(toot.id),
    'Facebook asks': () =>
      [...facebook.store.comments.values()]
        .filter((one) => one.by === FACEBOOK_PAGE && one.parent === comment.id)
        .map(({ text }) => text),
    'Messenger asks': () => facebook.sentMessages(),
    'Instagram asks in private': () =>
      instagram.store.letters.filter(({ own }) => own).map(({ text }) => text),
    'Instagram asks': () =>
      instagram.store.remarks
        .filter(({ by, parent }) => by.id === INSTAGRAM_OWN && parent === remark.id)
        .map(({ text }) => text),
    'Threads asks': () =>
      threads.store
        .own()
        .filter(({ parent }) => parent === answer.id)
        .map(({ text }) => text),
    'X asks in private': () => x.store.directs.filter(({ by }) => by === X_OWN).map(({ text }) => text),
    'X asks': () =>
      x
        .own()
        .filter(({ parent }) => parent === tweet.id)
        .map(({ text }) => text),
    'LinkedIn asks': () =>
      [...linkedin.store.comments.values()]
        .filter(({ parent }) => parent === said.urn)
        .map(({ text }) => text),
    'YouTube asks': () => youtube.store.repliesTo(under.id).map(({ text }) => text),
    'Telegram asks': () => telegram.texts(TELEGRAM_ANA),
    'Discord asks': () =>
      discord
        .own()
        .filter(({ reference }) => reference === chat.id)
        .map(({ text }) => text),
  };
}

test('what is asked on nine networks comes into one inbox, and each is answered where it was asked, by keyboard', async () => {
  const answers = questionsEverywhere();
  const questions = Object.keys(answers);
  await connectAccounts({ app, page }, stubs, NETWORKS);
  await showInbox();
  for (const question of questions) await expect(rows().filter({ hasText: question }).first()).toBeVisible();
  await expect(rows()).toHaveCount(questions.length);

  const selected = page
    .getByRole('listbox', { name: 'Conversations' })
    .getByRole('option', { selected: true });
  const left = new Set(questions);
  for (let at = 0; at < questions.length; at += 1) {
    const before = await selected.getAttribute('id', { timeout: 1000 }).catch(() => null);
    await page.keyboard.press('j');
    await expect.poll(() => selected.getAttribute('id')).not.toBe(before);
    const shown = (await selected.innerText()).replaceAll('\n', ' ');
    const question = questions.find((one) => shown.includes(one) && left.has(one));
    expect(question, shown).toBeDefined();
    left.delete(question ?? '');
    await page.keyboard.press('r');
    await expect(reply()).toBeFocused();
    await page.keyboard.type(`Answer to ${question}`);
    await page.keyboard.press('Control+Enter');
    await expect(message(`Answer to ${question}`)).toBeVisible();
    await page.keyboard.press('Escape');
  }
  for (const [question, found] of Object.entries(answers))
    await expect
      .poll(() => found().map((text) => text?.replace(/^(@[\w.@]+ |<@\d+> )*/, '')), { message: question })
      .toEqual([`Answer to ${question}`]);
});

test('Facebook: a comment is answered privately, another one deleted', async () => {
  const { facebook } = stubs;
  const post = facebook.store.addPost({ text: 'Open on Sunday' });
  facebook.store.addComment({ on: post.id, text: 'My order number is 17' });
  const rude = facebook.store.addComment({ on: post.id, text: 'Rude words', by: BEN });
  await ask(page, 'accounts.sync', {});
  await open('My order number is 17');
  await choose('My order number is 17', 'Reply by direct message');
  await expect(page.getByText('To Ana Example alone, as a direct message')).toBeVisible();
  await reply().fill('About order 17');
  await reply().press('Control+Enter');
  await expect.poll(() => facebook.sentMessages()).toContain('About order 17');

  await open('Rude words');
  await choose('Rude words', 'Delete on the network');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete on the network' }).click();
  await expect.poll(() => facebook.store.comment(rude.id)).toBeUndefined();
  await expect(page.getByText('This message was deleted on the network.')).toBeVisible();
});

test('Instagram: a comment is hidden from others and shown again', async () => {
  const { instagram } = stubs;
  const post = instagram.store.addPost({ caption: 'On the roof' });
  const remark = instagram.store.remark({ post: post.id, text: 'Buy followers here' });
  await ask(page, 'accounts.sync', {});
  await open('Buy followers here');
  await choose('Buy followers here', 'Hide on the network');
  await expect(message('Buy followers here').getByText('Not shown to others on Instagram.')).toBeVisible();
  await expect.poll(() => remark.hidden).toBe(true);
  await choose('Buy followers here', 'Show on the network');
  await expect.poll(() => remark.hidden).toBe(false);
});

test('X: somebody who did not call the account cannot be answered, and the control says why', async () => {
  const { x } = stubs;
  const root = x.store.add({ by: X_THIRD, text: 'Which roaster is best?' });
  x.store.add({ text: '@brand maybe you?', parent: root.id });
  await ask(page, 'accounts.sync', {});
  await open('maybe you?');
  const replyTo = (text: string) => message(text).getByRole('button', { name: 'Reply to this message' });
  await message('Which roaster is best?').hover();
  await expect(replyTo('Which roaster is best?')).toHaveAttribute('aria-disabled', 'true');
  await expect(replyTo('Which roaster is best?')).toContainText(
    'X lets apps answer only those who mention or quote the account.',
  );
  await message('maybe you?').hover();
  await expect(replyTo('maybe you?')).not.toHaveAttribute('aria-disabled', 'true');
});

test('Mastodon: what is written there comes at once, over one socket', async () => {
  const { mastodon } = stubs;
  await expect.poll(() => mastodon.streams.sockets.subscribed()).toEqual([['direct', 'user:notification']]);
  await showInbox();
  mastodon.store.add({ text: '@brand Said this very moment' });
  await expect(rows().filter({ hasText: 'Said this very moment' })).toBeVisible();
});
