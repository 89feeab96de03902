import { expect, test } from './support/app';
import { seriousViolations } from './support/axe';
import { ask, startPractice } from './support/candor';
import { connectAccounts } from './support/connected';
import { schedulePost } from './support/posts';
import { startStubs } from './support/stubs';

const views = [
  '#/inbox',
  '#/calendar',
  '#/compose',
  '#/outbox',
  '#/transparency',
  '#/settings/accounts',
  '#/settings/polling',
  '#/settings/mediaHost',
  '#/settings/practice',
  '#/settings/ai',
  '#/settings/replies',
  '#/settings/general',
  '#/settings/backups',
  '#/settings/about',
];

for (const theme of ['light', 'dark'] as const) {
  test(`no view has a serious accessibility violation in the ${theme} theme`, async ({ installation }) => {
    const servers = await startStubs();
    const { app, page } = await installation.launch({ env: servers.env });
    const violations: Record<string, unknown> = {};
    const check = async (view: string): Promise<void> => {
      const found = await seriousViolations(page);
      if (found !== undefined) violations[view] = found;
    };
    await ask(page, 'settings.set', { theme });
    await check('welcome');
    await startPractice(page);
    await schedulePost(page, 'A planned post', Date.now() + 3_600_000);
    const { x, mastodon } = await connectAccounts({ app, page }, servers.stubs, ['x', 'mastodon']);
    const { id } = await ask(page, 'composer.create', { accountIds: [x.id, mastodon.id] });
    for (const view of [...views, `#/compose/${id}`]) {
      await page.evaluate((route) => {
        location.hash = route;
      }, view);
      await expect(page.locator('main h1').first()).toBeVisible();
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0);
      await check(view);
    }
    await page.getByText('For single networks').waitFor();
    await page.locator('main details summary').first().click();
    await check('choices for one network');
    await page.evaluate(() => {
      location.hash = '#/settings/accounts';
    });
    await page.getByRole('button', { name: 'Connect an account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect an account' });
    await dialog.getByRole('radio', { name: 'Facebook' }).check();
    await check('connecting');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.evaluate(() => {
      location.hash = '#/inbox';
    });
    await page.getByRole('option').first().click();
    await expect(page.getByRole('textbox', { name: 'Reply' })).toBeVisible();
    await check('conversation');
    await page.getByRole('textbox', { name: 'Reply' }).press('Escape');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('palette');
    expect(violations).toEqual({});
    await servers.close();
  });
}
