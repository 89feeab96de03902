/**
 * A stateful Discord in memory, written from the published specification (API v10): it refuses what Discord refuses,
 * remembers nonces for two minutes, tells its limits, and can be made to lose requests and answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DiscordEndpoints } from '../../../electron/main/networks/discord/endpoints';
import { createFaults, type FaultOn } from '../kit/faults';
import { readForm } from '../kit/forms';
import { sendJson } from '../kit/json';
import { readBody, serve } from '../kit/server';
import { startGateway } from './gateway';
import { createRoutes, fail, type Answer, type Call, type Upload } from './routes';
import type { World } from './shapes';
import { BOT, CHANNEL, createStore, HOOK, type Post } from './store';

export type StubFault =
  'rate_limit' | 'server_error' | 'timeout_before_commit' | 'timeout_after_commit' | 'revoked';
export type DiscordStub = Awaited<ReturnType<typeof startDiscordStub>>;
export type DiscordCall = { readonly name: string; readonly query: string; readonly json: Call['json'] };

const CONTENT_FLAG = 1 << 19;

export async function startDiscordStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const world: World = { store, content: true, flags: CONTENT_FLAG };
  const calls: DiscordCall[] = [];
  const faults = createFaults<StubFault>();
  let limitedBy: 'channel' | 'global' = 'channel';
  let revoked = false;
  let url = '';
  const gateway = await startGateway(
    world,
    now,
    () => url,
    () => (revoked = true),
  );
  const routes = createRoutes(world, () => url, gateway.answer);

  const rate = (remaining: number, name: string) => ({
    'x-ratelimit-limit': '5',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': ((now() + 5000) / 1000).toFixed(3),
    'x-ratelimit-reset-after': '5.000',
    'x-ratelimit-bucket': Buffer.from(name.replace(/\d{6,}/g, ''))
      .toString('hex')
      .slice(0, 16),
  });
  const limited = (name: string): Answer => {
    const global = limitedBy === 'global';
    return {
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: 2.417, global },
      headers: { ...rate(0, name), 'retry-after': '3', ...(global && { 'x-ratelimit-global': 'true' }) },
    };
  };

  const answerTo = (name: string, call: Call, request: IncomingMessage): Answer => {
    const isHook = name.includes('/webhooks/');
    if (!/^DiscordBot \(/.test(request.headers['user-agent'] ?? ''))
      return fail(403, 40333, 'internal network error');
    if (revoked || (!isHook && request.headers.authorization !== `Bot ${store.token}`))
      return isHook ? fail(401, 50027, 'Invalid Webhook Token') : fail(401, 0, '401: Unauthorized');
    for (const [pattern, handle] of routes) {
      const found = pattern.exec(name);
      if (found) return handle(call, ...found.slice(1));
    }
    return fail(404, 0, '404: Not Found');
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', url);
    const name = `${request.method} ${pathname.replace('/api/v10', '')}`;
    const body = await readBody(request);
    const parts = readParts(request.headers['content-type'] ?? '', body);
    calls.push({ name, query: query.toString(), json: parts.json });
    const isWrite = name.startsWith('POST') && name.includes('/messages');
    const met = faults.take(isWrite);
    if (met === 'timeout_before_commit') return faults.hold();
    if (met === 'rate_limit') return sendJson(response, limited(name));
    // Repeats what it was sent, which must not reach an error.
    if (met === 'server_error')
      return sendJson(
        response,
        fail(500, 0, `error at ${request.url} with ${request.headers.authorization}`),
      );
    const answer = answerTo(name, { query, ...parts }, request);
    if (met === 'timeout_after_commit') faults.hold();
    else sendJson(response, { ...answer, headers: { ...rate(4, name), ...answer.headers } });
  };

  const server = await serve(respond);
  url = server.url;
  const endpoints: DiscordEndpoints = {
    api: `${url}/api/v10`,
    web: 'https://discord.com',
    cdn: url,
    gateway: gateway.home,
  };

  return {
    url,
    endpoints,
    store,
    world,
    calls,
    gateway,
    token: store.token,
    hookSecret: store.hooks.get(HOOK) ?? '',
    hookUrl: `${url}/api/webhooks/${HOOK}/${store.hooks.get(HOOK) ?? ''}`,
    break: (kind: StubFault, on: FaultOn = 'any') => {
      if (kind === 'revoked') revoked = true;
      else faults.break(kind, on);
    },
    limitBy: (what: 'channel' | 'global') => (limitedBy = what),
    passTime: (ms: number) => (ahead += ms),
    own: (channel = CHANNEL): readonly Post[] => store.in(channel).filter(({ by }) => by === BOT),
    onHold: faults.onHold,
    close: async (): Promise<void> => {
      await Promise.all([server.close(), gateway.close()]);
    },
  };
}

/** JSON, or a form with `payload_json` and files. */
function readParts(type: string, body: Buffer): { json: Call['json']; files: ReadonlyMap<string, Upload> } {
  const files = new Map<string, Upload>();
  const parts = readForm(type, body);
  if (!parts) {
    const json = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Call['json']);
    return { json, files };
  }
  let json: Call['json'] = {};
  for (const { name, filename = '', mime = '', bytes } of parts)
    if (name === 'payload_json') json = JSON.parse(bytes.toString('utf8')) as Call['json'];
    else files.set(name, { name: filename, mime, bytes });
  return { json, files };
}
