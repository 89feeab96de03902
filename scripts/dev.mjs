/** npm run dev: the app with hot reload of the page and a restart when main changes. */
import { command } from './lib/command.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { packageBin, run } from './lib/process.mjs';
import { setUp } from './lib/setup.mjs';
import { isRoot } from './lib/system-packages.mjs';

await command(async (args) => {
  const { runtime, env } = await setUp();
  const display = await ensureDisplay();
  const watch = [packageBin('electron-vite', 'bin/electron-vite.js'), 'dev', '--watch'];
  const result = await run(process.execPath, [...watch, ...(isRoot() ? ['--noSandbox'] : []), ...args], {
    // electron-vite looks for the binary that the electron package would have downloaded, unless it is told.
    env: { ...env, ...display.env, ELECTRON_EXEC_PATH: runtime.executable },
  });
  display.stop();
  return result.code ?? 1;
});
