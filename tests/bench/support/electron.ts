import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const sandboxFlag = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Starts an Electron program and waits until its `main` (and `ready`, if given) can be seen; tells how long it took. */
export async function start(
  folder: string,
  profile: string,
  ready = 'main',
): Promise<{ readonly app: ElectronApplication; readonly page: Page; readonly ms: number }> {
  const begun = performance.now();
  const app = await _electron.launch({ args: [folder, ...sandboxFlag, '--disable-gpu', `--user-data-dir=${profile}`] });
  const page = await app.firstWindow();
  await page.locator(ready).first().waitFor();
  return { app, page, ms: performance.now() - begun };
}
