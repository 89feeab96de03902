import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import { ask, until } from './candor';

export const DRAFT = 'Hi, thank you for writing! Yes, we ship there, and it takes four days.';
export const EDITED = 'Hi, thank you for writing! Yes, we ship there, and it takes about a week.';
export const POST = 'Free cupping on Saturday at ten, in all shops.';

export async function connectProvider(page: Page, baseUrl: string): Promise<void> {
  const saved = await ask(page, 'ai.saveProvider', {
    preset: 'custom',
    name: 'Test model',
    baseUrl,
    model: 'gpt-4o-mini',
    key: 'sk-test',
  });
  await ask(page, 'ai.useProvider', { id: saved.id });
  await expect(page.getByText('AI: on request')).toBeVisible();
}

/** From the first conversation: a suggestion is asked for, inserted, edited and sent. Returns what the author wrote. */
export async function answerWithSuggestion(page: Page): Promise<string> {
  await page.getByRole('option').first().click();
  const reply = page.getByRole('textbox', { name: 'Reply' });
  await expect(reply).toBeVisible();
  await page.keyboard.press('Control+j');
  const panel = page.getByRole('region', { name: 'Suggestion' });
  await expect(panel.getByText(DRAFT)).toBeVisible();
  await expect(reply).toHaveValue('');
  await panel.getByRole('button', { name: 'Insert' }).click();
  await expect(reply).toHaveValue(DRAFT);
  await reply.fill(EDITED);
  await reply.press('Control+Enter');
  const thread = page.getByRole('log', { name: 'Messages' });
  await expect(thread.getByText(EDITED)).toBeVisible();
  await until(async () => (await ask(page, 'outbox.list', {})).length === 0);
  const row = await ask(page, 'inbox.list', { filter: { view: 'sent' } });
  const conversation = await ask(page, 'inbox.conversation', { id: row.items[0]!.id });
  expect(conversation.messages.filter((message) => message.text === EDITED)).toMatchObject([
    { delivery: 'sent', origin: 'ai_edited' },
  ]);
  return conversation.messages[0]!.text;
}

/** Writes a post, drags it from the tray onto tomorrow, then moves its time to a few seconds from now. */
export async function planAndPublish(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'New post' }).click();
  await page.getByRole('textbox', { name: 'Post text' }).fill(POST);
  await expect(page.getByText(/Saved/)).toBeVisible();
  await page.getByRole('link', { name: 'Calendar' }).click();
  const card = page.getByRole('complementary').getByText('Free cupping on Saturday').first();
  await expect(card).toBeVisible();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const day = page.locator(`[data-date="${tomorrow}"]`).first();
  await card.hover();
  await page.mouse.down();
  const target = (await day.boundingBox())!;
  await page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 12 });
  await page.mouse.up();
  const planned = async () => {
    const posts = await ask(page, 'calendar.range', {
      from: Date.now() - 86_400_000,
      to: Date.now() + 3 * 86_400_000,
    });
    return posts.find((post) => post.firstLine.startsWith('Free cupping'));
  };
  await until(async () => (await planned())?.state === 'scheduled');
  const post = (await planned())!;
  await ask(page, 'calendar.move', { id: post.id, dueAt: Date.now() + 2_000, zone: 'UTC' });
  await until(async () => (await planned())?.state === 'published');
  await expect(page.getByText(/Free cupping/).first()).toBeVisible();
}

export async function exportRecord(app: ElectronApplication, page: Page): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'candor-export-'));
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, folder);
  await page.getByRole('link', { name: 'Transparency' }).click();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByText(/chain whole/)).toBeVisible();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export the record' });
  await dialog.getByRole('button', { name: 'Choose a place and export' }).click();
  await expect(dialog.getByText(/entries exported/)).toBeVisible();
  const name = readdirSync(folder)[0];
  if (name === undefined) throw new Error('nothing was exported');
  return join(folder, name);
}

/** What the record must say of the job, and what it must not give away. */
export function expectRecord(record: string, secret: string): void {
  verify(record);
  const entries = readFileSync(join(record, 'entries.jsonl'), 'utf8');
  for (const type of ['ai.request', 'ai.response', 'human.decision', 'publish'])
    expect(entries).toContain(`"type":"${type}"`);
  expect(entries).not.toContain(secret);
  expect(entries).not.toContain(DRAFT);
  expect(readFileSync(join(record, 'content.jsonl'), 'utf8')).toContain(EDITED);
}

/** By both verifiers, in processes of their own; exit code 2 says: whole, with parts withheld or unanchored. */
function verify(record: string): void {
  for (const [program, script] of [
    ['node', 'verify.mjs'],
    ['python3', 'verify.py'],
  ] as const) {
    const code = run(program, [join(record, script), record]);
    expect([0, 2], `${script} says ${code.output}`).toContain(code.status);
  }
}

function run(
  program: string,
  parameters: readonly string[],
): { readonly status: number; readonly output: string } {
  try {
    return { status: 0, output: execFileSync(program, parameters, { encoding: 'utf8' }) };
  } catch (thrown) {
    const { status, stdout } = thrown as { status: number; stdout: string };
    return { status, output: stdout };
  }
}
