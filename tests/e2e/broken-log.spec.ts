import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { schedulePost } from './support/posts';

/** What somebody with the file could do: the locks are taken off, one entry is changed, the locks are put back. */
function tamper(profile: string): void {
  const db = new Database(join(profile, 'workspace.sqlite'));
  const locks = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ai_ent%'",
    )
    .all();
  for (const { name } of locks) db.exec(`DROP TRIGGER ${name}`);
  const changed = db
    .prepare(
      "UPDATE ai_log_entry SET entry = replace(entry, '\"accepted\"', '\"rejected\"') WHERE type = 'human.decision'",
    )
    .run();
  for (const { sql } of locks) db.exec(sql);
  db.close();
  if (changed.changes === 0) throw new Error('there was no decision to change');
}

test('a changed record is found at the next start: AI pauses, a banner says so, everything else works', async ({
  installation,
}) => {
  const first = await installation.launch();
  await startPractice(first.page);
  await schedulePost(first.page, 'Approved by a person', Date.now() + 3_600_000);
  await first.app.close();
  tamper(installation.profile);

  const { page } = await installation.launch();
  await expect(
    page.getByText('The transparency log does not verify. AI is paused; everything else works.'),
  ).toBeVisible();
  await expect(page.getByText('AI: paused')).toBeVisible();
  expect(await ask(page, 'ai.state', {})).toMatchObject({ enabled: false, stoppedBy: 'log_broken' });
  expect((await ask(page, 'transparency.state', {})).broken?.seq).toBeGreaterThan(1);
  await page.getByRole('option').first().click();
  const reply = page.getByRole('textbox', { name: 'Reply' });
  await reply.fill('Still works');
  await reply.press('Control+Enter');
  await until(async () => (await ask(page, 'outbox.list', {})).every((item) => item.kind !== 'reply'));
});
