/** What the stand-ins for Meta's APIs have in common: errors, paging, faults, tokens, and an eye for media. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFaults, type FaultOn } from '../kit/faults';
import { createCuts, readBody, serve } from '../kit/server';
import { parseFields, project, UnknownField, type Row } from './fields';

export type MetaFault =
  'rate_limit' | 'server_error' | 'timeout_before_commit' | 'timeout_after_commit' | 'revoked';
export type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly json: unknown;
  readonly body: Buffer;
  /** The connection was cut before all of `body` had arrived. */
  readonly isCut: boolean;
  readonly headers: IncomingMessage['headers'];
  readonly token: string;
};

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const html = (text: string): Answer => ({
  status: 200,
  body: text,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});
export const redirect = (location: string): Answer => ({ status: 302, body: '', headers: { location } });
export const fail = (
  status: number,
  code: number,
  message: string,
  subcode?: number,
  more: object = {},
): Answer => ({
  status,
  body: {
    error: {
      message,
      type: 'OAuthException',
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      fbtrace_id: 'A1b2C3',
      ...more,
    },
  },
});
export const missing = fail(
  400,
  100,
  'Unsupported get request. Object with this ID does not exist, cannot be loaded due to missing permissions',
  33,
);

/** Refuses what the method does not know: a parameter that is ignored would hide a mistake. */
export function onlyParams(given: URLSearchParams, known: readonly string[]): Answer | undefined {
  const strange = [...given.keys()].find((name) => !known.includes(name));
  return strange === undefined ? undefined : fail(400, 100, `Param ${strange} is not allowed`);
}

export function fieldsOf(row: Row, call: Call, known: readonly string[]): Answer {
  try {
    return ok(project(row, parseFields(call.query.get('fields') ?? 'id'), known));
  } catch (error) {
    if (error instanceof UnknownField)
      return fail(400, 100, `Tried accessing nonexisting field (${error.field})`);
    throw error;
  }
}

/** One page of an edge, as Meta sends it: the address of the next one carries the token. */
export function pageOf(rows: readonly Row[], call: Call, known: readonly string[]): Answer {
  const limit = Math.min(Number(call.query.get('limit') ?? 25), 100);
  const after = call.query.get('after');
  const start = after === null ? 0 : rows.findIndex(({ id }) => String(id) === after) + 1;
  if (after !== null && start === 0) return fail(400, 100, 'Invalid cursor');
  const page = rows.slice(start, start + limit);
  try {
    const fields = parseFields(call.query.get('fields') ?? 'id');
    const data = page.map((row) => project(row, fields, known));
    const last = page.at(-1)?.id;
    const isMore = start + limit < rows.length;
    const cursors = { before: String(page[0]?.id), after: String(last) };
    const next = `https://graph.example/next?access_token=${call.token}&after=${String(last)}`;
    return ok({ data, ...(page.length > 0 && { paging: { cursors, ...(isMore && { next }) } }) });
  } catch (error) {
    if (error instanceof UnknownField)
      return fail(400, 100, `Tried accessing nonexisting field (${error.field})`);
    throw error;
  }
}

type MetaServer = {
  readonly url: string;
  readonly calls: string[];
  readonly break: (fault: MetaFault, on: FaultOn) => void;
  readonly onHold: (listener: () => void) => void;
  readonly cutUpload: (bytes: number) => void;
  readonly isRevoked: () => boolean;
  readonly close: () => Promise<void>;
};

/** Listens on this device. `handle` gets every call that no fault takes. */
export async function startMetaServer(options: {
  readonly handle: (call: Call) => Answer | Promise<Answer>;
  readonly isWrite: (call: Call) => boolean;
  readonly usage: (used: number) => Readonly<Record<string, string>>;
}): Promise<MetaServer> {
  const calls: string[] = [];
  const faults = createFaults<MetaFault>();
  const cuts = createCuts();
  let revoked = false;

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await read(request, cuts.take(request));
    calls.push(`${call.method} ${call.path}`);
    const met = faults.take(options.isWrite(call));
    if (met === 'timeout_before_commit') return faults.hold();
    if (met === 'rate_limit')
      return send(
        response,
        fail(400, 80_002, 'There have been too many calls to this account.', 2_446_079),
        options.usage(100),
      );
    // Repeats what it was sent, which must not reach an error.
    if (met === 'server_error')
      return send(response, fail(500, 1, `An unknown error occurred (${call.token})`), options.usage(3));
    const answer = await options.handle(call);
    if (call.isCut) response.destroy();
    else if (met === 'timeout_after_commit') faults.hold();
    else send(response, answer, options.usage(3));
  };
  const { url, close } = await serve(respond);
  return {
    url,
    calls,
    break: (kind, on) => {
      if (kind === 'revoked') revoked = true;
      else faults.break(kind, on);
    },
    onHold: faults.onHold,
    cutUpload: cuts.cutAfter,
    isRevoked: () => revoked,
    close,
  };
}

async function read(request: IncomingMessage, most?: number): Promise<Call> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const body = await readBody(request, most);
  const type = request.headers['content-type'] ?? '';
  const form = new URLSearchParams(
    type.startsWith('application/x-www-form-urlencoded') ? body.toString('utf8') : '',
  );
  const json: unknown = type.startsWith('application/json') ? JSON.parse(body.toString('utf8')) : undefined;
  const token =
    request.headers.authorization?.replace(/^(Bearer|OAuth) /, '') ?? query.get('access_token') ?? '';
  const { method = 'GET', headers } = request;
  return { method, path, query, form, json, body, isCut: most !== undefined, headers, token };
}

function send(
  response: ServerResponse,
  { status, body, headers }: Answer,
  more: Readonly<Record<string, string>>,
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...more, ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A page like the one on which a person allows an app: a form with one button, that a real browser can show. */
export const consentPage = (action: string, call: Call, who: string): Answer =>
  html(
    `<!doctype html><meta charset="utf-8"><title>Allow</title><h1>${who}</h1><form method="post" action="${action}">${[
      ...call.query,
    ]
      .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
      .join(
        '',
      )}<button type="submit" name="answer" value="allow">Allow</button><button type="submit" name="answer" value="deny">Cancel</button></form>`,
  );
const escape = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** Where the browser is sent after the consent page. */
export function afterConsent(form: URLSearchParams, code: string): Answer {
  const back = new URL(form.get('redirect_uri') ?? '');
  if (form.get('answer') === 'deny') back.searchParams.set('error', 'access_denied');
  else back.searchParams.set('code', code);
  back.searchParams.set('state', form.get('state') ?? '');
  return redirect(`${back.href}#_`);
}
