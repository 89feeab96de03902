/** The phases of npm test, in the order in which they run. Each gives back counts. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp, buildReady } from './build.mjs';
import { ensureDisplay } from './display.mjs';
import { inProject } from './paths.mjs';
import { packageBin, run, SetupError } from './process.mjs';
import {
  add,
  FAILED,
  NOTHING,
  PASSED,
  playwrightCounts,
  runnerCounts,
  SKIPPED,
  vitestCounts,
} from './results.mjs';
import { step } from './steps.mjs';
import { ensureTestServer, testServerFolder, testServerReady, testServers } from './test-servers.mjs';

const MINUTE = 60_000;
const node = (script, args, options) => run(process.execPath, [script, ...args], options);

export const PHASES = {
  lint: ({ env }) => check('lint', inProject('scripts', 'lint.mjs'), [], env),
  typecheck: ({ env }) => check('typecheck', packageBin('vue-tsc', 'bin/vue-tsc.js'), ['--build'], env),
  unit: (context) => vitest(recording(context), 'unit', ['node', 'renderer']),
  specs: publishedSpecs,
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

/** The networks' published specifications, which are no part of the project: null where there are none. */
export function specsFolder({ CANDOR_SPECS_DIR: folder }) {
  return folder && existsSync(folder) ? folder : null;
}

const requestsFile = (reports) => join(reports, 'requests.jsonl');

/** The unit tests write down what the connectors ask for, so that the phase after them need not run them again. */
function recording(context) {
  const isWhole = context.args.length === 0;
  if (specsFolder(context.env) === null || !isWhole) return context;
  return { ...context, env: { ...context.env, CANDOR_RECORD_REQUESTS: newRequestsFile(context.reports) } };
}

function newRequestsFile(reports) {
  const file = requestsFile(reports);
  rmSync(file, { force: true });
  writeFileSync(file, '');
  return file;
}

/** Every request of the connectors against the published specifications. `anew`: whatever was recorded before. */
async function publishedSpecs({ env, reports, args, anew = false }) {
  if (specsFolder(env) === null) {
    process.stderr.write('specs: left out, because CANDOR_SPECS_DIR names no folder of specifications\n');
    return SKIPPED;
  }
  let failed = 0;
  if (anew || !existsSync(requestsFile(reports))) {
    const recorder = { ...env, CANDOR_RECORD_REQUESTS: newRequestsFile(reports) };
    const context = { env: recorder, reports, args: ['tests/networks/'] };
    ({ failed } = await vitest(context, 'recording', ['node']));
  }
  const checked = { env: { ...env, CANDOR_RECORD_REQUESTS: requestsFile(reports) }, reports, args };
  return add(await vitest(checked, 'specs', ['specs']), { ...NOTHING, failed });
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
