/** Adds up what the runners report. A runner that leaves no readable report counts as one failure. */
import { readText } from './files.mjs';

export const NOTHING = { passed: 0, failed: 0, skipped: 0 };
export const PASSED = { ...NOTHING, passed: 1 };
export const SKIPPED = { ...NOTHING, skipped: 1 };
export const FAILED = { ...NOTHING, failed: 1 };

export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

export const summaryLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** Vitest's JSON report. A file that does not load has no tests of its own and counts as one failure. */
export function vitestCounts(report) {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * Playwright's JSON report. A test that passed only on a retry passed; errors outside tests are failures.
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors?: unknown[] }} report
 */
export function playwrightCounts({ stats, errors = [] }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

/** Counts of one runner; a non-zero exit is never reported as a success. */
export function runnerCounts(exitCode, reportPath, counts) {
  const text = readText(reportPath);
  const result = text === null ? NOTHING : counts(JSON.parse(text));
  return exitCode !== 0 && result.failed === 0 ? add(result, FAILED) : result;
}
