import { expect, test } from './support/app';
import { startPractice } from './support/candor';

test('the theme is changed from the palette, applies at once and survives a restart', async ({
  installation,
}) => {
  const { app, page } = await installation.launch();
  await startPractice(page);
  const background = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.keyboard.press('Control+k');
  await page
    .getByRole('dialog')
    .getByRole('textbox')
    .or(page.getByRole('combobox'))
    .first()
    .fill('dark theme');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const dark = await background();
  await app.close();

  const again = await installation.launch();
  await expect(again.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await again.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(dark);
});
