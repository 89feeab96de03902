import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { NetworkError, type Sent } from './errors';
import { retryAtOf, safeDetail, statusError, type Effect, type HttpAnswer } from './http';
import { usageOf } from './graph-usage';

/**
 * One line of an error table of Meta's APIs. The first line that fits decides; a line with subcodes fits only these.
 * Source: networks.md 4, 5 and 13.2.
 */
export type GraphErrorRow = {
  readonly code?: number;
  /** The last code of a range that begins with `code`. */
  readonly to?: number;
  readonly subcodes?: readonly number[];
  readonly kind: ErrorKind;
  readonly field?: string;
};

/** Holds for every API of Meta; a network puts lines of its own in front. */
export const graphErrors: readonly GraphErrorRow[] = [
  { code: 4, kind: 'rate_limited' },
  { code: 17, kind: 'rate_limited' },
  { code: 32, kind: 'rate_limited' },
  { code: 341, kind: 'rate_limited' },
  { code: 613, kind: 'rate_limited' },
  { code: 80_000, to: 80_014, kind: 'rate_limited' },
  { code: 190, subcodes: [463, 467], kind: 'auth_expired' },
  { code: 190, kind: 'auth_revoked' },
  { code: 102, kind: 'auth_revoked' },
  { code: 100, subcodes: [33], kind: 'gone' },
  { code: 803, kind: 'gone' },
  { code: 368, kind: 'policy_blocked' },
  { code: 506, kind: 'duplicate' },
  { code: 100, kind: 'validation' },
  { code: 3, kind: 'permission' },
  { code: 10, kind: 'permission' },
  { code: 200, to: 299, kind: 'permission' },
  { code: 1, to: 2, kind: 'server' },
];

const errorBody = z.object({
  error: z.object({
    code: z.number().optional().catch(undefined),
    error_subcode: z.number().optional().catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    error_user_title: z.string().nullish().catch(undefined),
    error_user_msg: z.string().nullish().catch(undefined),
    fbtrace_id: z.string().optional().catch(undefined),
  }),
});
export type GraphErrorBody = z.infer<typeof errorBody>['error'];

type Failed = {
  readonly answer: HttpAnswer;
  readonly body: unknown;
  readonly effect: Effect;
  /** The call without ids and secrets, for the developer. */
  readonly name: string;
  readonly secrets: readonly string[];
  readonly rows?: readonly GraphErrorRow[];
  readonly now: number;
};

/** How long to stay away where the network says only that it was too much. */
const USUAL_PAUSE_MS = 5 * 60_000;

/** The answer as an error; null for a success. Some endpoints put an error into an answer with status 200. */
export function graphFailure(failed: Failed): NetworkError | null {
  const { answer, effect, now } = failed;
  const told = errorBody.safeParse(failed.body).data?.error;
  const byStatus = statusError(answer.status, effect);
  if (!byStatus && !told) return null;
  const row = told && rowOf(told, [...(failed.rows ?? []), ...graphErrors]);
  const found = row?.kind ?? (told?.is_transient ? 'server' : (byStatus?.kind ?? 'protocol'));
  // After a failure on their side a write may be out all the same.
  const isUnclear = effect === 'write' && (found === 'server' || found === 'ambiguous');
  const kind = isUnclear ? 'ambiguous' : found;
  const sent = isUnclear || (!row && sentBy(byStatus, effect) === 'maybe') ? 'maybe' : 'no';
  const retryAt = kind === 'rate_limited' ? pauseUntil(answer.headers, now) : undefined;
  return new NetworkError(
    {
      kind,
      detail: safeDetail(safeWords(describe(failed, told)), failed.secrets),
      ...(row?.field !== undefined && { field: row.field }),
      ...(told?.code !== undefined && { params: codes(told) }),
      ...(retryAt !== undefined && { retryAt }),
    },
    sent,
  );
}

/** An error of an unknown kind in an answer that says that all went well tells neither. */
const sentBy = (byStatus: { readonly sent: Sent } | null, effect: Effect): Sent =>
  byStatus?.sent ?? (effect === 'write' ? 'maybe' : 'no');

/** Limits and lines with subcodes hold even where Meta calls an error transient; the others yield to that. */
export function rowOf(told: GraphErrorBody, rows: readonly GraphErrorRow[]): GraphErrorRow | undefined {
  const row = rows.find(
    ({ code, to, subcodes }) =>
      (code === undefined || inRange(told.code, code, to ?? code)) &&
      (subcodes === undefined || subcodes.includes(told.error_subcode ?? -1)),
  );
  const isPrecise = row?.subcodes !== undefined || row?.kind === 'rate_limited';
  return told.is_transient && !isPrecise ? undefined : row;
}

const inRange = (value: number | undefined, from: number, to: number): boolean =>
  value !== undefined && value >= from && value <= to;

const codes = (told: GraphErrorBody): Record<string, number> => ({
  ...(told.code !== undefined && { code: told.code }),
  ...(told.error_subcode !== undefined && { subcode: told.error_subcode }),
});

const META_TOKEN = /\b(?:EAA|IG|TH)[\w-]{20,}/g;
const ADDRESS = /https?:\/\/\S+/g;

/** Meta's own words without tokens, and without addresses: that of a hosted file is good for whoever has it. */
export const safeWords = (words: string): string =>
  words.replace(ADDRESS, '[address]').replace(META_TOKEN, '[secret]');

function describe({ name, answer }: Failed, told: GraphErrorBody | undefined): string {
  const code = [told?.code, told?.error_subcode].filter((part) => part !== undefined).join('/');
  const words = [told?.message, told?.error_user_msg].filter(Boolean).join(' ');
  const trace = told?.fbtrace_id ? `(trace ${told.fbtrace_id})` : '';
  return [`${name}:`, answer.status, code, words, trace].filter((part) => part !== '').join(' ');
}

function pauseUntil(headers: Headers, now: number): number {
  const told = retryAtOf(headers, now);
  const usage = usageOf(headers, now);
  return Math.max(told ?? 0, usage && usage.used >= 100 ? usage.resetAt : 0) || now + USUAL_PAUSE_MS;
}
