import { startMockProvider, type MockProvider } from '../servers/ai/mock-provider';
import { personOn, startBlueskyServer, type BlueskyServer } from '../servers/bluesky/run';
import { expect, test } from './support/app';
import { ask, until } from './support/candor';
import {
  answerWithSuggestion,
  connectProvider,
  DRAFT,
  EDITED,
  expectRecord,
  exportRecord,
  planAndPublish,
  POST,
} from './support/main-job';

test.describe('the main job against a real Bluesky server', () => {
  test.skip(
    process.env['CANDOR_TEST_BLUESKY_DIR'] === undefined,
    'the Bluesky server is not installed (CANDOR_TEST_BLUESKY_DIR)',
  );
  let server: BlueskyServer;
  let provider: MockProvider;

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    [server, provider] = await Promise.all([startBlueskyServer(), startMockProvider()]);
  });
  test.afterAll(async () => {
    await Promise.all([server.close(), provider.stop()]);
  });

  test('connect by the dialog, answer a real person with an edited suggestion, publish once, verify the record', async ({
    installation,
  }) => {
    test.setTimeout(240_000);
    const { brand } = server.accounts;
    const question = 'Do you ship the winter roast to Norway?';
    const [ana, owner] = await Promise.all([personOn(server, server.accounts.ana), personOn(server, brand)]);
    const post = await owner.post('Our winter roast is here.');
    // the AppView tells nobody of an answer to a post that it has not seen yet
    await server.control('/settle');
    await ana.reply(question, post);

    const { app, page } = await installation.launch();
    await page.getByRole('button', { name: 'Connect an account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect an account' });
    await dialog.getByRole('radio', { name: 'Bluesky' }).check();
    await dialog.getByRole('textbox', { name: /Handle or e-mail/ }).fill(brand.handle);
    await dialog.getByLabel('App password', { exact: true }).fill(brand.appPasswordWithoutChat);
    await dialog.getByRole('textbox', { name: /Server/ }).fill(server.pds);
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    const arrived = page.getByRole('option').filter({ hasText: question });
    const consent = page.getByRole('dialog', { name: 'There is no safe store for passwords' });
    await expect(consent.or(arrived)).toBeVisible({ timeout: 60_000 });
    if (await consent.isVisible()) {
      await consent.getByRole('textbox').fill('store as plain text');
      await consent.getByRole('button', { name: 'Store as plain text' }).click();
    }
    await until(async () => (await ask(page, 'accounts.list', {})).length > 0);
    // the server shows what was written when it gets to it: asked for again, as a person does who waits
    await until(async () => {
      await ask(page, 'accounts.sync', {});
      return arrived.isVisible();
    }, 90_000);
    provider.draft(DRAFT);
    await connectProvider(page, provider.baseUrl);
    await answerWithSuggestion(page);
    await planAndPublish(page);
    await until(async () => (await owner.repo(brand.did)).some(({ value }) => value.text === POST));
    const texts = (await owner.repo(brand.did)).map(({ value }) => value.text);
    expect(texts.filter((text) => text === EDITED)).toHaveLength(1);
    expect(texts.filter((text) => text === POST)).toHaveLength(1);
    expectRecord(await exportRecord(app, page), question);
  });
});
