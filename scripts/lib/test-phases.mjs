/** The phases of npm test, in the order in which they run. Each gives back counts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp, buildReady } from './build.mjs';
import { ensureDisplay } from './display.mjs';
import { inProject } from './paths.mjs';
import { packageBin, run, SetupError } from './process.mjs';
import { add, FAILED, NOTHING, PASSED, playwrightCounts, runnerCounts, vitestCounts } from './results.mjs';
import { step } from './steps.mjs';
import { ensureTestServer, testServerFolder, testServerReady, testServers } from './test-servers.mjs';

const MINUTE = 60_000;
const node = (script, args, options) => run(process.execPath, [script, ...args], options);

export const PHASES = {
  lint: ({ env }) => check('lint', inProject('scripts', 'lint.mjs'), [], env),
  typecheck: ({ env }) => check('typecheck', packageBin('vue-tsc', 'bin/vue-tsc.js'), ['--build'], env),
  unit: (context) => vitest(context, 'unit', ['node', 'renderer']),
  servers: serverSuites,
  build: ({ env }) => built(env),
  e2e: endToEnd,
};

let display = null;
let servers = null;

/** One display serves every phase that needs one. */
async function displayEnvironment() {
  display ??= await ensureDisplay();
  return display.env;
}

export function endDisplay() {
  display?.stop();
  display = null;
}

async function check(name, script, args, env) {
  const { code, signal } = await node(script, args, { env, timeout: 15 * MINUTE });
  if (code === 0) return PASSED;
  process.stderr.write(`${name}: failed (${signal ?? `exit ${code}`})\n`);
  return FAILED;
}

async function vitest({ env, reports, args }, name, projects) {
  const report = join(reports, `${name}.json`);
  const { code } = await node(
    packageBin('vitest', 'vitest.mjs'),
    [
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { env, timeout: 20 * MINUTE },
  );
  return runnerCounts(code, report, vitestCounts);
}

/** Suites against servers that nobody wrote for these tests. One that cannot be installed is a failure. */
async function serverSuites(context) {
  const servers = await installedServers();
  const counts = await vitest({ ...context, env: { ...context.env, ...servers.env } }, 'servers', [
    'servers',
  ]);
  return servers.failed ? add(counts, FAILED) : counts;
}

/** Where tests find the packages of each test server: installed at most once in a run. */
function installedServers() {
  servers ??= installServers();
  return servers;
}

async function installServers() {
  const result = { env: {}, failed: false };
  for (const name of testServers()) {
    try {
      await step(
        `Test server ${name}`,
        () => testServerReady(name),
        (progress) => ensureTestServer(name, progress),
      );
      result.env[`CANDOR_TEST_${name.toUpperCase().replaceAll('-', '_')}_DIR`] = testServerFolder(name);
    } catch (error) {
      failedBy(error);
      result.failed = true;
    }
  }
  return result;
}

function failedBy(error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\nWhat to do: ${error.whatToDo}\n`);
  return FAILED;
}

async function built(env) {
  try {
    await step('Build', buildReady, () => buildApp(env));
    return PASSED;
  } catch (error) {
    return failedBy(error);
  }
}

async function endToEnd({ env, reports, args }) {
  if (!existsSync(inProject('tests', 'e2e'))) return NOTHING;
  if (!buildReady() && (await built(env)).failed > 0) {
    process.stderr.write('e2e: not run, because the app does not build\n');
    return FAILED;
  }
  const report = join(reports, 'e2e.json');
  const { env: serverEnvironment } = await installedServers();
  const { code } = await node(packageBin('@playwright/test', 'cli.js'), ['test', ...args], {
    env: {
      ...env,
      ...serverEnvironment,
      ...(await displayEnvironment()),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    },
    timeout: 25 * MINUTE,
  });
  return runnerCounts(code, report, playwrightCounts);
}
