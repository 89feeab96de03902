/** node scripts/test-server.mjs <name>: installs what tests/servers/<name> needs, prints the folder. */
import { command } from './lib/command.mjs';
import { step } from './lib/steps.mjs';
import { ensureTestServer, testServerFolder, testServerReady } from './lib/test-servers.mjs';

await command(async ([name = 'bluesky']) => {
  await step(
    `Test server ${name}`,
    () => testServerReady(name),
    (progress) => ensureTestServer(name, progress),
  );
  process.stdout.write(`${testServerFolder(name)}\n`);
});
