/** npm run build: main, preload and renderer into out/. */
import { buildApp } from './lib/build.mjs';
import { command } from './lib/command.mjs';
import { setUp } from './lib/setup.mjs';
import { step } from './lib/steps.mjs';

await command(async () => {
  const { env } = await setUp();
  await step(
    'Build',
    () => false,
    () => buildApp(env),
  );
});
