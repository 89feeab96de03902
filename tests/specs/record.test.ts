import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { network, openMastodon } from '../servers/mastodon/context';
import { jobOf, runJob } from '../networks/drive';
import { recordInto } from './record';
import type { RecordedRequest } from './shapes';

let folder: string;
let stop: () => void;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candor-record-'));
  stop = recordInto(join(folder, 'requests.jsonl'));
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

it('writes down each kind of request that a connector makes once, with its test, and none of the tests’ own', async () => {
  const { stub, test } = await openMastodon();
  await fetch(`${stub.url}/asked-by-a-test`, { credentials: 'omit' });
  const ctx = { ...test.ctx, http: fetch };
  for (const text of ['Eine Zeile', 'Noch eine Zeile'])
    await runJob(network, jobOf(network, { kind: 'publish', segments: [{ text, media: [] }] }, ctx), ctx);
  const text = readFileSync(join(folder, 'requests.jsonl'), 'utf8');
  const requests = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RecordedRequest);
  expect(requests.map(({ network: of }) => of)).toEqual(requests.map(() => 'mastodon'));
  expect(requests.filter(({ path }) => path === '/api/v1/statuses')).toEqual([
    {
      network: 'mastodon',
      test: expect.stringContaining('writes down each kind'),
      method: 'POST',
      path: '/api/v1/statuses',
      query: [],
      contentType: 'application/json',
      body: {
        is: 'object',
        of: { status: { is: 'string' }, visibility: { is: 'string', word: 'public' } },
      },
    },
  ]);
  expect(text).not.toContain('asked-by-a-test');
  for (const token of stub.tokens.keys()) expect(text).not.toContain(token);
  await stub.close();
});
