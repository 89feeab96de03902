/** Takes the pictures of the README from the running app. Run it when a view they show has changed. */
import { buildApp, buildReady } from './lib/build.mjs';
import { command } from './lib/command.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { packageBin, run } from './lib/process.mjs';
import { setUp } from './lib/setup.mjs';
import { step } from './lib/steps.mjs';

await command(async () => {
  const { env } = await setUp();
  await step('Build', buildReady, () => buildApp(env));
  const display = await ensureDisplay();
  const config = 'tests/pictures/playwright.config.ts';
  const playwright = [packageBin('@playwright/test', 'cli.js'), 'test', '--config', config];
  const result = await run(process.execPath, playwright, { env: { ...env, ...display.env } });
  display.stop();
  return result.code ?? 1;
});
