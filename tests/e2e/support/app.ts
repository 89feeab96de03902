import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type LaunchOptions = { readonly env?: Readonly<Record<string, string>>; readonly args?: readonly string[] };

/** One installation of Candor with its own profile folder: can be started, killed and started again. */
export type Installation = {
  readonly profile: string;
  readonly launch: (options?: LaunchOptions) => Promise<{ readonly app: ElectronApplication; readonly page: Page }>;
};

/** Chromium's own sandbox cannot run as root; a normal user keeps it. */
const sandboxFlag = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

async function launch(profile: string, { env = {}, args = [] }: LaunchOptions): Promise<{ app: ElectronApplication; page: Page }> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const app = await _electron.launch({
    args: ['.', ...sandboxFlag, '--disable-gpu', `--user-data-dir=${profile}`, ...args],
    env: { ...inherited, ...env },
  });
  const page = await app.firstWindow();
  await page.locator('main').waitFor();
  return { app, page };
}

export const test = base.extend<{ readonly installation: Installation }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies of a fixture from this pattern
  installation: async ({}, use) => {
    const profile = mkdtempSync(join(tmpdir(), 'candor-e2e-'));
    const apps: ElectronApplication[] = [];
    await use({
      profile,
      launch: async (options = {}) => {
        const started = await launch(profile, options);
        apps.push(started.app);
        return started;
      },
    });
    for (const app of apps) await app.close().catch(() => undefined);
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  },
});
export { expect } from '@playwright/test';
