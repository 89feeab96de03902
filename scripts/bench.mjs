/** npm run bench: the numbers Candor promises, measured on this machine. Arguments select files. */
import { buildApp, buildReady } from './lib/build.mjs';
import { command } from './lib/command.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { packageBin, run } from './lib/process.mjs';
import { setUp } from './lib/setup.mjs';
import { step } from './lib/steps.mjs';

await command(async (files) => {
  const { env } = await setUp();
  await step('Build', buildReady, () => buildApp(env));
  const display = await ensureDisplay();
  const vitest = [packageBin('vitest', 'vitest.mjs'), 'run', '--project', 'bench', ...files];
  const result = await run(process.execPath, vitest, { env: { ...env, ...display.env } });
  display.stop();
  return result.code ?? 1;
});
