/** How the LinkedIn stub answers and refuses, and the Rest.li ways of asking. */
import type { Grant } from './oauth';
import type { Store } from './store';

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As it was sent: parentheses of Rest.li must not be encoded. */
  readonly rawQuery: string;
  readonly body: Buffer;
  readonly grant: Grant;
};

/** What every part of the API knows. */
export type World = {
  readonly store: Store;
  readonly now: () => number;
  readonly url: () => string;
  readonly mayActAs: (urn: unknown, grant: Grant) => boolean;
  readonly mayRead: (urn: string, grant: Grant) => boolean;
  readonly isAdministrator: () => boolean;
  /** Looks until a video is ready. */
  readonly processing: () => number;
};

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const fail = (status: number, code: string, message: string, serviceErrorCode?: number): Answer => ({
  status,
  body: { status, code, message, ...(serviceErrorCode !== undefined && { serviceErrorCode }) },
});
export const missing = fail(404, 'NOT_FOUND', 'Not found');
export const denied = (what: string) =>
  fail(403, 'ACCESS_DENIED', `Not enough permissions to access: ${what}`, 100);
export const unprocessable = (message: string) => fail(422, 'UNPROCESSABLE_ENTITY', message);
export const bad = (message: string) => fail(400, 'ILLEGAL_ARGUMENT', message);

export const unknownKeys = (body: Record<string, unknown>, known: readonly string[]): Answer | undefined => {
  const extra = Object.keys(body).find((key) => !known.includes(key));
  return extra === undefined
    ? undefined
    : unprocessable(`ERROR :: /${extra} :: unrecognized field found but not allowed`);
};
export const paged = <T>(all: readonly T[], { query }: Call): Answer => {
  const [start, count] = [Number(query.get('start') ?? 0), Number(query.get('count') ?? 10)];
  if (!(count > 0 && count <= 100)) return bad('count must be between 1 and 100');
  return ok({
    elements: all.slice(start, start + count),
    paging: { start, count, total: all.length, links: [] },
  });
};
/** `List(a,b)` with its own syntax in the clear and everything inside encoded. */
export const listOf = (rawQuery: string, name: string): readonly string[] | undefined => {
  const found = new RegExp(`(?:^|&)${name}=List\\(([^()]*)\\)(?:&|$)`).exec(rawQuery)?.[1];
  return found?.split(',').filter(Boolean).map(decodeURIComponent);
};
