/** npm run dev: the app with hot reload of the page and a restart when main changes. */
import { command } from './lib/command.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { packageBin, run } from './lib/process.mjs';
import { setUp } from './lib/setup.mjs';
import { isRoot } from './lib/system-packages.mjs';

await command(async (args) => {
  const { env } = await setUp();
  const display = await ensureDisplay();
  const watch = [packageBin('electron-vite', 'bin/electron-vite.js'), 'dev', '--watch'];
  const result = await run(process.execPath, [...watch, ...(isRoot() ? ['--noSandbox'] : []), ...args], {
    env: { ...env, ...display.env },
  });
  display.stop();
  return result.code ?? 1;
});
