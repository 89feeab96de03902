/**
 * The parts of Meta's Graph API that every stub of it needs: versions in the path, tokens in the header, forms, JSON
 * and files, fields and cursors, error bodies, usage headers, and faults that can be made to happen.
 */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createFaults, type FaultOn } from '../kit/faults';
import { createCuts, readBody, serve } from '../kit/server';

export type GraphFault =
  | 'rate_limit'
  | 'server_error'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  /** It is done, and the connection is cut before the answer. */
  | 'lost_answer'
  | 'expired_token'
  | 'revoked';

export type GraphFile = { readonly filename: string; readonly mime: string; readonly bytes: Buffer };
export type GraphRequest = {
  readonly method: string;
  /** Below the version. */
  readonly path: string;
  readonly version: string;
  readonly query: URLSearchParams;
  /** Everything that was given by name, from the address, a form or parts of a multipart body. */
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, GraphFile>>;
  readonly json: unknown;
  readonly raw: Buffer;
  /** The connection was cut before all of `raw` had arrived. */
  readonly isCut: boolean;
  readonly headers: IncomingHttpHeaders;
  readonly token: string;
};
export type GraphReply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
export type GraphRoute = {
  /** Tried against `METHOD /path`. */
  readonly match: RegExp;
  /** Names it takes beside those of every call. */
  readonly params?: readonly string[];
  /** Without a token, and pages for people. */
  readonly open?: boolean;
  /** Outside the versions of the API. */
  readonly unversioned?: boolean;
  readonly scopes?: readonly string[];
  /** Others see what it does: faults for writes happen here. */
  readonly visible?: boolean;
  readonly run: (request: GraphRequest, ...ids: string[]) => GraphReply;
};

export const ok = (body: unknown): GraphReply => ({ status: 200, body });
export const graphError = (
  code: number,
  message: string,
  more: { readonly subcode?: number; readonly status?: number; readonly transient?: boolean } = {},
): GraphReply => ({
  status: more.status ?? 400,
  body: {
    error: {
      message,
      type: 'OAuthException',
      code,
      ...(more.subcode !== undefined && { error_subcode: more.subcode }),
      ...(more.transient && { is_transient: true }),
      fbtrace_id: 'AbCdEfGhIjK',
    },
  },
});
export const isFailure = (value: unknown): value is GraphReply =>
  typeof value === 'object' && value !== null && 'status' in value && 'body' in value;
export const missing = graphError(
  100,
  'Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation',
  { subcode: 33 },
);

type GraphToken = {
  readonly scopes: readonly string[];
  readonly appSecret?: string;
  /** 463: expired; 460: taken back. */
  readonly trouble?: 463 | 460;
};
export type GraphServerOptions = {
  readonly versions: readonly string[];
  readonly routes: (url: string) => readonly GraphRoute[];
  readonly token: (token: string) => GraphToken | undefined;
  readonly onExpire: () => void;
  readonly onRevoke: () => void;
};

const COMMON = ['fields', 'limit', 'after', 'before', 'since', 'until', 'appsecret_proof', 'pretty'];

export async function startGraphServer(options: GraphServerOptions) {
  const calls: string[] = [];
  const requests: GraphRequest[] = [];
  const faults = createFaults<GraphFault>();
  const cuts = createCuts();
  let usage: Readonly<Record<string, string>> = {};
  let exhausted = false;
  let url = '';
  let routes: readonly GraphRoute[] = [];

  const answer = (request: GraphRequest, route: GraphRoute | undefined, ids: string[]): GraphReply => {
    if (!route?.unversioned && !options.versions.includes(request.version))
      return graphError(2500, `Unknown path components: /${request.version}`);
    if (!route) return missing;
    if (request.query.has('access_token')) return graphError(1, 'This stub takes no token in an address');
    if (!route.open) {
      const refused = refuseToken(request, route, options.token(request.token));
      if (refused) return refused;
    }
    const allowed = [...COMMON, ...(route.params ?? [])];
    const strange = Object.keys(request.fields).find((name) => !allowed.includes(name));
    if (strange) return graphError(100, `(#100) Param ${strange} is not expected`);
    return route.run(request, ...ids);
  };

  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming, url, cuts.take(incoming));
    const name = `${request.method} ${request.path}`;
    calls.push(name);
    requests.push(request);
    const route = routes.find(({ match }) => match.test(name));
    const ids = route ? (route.match.exec(name) ?? []).slice(1) : [];
    const met = route?.open ? null : faults.take(route?.visible === true);
    if (met === 'timeout_before_commit') return faults.hold();
    if (met === 'rate_limit' || exhausted)
      return send(response, graphError(32, '(#32) Page request limit reached', { status: 403 }), usage);
    // Repeats what it was sent, which must not reach an error.
    if (met === 'server_error')
      return send(
        response,
        graphError(2, `Service temporarily unavailable (${request.token})`, { status: 500, transient: true }),
        usage,
      );
    const reply = answer(request, route, ids);
    if (met === 'lost_answer' || request.isCut) return void response.destroy();
    if (met === 'timeout_after_commit') faults.hold();
    else send(response, reply, usage);
  };

  const server = await serve(respond);
  url = server.url;
  routes = options.routes(url);

  return {
    url,
    calls,
    requests,
    /** The next call meets this; with `write` the next one whose effect others see. */
    break: (kind: GraphFault, on: FaultOn = 'any') => {
      if (kind === 'expired_token') options.onExpire();
      else if (kind === 'revoked') options.onRevoke();
      else faults.break(kind, on);
    },
    onHold: faults.onHold,
    cutUpload: cuts.cutAfter,
    /** Percent of the allowance that every answer tells of; from 100 on all is refused. */
    setUsage: (percent: number, minutes = 0) => {
      exhausted = percent >= 100;
      const counted = { call_count: percent, total_cputime: 1, total_time: 2 };
      usage = {
        'x-app-usage': JSON.stringify(counted),
        'x-business-use-case-usage': JSON.stringify({
          1: [{ type: 'pages', ...counted, estimated_time_to_regain_access: minutes }],
        }),
      };
    },
    close: server.close,
  };
}

