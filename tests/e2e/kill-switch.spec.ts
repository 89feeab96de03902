import { startMockProvider } from '../servers/ai/mock-provider';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { connectProvider } from './support/main-job';

test('one shortcut stops all AI within 200 ms, for good, and everything else goes on', async ({
  installation,
}) => {
  const provider = await startMockProvider();
  provider.answer(JSON.stringify({ text: 'word '.repeat(400), assumes: null }), {
    latency: 50,
    chunkSize: 5,
  });
  const first = await installation.launch();
  await startPractice(first.page);
  await connectProvider(first.page, provider.baseUrl);
  await first.page.getByRole('option').first().click();
  await first.page.getByRole('textbox', { name: 'Reply' }).click();
  await first.page.keyboard.press('Control+j');
  await until(async () => (await ask(first.page, 'ai.state', {})).running === 1);
  await first.page.keyboard.press('Control+Shift+.');
  await expect(first.page.getByText('AI: stopped')).toBeVisible();
  expect(await ask(first.page, 'ai.state', {})).toMatchObject({
    enabled: false,
    stoppedBy: 'person',
    running: 0,
  });
  const entry = (await ask(first.page, 'transparency.list', { types: ['kill.switch'] })).items[0]!;
  expect(entry.facts).toMatchObject({ state: 'on', cause: 'user', aborted: 1 });
  expect(entry.facts['latency_ms']).toBeLessThan(200);
  await first.app.close();

  const { page } = await installation.launch();
  await expect(page.getByText('AI: stopped')).toBeVisible();
  const seen = provider.chats().length;
  await page.getByRole('option').first().click();
  const reply = page.getByRole('textbox', { name: 'Reply' });
  await reply.fill('Written without AI');
  await page.keyboard.press('Control+j');
  await reply.press('Control+Enter');
  await until(async () => (await ask(page, 'outbox.list', {})).length === 0);
  expect(provider.chats()).toHaveLength(seen);
  await provider.stop();
});
