import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What people who need help of their system would stumble over in what is shown now; undefined: nothing serious. */
export async function seriousViolations(page: Page): Promise<unknown> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  );
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  if (serious.length === 0) return undefined;
  return serious.map(({ id, nodes }) => ({
    id,
    nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => ({ html, failureSummary })),
  }));
}