function refuseToken(
  { token, fields }: GraphRequest,
  { scopes = [] }: GraphRoute,
  known: GraphToken | undefined,
): GraphReply | undefined {
  if (token === '')
    return graphError(104, 'An access token is required to request this resource.', { status: 401 });
  if (!known) return graphError(190, 'Invalid OAuth access token.', { status: 401 });
  if (known.trouble)
    return graphError(190, 'Error validating access token.', { status: 401, subcode: known.trouble });
  const proof = fields.appsecret_proof;
  if (proof !== undefined && known.appSecret !== undefined) {
    const right = createHmac('sha256', known.appSecret).update(token).digest('hex');
    if (proof !== right) return graphError(100, 'Invalid appsecret_proof provided in the API argument');
  }
  const absent = scopes.find((scope) => !known.scopes.includes(scope));
  return absent
    ? graphError(200, `(#200) Requires ${absent} permission to manage the object`, { status: 403 })
    : undefined;
}

async function readRequest(incoming: IncomingMessage, base: string, most?: number): Promise<GraphRequest> {
  const raw = await readBody(incoming, most);
  const { pathname, searchParams: query } = new URL(incoming.url ?? '/', base);
  const [, version = '', path = pathname] = /^\/(v\d+\.\d+)(\/.*)$/.exec(pathname) ?? [];
  const type = incoming.headers['content-type'] ?? '';
  const fields = Object.fromEntries(query);
  let files: Record<string, GraphFile> = {};
  let json: unknown;
  if (type.startsWith('application/x-www-form-urlencoded'))
    Object.assign(fields, Object.fromEntries(new URLSearchParams(raw.toString('utf8'))));
  if (type.startsWith('multipart/form-data')) {
    const parts = readMultipart(raw, /boundary=(\S+)/.exec(type)?.[1] ?? '');
    Object.assign(fields, parts.fields);
    files = parts.files;
  }
  if (type.startsWith('application/json')) {
    json = JSON.parse(raw.toString('utf8')) as unknown;
    for (const [name, value] of Object.entries(json as Record<string, unknown>))
      fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  const token = (incoming.headers.authorization ?? '').replace(/^(?:Bearer|OAuth) /, '');
  const { method = 'GET', headers } = incoming;
  const given = { version, query, fields, files, json, raw, headers, token };
  return { method, path: decodeURIComponent(path), isCut: most !== undefined, ...given };
}

function readMultipart(raw: Buffer, boundary: string) {
  const fields: Record<string, string> = {};
  const files: Record<string, GraphFile> = {};
  const mark = Buffer.from(`--${boundary}\r\n`);
  for (let at = raw.indexOf(mark); at >= 0;) {
    const next = raw.indexOf(Buffer.from(`\r\n--${boundary}`), at);
    const part = raw.subarray(at + mark.length, next);
    const split = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, split).toString('utf8');
    const body = part.subarray(split + 4);
    const name = /name="([^"]+)"/.exec(head)?.[1] ?? '';
    const filename = /filename="([^"]+)"/.exec(head)?.[1];
    if (filename === undefined) fields[name] = body.toString('utf8');
    else files[name] = { filename, mime: /Content-Type: (\S+)/i.exec(head)?.[1] ?? '', bytes: body };
    at = raw.indexOf(mark, next);
  }
  return { fields, files };
}

function send(
  response: ServerResponse,
  { status, body, headers }: GraphReply,
  usage: Readonly<Record<string, string>>,
): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...usage, ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
