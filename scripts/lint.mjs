/** npm run lint: rules, dead code, ways between modules, format. All run, whatever the first says. */
import { command } from './lib/command.mjs';
import { packageBin, run } from './lib/process.mjs';

const CHECKS = [
  ['eslint', packageBin('eslint', 'bin/eslint.js'), ['.', '--max-warnings=0']],
  ['knip', packageBin('knip', 'bin/knip.js'), ['--no-progress']],
  [
    'dependency-cruiser',
    packageBin('dependency-cruiser', 'bin/dependency-cruise.mjs'),
    ['electron', 'shared', 'renderer/src', '--output-type', 'err-long'],
  ],
  ['prettier', packageBin('prettier', 'bin/prettier.cjs'), ['--check', '--log-level=warn', '.']],
];

await command(async () => {
  const failed = [];
  for (const [name, script, args] of CHECKS) {
    process.stderr.write(`lint: ${name}\n`);
    const { code } = await run(process.execPath, [script, ...args]);
    if (code !== 0) failed.push(name);
  }
  process.stderr.write(failed.length === 0 ? 'lint: clean\n' : `lint: ${failed.join(', ')} failed\n`);
  return failed.length === 0 ? 0 : 1;
});
