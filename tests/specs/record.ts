/**
 * Writes down every request that a connector makes while tests run, for the check against the networks' published
 * specifications. Does nothing unless CANDOR_RECORD_REQUESTS names a file.
 */
import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { bodyShape, textShapeOf, type RecordedRequest } from './shapes';

/**
 * Who asks is known by where the call comes from. Connectors send no cookies (`request` in networks/http.ts), which
 * tells their requests from those of a test that plays the person in the browser for them.
 */
const CONNECTOR = /electron\/main\/networks\/([a-z]+)\//;
/** Files that several connectors share lie beside their folders; the test file then says whose request it is. */
const SHARED = /electron\/main\/networks\/[a-z-]+\.ts/;
const STORAGE = /electron\/main\/media-host\//;
const TEST_FILE = /tests\/networks\/([a-z]+)[.-]/;
const MAX_FRAMES = 60;

const file = process.env.CANDOR_RECORD_REQUESTS;
if (file) recordInto(file);

/** Puts a recorder in the place of `fetch`; gives back what takes it out again. */
export function recordInto(into: string): () => void {
  const real = globalThis.fetch;
  const seen = new Set<string>();
  globalThis.fetch = (input, init) => {
    const network = init?.credentials === 'omit' ? callerOf() : undefined;
    if (network !== undefined) {
      const { test, ...request } = describeRequest(network, input, init);
      const key = JSON.stringify(request);
      if (!seen.has(key)) appendFileSync(into, `${JSON.stringify({ ...request, test })}\n`);
      seen.add(key);
    }
    return real(input, init);
  };
  return () => {
    globalThis.fetch = real;
  };
}

function callerOf(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const stack = new Error('where').stack ?? '';
  Error.stackTraceLimit = before;
  // what a connector puts on the person's own storage is no request to its network
  if (STORAGE.test(stack)) return undefined;
  const connector = CONNECTOR.exec(stack)?.[1];
  if (connector !== undefined || !SHARED.test(stack)) return connector;
  return TEST_FILE.exec(expect.getState().testPath ?? '')?.[1];
}

function describeRequest(
  network: string,
  input: string | URL | Request,
  init: RequestInit | undefined,
): RecordedRequest {
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = new Headers(init?.headers);
  const type = headers.get('content-type') ?? impliedType(init?.body);
  const body = bodyShape(init?.body, type);
  return {
    network,
    test: expect.getState().currentTestName ?? 'before the tests',
    method: (init?.method ?? 'GET').toUpperCase(),
    path: withoutSecrets(url.pathname),
    query: [...url.searchParams].map(([name, value]) => [name, textShapeOf(value, name)]),
    contentType: body === null ? null : (type.split(';')[0] ?? '').trim(),
    body,
  };
}

const impliedType = (body: unknown): string =>
  body instanceof FormData
    ? 'multipart/form-data'
    : body instanceof URLSearchParams
      ? 'application/x-www-form-urlencoded'
      : '';

/** Bots and webhooks have their secret in the path; ids are made up by the servers of the tests. */
const withoutSecrets = (path: string): string =>
  path
    .replace(/\/bot[^/]+\//, '/bot:token/')
    .replace(/\/webhooks\/([^/]+)\/[^/]+/, '/webhooks/$1/:token')
    .replace(/\/\d[\w:.-]{4,}(?=\/|$)/g, '/1');
