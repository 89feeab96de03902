import { createHmac } from 'node:crypto';
import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { parseJson, unreadable } from './answers';
import { NetworkError } from './errors';
import { graphFailure, type GraphErrorRow } from './graph-errors';
import { ratesOf } from './graph-usage';
import { multipart, type MultipartBody } from './multipart';
import { request, type Effect, type HttpAnswer, type HttpDeps } from './http';
import type { RateInfo } from './network';

/** Meta's Graph API as Facebook, Instagram and Threads speak it: a version in the path, a token in the header. */
export type GraphTarget = {
  /** Host and version without a slash at the end: `https://graph.facebook.com/v26.0`. */
  readonly base: string;
  /** Empty: none is sent. */
  readonly token: string;
  /** Signs every call (`appsecret_proof`), for apps that ask for it. */
  readonly appSecret?: string;
  readonly onRate?: (rate: RateInfo) => void;
  /** Lines of the network's own in front of the common error table. */
  readonly errors?: readonly GraphErrorRow[];
  /** What must not appear in an error beside the token. */
  readonly secrets?: readonly string[];
};

type Scalar = string | number | boolean | undefined;
type Fields = Readonly<Record<string, Scalar>>;

export type GraphCall = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the version, with a slash in front; ids in it are already encoded. */
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Fields;
  /** At most one of these. */
  readonly form?: Fields;
  readonly json?: unknown;
  readonly multipart?: Multipart;
  readonly timeoutMs?: number;
};

export type Multipart = {
  readonly fields: Fields;
  readonly files: readonly {
    readonly name: string;
    readonly filename: string;
    readonly mime: string;
    readonly bytes: Uint8Array;
  }[];
};

const UPLOAD_TIMEOUT_MS = 180_000;

/** One request. Throws NetworkError; `sent` says whether a write may be out. */
export async function graph<T>(
  deps: HttpDeps,
  target: GraphTarget,
  call: GraphCall,
  schema: z.ZodType<T>,
): Promise<T> {
  const body = bodyOf(call, proofOf(target));
  const answer = await request(deps, {
    url: addressOf(target, call),
    method: call.method,
    effect: call.effect,
    headers: {
      accept: 'application/json',
      ...(target.token !== '' && { authorization: `Bearer ${target.token}` }),
      ...(body && { 'content-type': body.type }),
    },
    body: body?.body,
    timeoutMs: call.timeoutMs ?? (call.multipart ? UPLOAD_TIMEOUT_MS : undefined),
  });
  return readAnswer(deps, target, { effect: call.effect, name: nameOf(call) }, answer, schema);
}

/** What an answer says, or the error in it. For calls that go around `graph` (uploads to other hosts). */
export function readAnswer<T>(
  deps: HttpDeps,
  target: GraphTarget,
  call: { readonly effect: Effect; readonly name: string },
  answer: HttpAnswer,
  schema: z.ZodType<T>,
): T {
  const now = deps.clock.now();
  for (const rate of ratesOf(answer.headers, now)) target.onRate?.(rate);
  const body = parseJson(answer.text);
  const secrets = [target.token, target.appSecret ?? '', ...(target.secrets ?? [])];
  const failure = graphFailure({ answer, body, ...call, secrets, rows: target.errors, now });
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unreadable(call.name, call.effect, parsed.error);
}

const listBody = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({
      cursors: z.object({ after: z.string().optional() }).optional(),
      next: z.string().optional(),
    })
    .nullish()
    .catch(undefined),
});

export type GraphList = {
  /** Each is checked by itself (`readItems`): a strange one must not hide the others. */
  readonly items: readonly unknown[];
  /** Give it back as `after` for the next page; undefined on the last one. */
  readonly after?: string;
};

/** One page of an edge. The address of the next page that Meta sends along carries a token and is never used. */
export async function graphPage(
  deps: HttpDeps,
  target: GraphTarget,
  call: { readonly path: string; readonly params?: Fields; readonly after?: string },
): Promise<GraphList> {
  const params = { ...call.params, after: call.after };
  const body = await graph(
    deps,
    target,
    { method: 'GET', path: call.path, effect: 'read', params },
    listBody,
  );
  return listOf(body);
}

/** An edge that came inside another answer (`comments.limit(50){…}`). */
export const nestedList = (edge: unknown): GraphList => {
  const parsed = listBody.safeParse(edge);
  return parsed.success ? listOf(parsed.data) : { items: [] };
};

const listOf = ({ data, paging }: z.infer<typeof listBody>): GraphList => {
  const after = paging?.next === undefined ? undefined : paging.cursors?.after;
  return { items: data, ...(after !== undefined && { after }) };
};

/** All pages of an edge, at most `maxPages`. */
export async function graphAll(
  deps: HttpDeps,
  target: GraphTarget,
  call: { readonly path: string; readonly params?: Fields },
  maxPages: number,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let after: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const list = await graphPage(deps, target, { ...call, after });
    items.push(...list.items);
    after = list.after;
    if (after === undefined) break;
  }
  return items;
}

/** For reading before there is an account whose log could hear of a strange item. */
export const unheard = { log: { warn: () => undefined } } as const;

/** Undefined where the network refuses it in one of these ways: what is asked for is then not to be had. */
export async function unlessRefused<T>(
  work: Promise<T>,
  kinds: readonly ErrorKind[],
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && kinds.includes(error.kind)) return undefined;
    throw error;
  }
}

/** Times as Meta writes them: `2026-11-25T08:00:00+0000`, or seconds since the epoch. */
export const graphTime = z
  .union([z.string(), z.number()])
  .transform((value) => (typeof value === 'number' ? value * 1000 : Date.parse(value)))
  .refine((at) => Number.isFinite(at));

const proofOf = ({ appSecret, token }: GraphTarget): string | undefined =>
  appSecret && token !== '' ? createHmac('sha256', appSecret).update(token).digest('hex') : undefined;

function addressOf(target: GraphTarget, call: GraphCall): string {
  const url = new URL(`${target.base}${call.path}`);
  const inUrl = bodyKindOf(call) === 'form' ? {} : { appsecret_proof: proofOf(target) };
  for (const [name, value] of Object.entries({ ...call.params, ...inUrl }))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

const bodyKindOf = (call: GraphCall): 'form' | 'other' => (call.form || call.multipart ? 'form' : 'other');

type Body = { readonly body: string; readonly type: string } | MultipartBody;

function bodyOf(call: GraphCall, proof: string | undefined): Body | undefined {
  if (call.multipart) {
    const { fields, files } = call.multipart;
    return multipart([
      ...filled({ ...fields, appsecret_proof: proof }).map(([name, content]) => ({ name, content })),
      ...files.map(({ bytes, ...file }) => ({ ...file, content: bytes })),
    ]);
  }
  if (call.json !== undefined)
    return { body: JSON.stringify(call.json), type: 'application/json; charset=utf-8' };
  if (!call.form) return undefined;
  const form = new URLSearchParams(filled({ ...call.form, appsecret_proof: proof }));
  return { body: form.toString(), type: 'application/x-www-form-urlencoded; charset=utf-8' };
}

const filled = (fields: Fields): [string, string][] =>
  Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));

/** A call without the ids in it, for error texts. */
const nameOf = ({ method, path }: GraphCall): string =>
  `${method} ${path.replace(/\/(?:\d|[a-z]_|aWdf)[\w%.:=+-]*/gi, '/:id')}`;
