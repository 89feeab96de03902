/**
 * Every request that the connectors made while the tests of the networks ran, against the networks' published
 * specifications. Run by `npm run test:specs -- --specs DIR`, which makes the recording first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { isKnown, type KnownGap } from './check';
import { knownGaps } from './known-gaps';
import { checkersIn } from './published';
import type { RecordedRequest } from './shapes';

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run npm run test:specs -- --specs DIR`);
  return value;
};
const connectors = fileURLToPath(new URL('../../electron/main/networks/', import.meta.url));
const recorded = readFileSync(setting('CANDOR_RECORD_REQUESTS'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as RecordedRequest);

const needed = new Set<KnownGap>();
afterAll(() => {
  // No failure: the specifications are not part of the project, and a newer one may close a gap.
  for (const gap of knownGaps.filter((one) => !needed.has(one)))
    console.log(`a known gap that was not met: ${gap.networks.join(', ')} ${gap.request} ${gap.problem}`);
});

describe.each([...checkersIn(setting('CANDOR_SPECS_DIR'))])('requests to %s', (network, check) => {
  const found = new Map<string, Map<string, string>>();
  for (const request of recorded.filter((one) => one.network === network)) {
    const { name, problems } = check(request);
    const deviations = found.get(name) ?? new Map<string, string>();
    for (const problem of problems) {
      const gap = knownGaps.find((one) => isKnown(one, network, name, problem));
      if (gap) needed.add(gap);
      else if (!deviations.has(problem)) deviations.set(problem, request.test);
    }
    found.set(name, deviations);
  }

  it.skipIf(!existsSync(`${connectors}${network}`))('were made at all', () => {
    expect(found.size).toBeGreaterThan(0);
  });

  it.each([...found].sort(([a], [b]) => a.localeCompare(b)))(
    '%s is as the specification says',
    (_name, deviations) => {
      const lines = [...deviations].map(([problem, test]) => `${problem} (in “${test}”)`);
      expect(lines).toEqual([]);
    },
  );
});
