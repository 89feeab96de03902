/** How the YouTube stub answers and refuses. */
import type { IncomingMessage } from 'node:http';
import type { Store } from './store';

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
export type Call = {
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
};

/** What every part of the API knows, and what a test has set. */
export type World = {
  readonly store: Store;
  readonly url: () => string;
  readonly settings: {
    /** Looks until a video is ready. */
    processing: number;
    hidesFollowers: boolean;
    isLocked: boolean;
    /** The queues of review are refused. */
    hidesQueues: boolean;
    /** Whether comments of lists say how they stand. */
    tellsModeration: boolean;
    /** Whether what is held back is found by its id: the documentation does not say. */
    findsHeld: boolean;
    uploadsLeft: number;
    uploadFault: 'lose-answer' | 'forget-session' | null;
  };
};

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const fail = (status: number, reason: string, message = reason, domain = 'youtube.api'): Answer => ({
  status,
  body: { error: { code: status, message, errors: [{ message, domain, reason }] } },
});

/** Every parameter is one that the method knows, and those it needs are there. */
export const checked = (
  query: URLSearchParams,
  known: readonly string[],
  needed: readonly string[],
): Answer | undefined => {
  for (const name of query.keys())
    if (!known.includes(name)) return fail(400, 'unexpectedParameter', `Unknown parameter ${name}`);
  const missing = needed.find((name) => !query.get(name));
  return missing === undefined ? undefined : fail(400, 'missingRequiredParameter', `No ${missing}`);
};
export const partsOf = (query: URLSearchParams) => (query.get('part') ?? '').split(',');
export const idsOf = (query: URLSearchParams) => (query.get('id') ?? '').split(',').filter(Boolean);
export const paged = <T>(all: readonly T[], query: URLSearchParams): Answer => {
  const most = Number(query.get('maxResults') ?? 20);
  if (!(most >= 1 && most <= 100)) return fail(400, 'invalidValue', 'maxResults');
  const token = query.get('pageToken');
  if (token !== null && !/^at-\d+$/.test(token)) return fail(400, 'invalidPageToken');
  const from = Number(token?.slice(3) ?? 0);
  const items = all.slice(from, from + most);
  const more = from + most < all.length;
  return ok({
    items,
    pageInfo: { totalResults: all.length, resultsPerPage: most },
    ...(more && { nextPageToken: `at-${from + most}` }),
  });
};
