import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/app';
import { ask, startPractice } from './support/candor';
import { schedulePost } from './support/posts';

const views = [
  '#/inbox',
  '#/calendar',
  '#/compose',
  '#/outbox',
  '#/transparency',
  '#/settings/accounts',
  '#/settings/practice',
  '#/settings/ai',
  '#/settings/replies',
  '#/settings/general',
  '#/settings/backups',
  '#/settings/about',
];

for (const theme of ['light', 'dark'] as const) {
  test(`no view has a serious accessibility violation in the ${theme} theme`, async ({ installation }) => {
    const { page } = await installation.launch();
    const violations: Record<string, unknown> = {};
    const check = async (view: string): Promise<void> => {
      await page.evaluate(() =>
        Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
      );
      const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      if (serious.length > 0)
        violations[view] = serious.map(({ id, nodes }) => ({
          id,
          nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => ({ html, failureSummary })),
        }));
    };
    await ask(page, 'settings.set', { theme });
    await check('welcome');
    await startPractice(page);
    await schedulePost(page, 'A planned post', Date.now() + 3_600_000);
    for (const view of views) {
      await page.evaluate((route) => {
        location.hash = route;
      }, view);
      await expect(page.locator('main h1').first()).toBeVisible();
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0);
      await check(view);
    }
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
  });
}
