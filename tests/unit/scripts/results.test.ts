import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  add,
  playwrightCounts,
  runnerCounts,
  summaryLine,
  vitestCounts,
} from '../../../scripts/lib/results.mjs';

const folder = mkdtempSync(join(tmpdir(), 'candor-results-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vitestReport = (changes: object): object => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...changes,
});

describe('the counts of a vitest run', () => {
  it('are the tests that passed, failed and were skipped', () => {
    expect(vitestCounts(vitestReport({}))).toEqual({ passed: 3, failed: 0, skipped: 2 });
  });

  it('contain a file that does not load as a failure', () => {
    const report = vitestReport({ testResults: [{ status: 'failed', assertionResults: [] }] });
    expect(vitestCounts(report).failed).toBe(1);
  });

  it('count a failed test once, not again for its file', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    expect(vitestCounts(vitestReport({ numFailedTests: 1, testResults })).failed).toBe(1);
  });
});

describe('the counts of a Playwright run', () => {
  it('contain errors outside tests', () => {
    const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 2 };
    expect(playwrightCounts({ stats, errors: [{}] })).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });
});

describe('the counts of a runner', () => {
  const report = join(folder, 'report.json');

  it('are one failure when it left no report', () => {
    expect(runnerCounts(1, join(folder, 'none.json'), vitestCounts)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  it('contain a failure when it ended badly although every test passed', () => {
    writeFileSync(report, JSON.stringify(vitestReport({})));
    expect(runnerCounts(1, report, vitestCounts)).toEqual({ passed: 3, failed: 1, skipped: 2 });
    expect(runnerCounts(0, report, vitestCounts)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  });
});

it('the last line has the form that machines read', () => {
  const total = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  expect(summaryLine(total)).toBe('11 passed, 22 failed, 33 skipped');
});
