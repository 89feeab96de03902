import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { schedulePost } from './support/posts';

const KILLS = 20;

test('killed twenty times at random points of publishing, nothing is twice and nothing is lost', async ({
  installation,
}) => {
  test.setTimeout(600_000);
  const texts: string[] = [];
  const { app, page } = await installation.launch();
  await startPractice(page);
  await app.close();

  for (let round = 0; round < KILLS; round += 1) {
    const { app: running, page: window } = await installation.launch();
    await ask(window, 'accounts.setPracticeFaults', {
      mode: round % 2 === 0 ? 'slow' : 'none',
      calls: null,
      arrivals: false,
    });
    const text = `Round ${round}: once and only once`;
    texts.push(text);
    await schedulePost(window, text, Date.now() + 250);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3_500));
    const dead = new Promise((resolve) => running.process().once('exit', resolve));
    running.process().kill('SIGKILL');
    await dead;
  }

  const last = await installation.launch();
  await ask(last.page, 'accounts.setPracticeFaults', { mode: 'none', calls: null, arrivals: false });
  for (const missed of await ask(last.page, 'calendar.missed', {})) {
    await ask(last.page, 'calendar.decideMissed', { id: missed.post.id, decision: { kind: 'publish_now' } });
  }
  await until(async () => (await ask(last.page, 'outbox.list', {})).length === 0, 60_000);
  await last.app.close();

  const network = new Database(join(installation.profile, 'practice', 'practice.sqlite'), { readonly: true });
  const count = network.prepare<[string], { n: number }>('SELECT count(*) AS n FROM post WHERE text = ?');
  const published = texts.map((text) => [text, count.get(text)?.n]);
  network.close();
  expect(published).toEqual(texts.map((text) => [text, 1]));
});
