import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  createExporter,
  type Exporter,
  type ExporterDeps,
} from '../../../electron/main/transparency/export/bundle';
import type { ExportRequest } from '../../../electron/main/transparency/export/request';
import { verifyRecord } from '../../../resources/verifiers/verify.mjs';
import { openDatabase, testApp, type LogFixture } from './log-fixture';

export const verifiersDir = resolve('resources/verifiers');

export const exporterOf = (fixture: LogFixture, rest: Partial<ExporterDeps> = {}): Exporter =>
  createExporter({
    log: fixture.log,
    openReader: () => openDatabase(fixture.file),
    clock: fixture.clock,
    app: testApp,
    verifiersDir,
    ...rest,
  });

export const requestTo = (dir: string, rest: Partial<ExportRequest> = {}): ExportRequest => ({
  texts: true,
  names: true,
  target: { kind: 'folder', dir },
  actor: 's_someone',
  ...rest,
});

export type Verdict = { readonly code: number; readonly lines: readonly string[] };

export const verifyWithNode = (...args: readonly string[]): Verdict => verifyRecord(args);

/** What is done to a record before it is checked; undone afterwards. */
export type Mutation = { readonly file: string; readonly at: number; readonly byte: number };

const DRIVER = `
import importlib.util, json, os, sys
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
results = []
for job in json.load(sys.stdin):
    change = job.get("mutation")
    if change:
        path = os.path.join(job["args"][0], change["file"])
        before = open(path, "rb").read()
        open(path, "wb").write(before[: change["at"]] + bytes([change["byte"]]) + before[change["at"] + 1 :])
    code, lines = verify.verify_record(job["args"])
    if change:
        open(path, "wb").write(before)
    results.append({"code": code, "lines": lines})
json.dump(results, sys.stdout)
`;

export type PythonJob = { readonly args: readonly string[]; readonly mutation?: Mutation };

/** Many checks in one Python process, which takes longer to start than to check. */
export function verifyWithPython(jobs: readonly PythonJob[]): readonly Verdict[] {
  const output = execFileSync('python3', ['-c', DRIVER, join(verifiersDir, 'verify.py')], {
    input: JSON.stringify(jobs),
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output.toString('utf8')) as readonly Verdict[];
}

/** Runs both verifiers and insists that they say the same. */
export function verifyWithBoth(...args: readonly string[]): Verdict {
  const node = verifyWithNode(...args);
  const [python] = verifyWithPython([{ args }]);
  if (JSON.stringify(node) !== JSON.stringify(python)) {
    throw new Error(
      `the verifiers disagree:\n${JSON.stringify(node, null, 1)}\n${JSON.stringify(python, null, 1)}`,
    );
  }
  return node;
}

export function temporaryFolder(): { readonly dir: string; readonly dispose: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'candor-record-'));
  mkdirSync(dir, { recursive: true });
  return { dir, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}
