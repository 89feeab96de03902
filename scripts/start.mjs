/** npm start: sets up what is missing, builds what changed, opens the app. Arguments after `--` go to the app. */
import { rmSync } from 'node:fs';
import { buildApp, buildReady } from './lib/build.mjs';
import { command } from './lib/command.mjs';
import { ensureDisplay, isHeadless } from './lib/display.mjs';
import { whenWritten } from './lib/files.mjs';
import { inCache, projectRoot } from './lib/paths.mjs';
import { run } from './lib/process.mjs';
import { setUp } from './lib/setup.mjs';
import { step } from './lib/steps.mjs';
import { isRoot } from './lib/system-packages.mjs';

// A virtual display has no GPU, and often no message bus, which Chromium would complain about line by line.
const HEADLESS_FLAGS = ['--disable-gpu', '--log-level=3'];

await command(async (appArguments) => {
  const { runtime, env } = await setUp();
  await step('Build', buildReady, () => buildApp(env));
  const headless = isHeadless();
  const display = await ensureDisplay();
  const extra = headless ? announceScreenshot(display.env.DISPLAY) : {};
  // Chromium's sandbox refuses to run as root; everybody else keeps it.
  const args = [
    projectRoot,
    ...(isRoot() ? ['--no-sandbox'] : []),
    ...(headless ? HEADLESS_FLAGS : []),
    ...appArguments,
  ];
  const result = await run(runtime.executable, args, {
    env: { ...env, ...display.env, ...extra },
    // The main process ends its own children, after it has stopped in order.
    wholeGroup: false,
  });
  display.stop();
  return result.code ?? 1;
});

function announceScreenshot(display) {
  const path = inCache('screenshots', 'first-window.png');
  rmSync(path, { force: true });
  process.stderr.write(
    `No display here: the app runs on a virtual one (${display}) until interrupted with Ctrl-C.\n`,
  );
  whenWritten(path, () => process.stderr.write(`First window: ${path}\n`));
  return { CANDOR_SCREENSHOT: path };
}
