import { expect, test } from './support/app';
import { ask, startPractice } from './support/candor';

test('twenty messages are triaged with the keyboard alone', async ({ installation }) => {
  const { page } = await installation.launch();
  await startPractice(page);
  const before = await ask(page, 'inbox.counts', {});
  const list = page.getByRole('listbox', { name: 'Conversations' });
  const selected = list.getByRole('option', { selected: true });
  await page.keyboard.press('j');
  await expect(selected).toHaveCount(1);

  const nameOfSelected = async (): Promise<string> => (await selected.getAttribute('id')) ?? '';
  for (let n = 0; n < 15; n += 1) {
    const was = await nameOfSelected();
    await page.keyboard.press('e');
    await expect.poll(nameOfSelected).not.toBe(was);
  }
  for (let n = 0; n < 3; n += 1) {
    const was = await nameOfSelected();
    await page.keyboard.press('s');
    await expect(page.getByRole('dialog', { name: 'Snooze until' })).toBeVisible();
    await page.keyboard.press('2');
    await expect.poll(nameOfSelected).not.toBe(was);
  }
  for (let n = 0; n < 2; n += 1) {
    await page.keyboard.press('r');
    const reply = page.getByRole('textbox', { name: 'Reply' });
    await expect(reply).toBeFocused();
    await page.keyboard.type(`Thank you, answer ${n + 1}`);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(`Thank you, answer ${n + 1}`).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
  }
  const after = await ask(page, 'inbox.counts', {});
  expect(after.done - before.done).toBeGreaterThanOrEqual(15);
  expect(after.snoozed - before.snoozed).toBe(3);
});

test('marking as done can be taken back with one key', async ({ installation }) => {
  const { page } = await installation.launch();
  await startPractice(page);
  const before = await ask(page, 'inbox.counts', {});
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.keyboard.press('z');
  await expect.poll(async () => (await ask(page, 'inbox.counts', {})).done).toBe(before.done);
});
