/**
 * A stateful X in memory, written from its specification, changelog and prices: it refuses what X refuses, charges what
 * X charges, and can be made to lose requests and answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { createFaults, type FaultOn } from '../kit/faults';
import { readBody, serve } from '../kit/server';
import { createMediaDesk } from './media';
import { CLIENT_ID, createOAuth } from './oauth';
import { createRoutes, type Answer, type Call, type Route } from './routes';
import { queries } from './shapes';
import { createStore, forbidden, invalid, OWN, problem, refused, type Refusal } from './store';
import { createWire } from './wire';

type StubFault =
  | 'rate_limit'
  | 'server_error'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  | 'expired_token'
  | 'revoked';
const WINDOW_MS = 15 * 60_000;
const WRITES = /^POST \/2\/(tweets|dm_conversations\/.*messages)$/;

export type XStub = Awaited<ReturnType<typeof startXStub>>;

export async function startXStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const oauth = createOAuth(now);
  const desk = createMediaDesk(store);
  let url = '';
  const wire = createWire(store, () => url, now);
  const faults = createFaults<StubFault>();
  let isOld = false;
  let subscription = 'None';
  const windows = new Map<Route, { from: number; used: number }>();
  const calls: string[] = [];

  const routes: readonly Route[] = [...createRoutes(store, wire, () => subscription), ...desk.routes];

  const rateOf = (route: Route): { readonly left: number; readonly headers: Record<string, string> } => {
    const before = windows.get(route);
    const current = before && now() - before.from < WINDOW_MS ? before : { from: now(), used: 0 };
    current.used += 1;
    windows.set(route, current);
    const left = route.limit - current.used;
    return { left, headers: rateHeaders(route.limit, Math.max(0, left), current.from + WINDOW_MS) };
  };

  const answerTo = (name: string, call: Call, header: string, address: string) => {
    const route = routes.find(({ at }) => at.test(name));
    if (!route)
      return { answer: problem(404, 'resource-not-found', 'Not Found', 'no such endpoint'), headers: {} };
    const { left, headers } = rateOf(route);
    const scopes = oauth.scopesOf(header, name.split(' ')[0] ?? '', address);
    return { answer: left < 0 ? tooMany : checked(route, name, call, scopes), headers };
  };

  const checked = (
    route: Route,
    name: string,
    call: Call,
    scopes: readonly string[] | 'all' | undefined,
  ): Answer | Refusal => {
    if (scopes === undefined)
      return {
        status: 401,
        problem: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
      };
    const lacking = scopes === 'all' ? [] : route.scopes.filter((scope) => !scopes.includes(scope));
    if (lacking.length > 0)
      return forbidden('Your client app is not configured with the appropriate oauth2 scopes.');
    const query = queries(isOld)[route.query].safeParse(call.query);
    if (!query.success)
      return invalid(`The query parameter [${namesOf(query.error)}] is not one of the allowed ones`);
    const body = route.body?.safeParse(call.json);
    if (body?.success === false) return invalid(`$.${namesOf(body.error)}: is not allowed`);
    return route.handle({ ...call, id: route.at.exec(name)?.[1] ?? '' });
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = new URL(request.url ?? '/', url);
    const name = `${request.method} ${address.pathname}`;
    const raw = await readBody(request);
    const type = request.headers['content-type'] ?? '';
    if (!name.includes('/oauth2/')) calls.push(name);
    const met = faults.take(WRITES.test(name));
    if (met === 'timeout_before_commit') return faults.hold();
    const header = request.headers.authorization ?? '';
    if (met === 'rate_limit') return send(response, tooMany, rateHeaders(100, 0, now() + WINDOW_MS));
    // Repeats what it was sent, which must not reach an error.
    if (met === 'server_error')
      return send(
        response,
        problem(503, 'service-unavailable', 'Service Unavailable', `Try later (${header})`),
        {},
      );
    if (name.includes('/oauth2/')) return sendOAuth(response, name, address, raw, type);
    const json = type.startsWith('application/json')
      ? (JSON.parse(raw.toString('utf8')) as unknown)
      : undefined;
    const call: Call = { query: Object.fromEntries(address.searchParams), json, raw, type, id: '' };
    const { answer, headers } = answerTo(name, call, header, address.href);
    if (met === 'timeout_after_commit') faults.hold();
    else send(response, answer, headers);
  };

  const sendOAuth = (
    response: ServerResponse,
    name: string,
    address: URL,
    raw: Buffer,
    type: string,
  ): void => {
    const form = new URLSearchParams(raw.toString('utf8'));
    const isForm = type.startsWith('application/x-www-form-urlencoded');
    const answer =
      name === 'GET /i/oauth2/authorize'
        ? oauth.page(address.searchParams)
        : name === 'POST /i/oauth2/authorize' && isForm
          ? oauth.allow(form)
          : name === 'POST /2/oauth2/token' && isForm
            ? oauth.token(form)
            : { status: 404, body: {} };
    if ('location' in answer && answer.location)
      return void response.writeHead(302, { location: answer.location }).end();
    if ('html' in answer && answer.html)
      return void response
        .writeHead(answer.status, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><html lang="en"><body>${answer.html}</body></html>`);
    send(response, { status: answer.status, body: answer.body }, {});
  };

  const server = await serve(respond);
  url = server.url;

  return {
    url,
    /** Of the app that is registered with its redirect addresses. */
    clientId: CLIENT_ID,
    endpoints: { api: url, authorize: `${url}/i/oauth2/authorize`, web: url },
    store,
    oauth,
    calls,
    break: (kind: StubFault, on: FaultOn = 'any') => {
      if (kind === 'revoked') oauth.revoke();
      else if (kind === 'expired_token') oauth.expireAccess();
      else faults.break(kind, on);
    },
    /** Uploads are worked on for this many looks; `failed`: and then given up. */
    processFor: desk.processFor,
    /** Takes the names of fields from before specification 2.167 only. */
    speakOld: () => {
      isOld = true;
    },
    setSubscription: (name: string) => {
      subscription = name;
    },
    passTime: (ms: number) => {
      ahead += ms;
    },
    now,
    own: () => [...store.posts.values()].filter((post) => !post.deleted && post.by === OWN),
    onHold: faults.onHold,
    close: server.close,
  };
}

const tooMany: Refusal = {
  status: 429,
  problem: { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 },
};
const rateHeaders = (limit: number, left: number, resetAt: number): Record<string, string> => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(left),
  'x-rate-limit-reset': String(Math.ceil(resetAt / 1000)),
});

const namesOf = (error: z.ZodError): string =>
  error.issues
    .flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')]))
    .join(', ');

function send(response: ServerResponse, answer: Answer | Refusal, headers: Record<string, string>): void {
  const [body, type] = refused(answer)
    ? [answer.problem, 'application/problem+json']
    : [answer.body, 'application/json'];
  response.writeHead(answer.status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}
