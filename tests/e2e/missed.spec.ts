import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { schedulePost } from './support/posts';

const HOUR = 3_600_000;

/** While the app is closed, time goes by: everything that was planned is due that much earlier. */
function letPass(profile: string, ms: number): void {
  const db = new Database(join(profile, 'workspace.sqlite'));
  db.prepare('UPDATE post SET due_at = due_at - ? WHERE due_at IS NOT NULL').run(ms);
  db.prepare("UPDATE job SET due_at = due_at - ? WHERE state = 'queued'").run(ms);
  db.close();
}

test('posts that were due while the app was closed are listed in one dialog and decided there', async ({
  installation,
}) => {
  const first = await installation.launch();
  await startPractice(first.page);
  const texts = ['Missed one', 'Missed two', 'Missed three'];
  for (const text of texts) await schedulePost(first.page, text, Date.now() + HOUR);
  await first.app.close();
  letPass(installation.profile, 2 * HOUR);

  const { page } = await installation.launch();
  const dialog = page.getByRole('dialog', { name: /due while Candor was closed/ });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('heading', { name: /^3 posts/ })).toBeVisible();
  for (const text of texts) await expect(dialog.getByText(text).first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Publish now' }).first().click();
  const state = async (text: string): Promise<string | undefined> => {
    const posts = [
      ...(await ask(page, 'calendar.range', { from: Date.now() - 86_400_000, to: Date.now() + 86_400_000 })),
      ...(await ask(page, 'calendar.unscheduled', {})),
    ];
    return posts.find((post) => post.firstLine === text)?.state;
  };
  await until(
    async () => (await Promise.all(texts.map(state))).filter((found) => found === 'published').length === 1,
  );
  await dialog.getByRole('button', { name: 'Skip', exact: true }).first().click();
  await until(async () => (await ask(page, 'calendar.missed', {})).length === 1);
});
