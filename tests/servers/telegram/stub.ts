/**
 * A stateful Bot API server in memory, written from the published description (Bot API 10.1): it refuses what
 * Telegram refuses, holds long polls, and can be made to lose requests and answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TelegramEndpoints } from '../../../electron/main/networks/telegram/endpoints';
import { createFaults, type FaultOn } from '../kit/faults';
import { readForm } from '../kit/forms';
import { readBody, serve } from '../kit/server';
import { createFiles, sendMiss } from './files';
import {
  createMethods,
  isRefusal,
  parameters,
  refuse,
  type Params,
  type Refusal,
  type Upload,
  type World,
} from './methods';
import { ANA, BOT, CHANNEL, createStore, DISCUSSION, FOREIGN, newToken, OWNER } from './store';

export type StubFault =
  'rate_limit' | 'server_error' | 'timeout_before_commit' | 'timeout_after_commit' | 'revoked';
export type TelegramCall = { readonly method: string; readonly params: Params };
export type TelegramStub = Awaited<ReturnType<typeof startTelegramStub>>;

const RETRY_AFTER_S = 7;

/** `hurry`: a second of a long poll takes this many times less. */
export async function startTelegramStub({ hurry = 1 }: { readonly hurry?: number } = {}) {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const files = createFiles(now);
  let token = newToken();
  const world: World = {
    store,
    files,
    rights: {
      [CHANNEL]: { status: 'administrator', can_post_messages: true, can_delete_messages: true },
      [DISCUSSION]: { status: 'administrator', can_delete_messages: true },
      [FOREIGN]: { status: 'member' },
    },
    blocked: new Set<number>(),
    connections: new Map(),
    webhook: '',
    echo: false,
    discussion: true,
  };
  const methods = createMethods(world) as Readonly<
    Record<string, (params: Params, files: ReadonlyMap<string, Upload>) => unknown>
  >;
  const calls: TelegramCall[] = [];
  const downloads: string[] = [];
  const faults = createFaults<StubFault>();
  let revoked = false;
  let strange: unknown;
  let isImpatient = false;
  let polling: ((answer: unknown) => void) | undefined;

  /** Only one may ask at a time: a second request ends the first. */
  const getUpdates = async (params: Params, left: AbortSignal): Promise<unknown> => {
    const { offset, limit, timeout, allowed_updates } = params;
    const conflict =
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
    if (world.webhook !== '')
      return refuse(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first",
      );
    polling?.(refuse(409, conflict));
    polling = undefined;
    const look = () =>
      store.updatesFrom(
        offset as number | undefined,
        Number(limit ?? 100),
        allowed_updates as string[] | undefined,
      );
    const found = look();
    if (found.length > 0 || !timeout || isImpatient)
      return strange === undefined ? found : [...found, strange];
    return new Promise((resolve) => {
      const timer = setTimeout(() => end([]), (Number(timeout) * 1000) / hurry);
      const wake = () => end(look());
      const end = (answer: unknown) => {
        clearTimeout(timer);
        store.waiting.delete(wake);
        if (polling === end) polling = undefined;
        resolve(answer);
      };
      store.waiting.add(wake);
      left.addEventListener('abort', () => end([]), { once: true });
      polling = end;
    });
  };

  const answerTo = async (
    method: string,
    given: string,
    params: Params,
    uploads: ReadonlyMap<string, Upload>,
    left: AbortSignal,
  ): Promise<unknown> => {
    if (revoked || given !== token) return refuse(401, 'Unauthorized');
    const allowed = parameters[method];
    if (!allowed) return refuse(404, 'Not Found');
    const unknown = Object.keys(params).find((name) => !allowed.includes(name));
    if (unknown !== undefined) return refuse(400, `Bad Request: unknown parameter ${unknown}`);
    return method === 'getUpdates' ? getUpdates(params, left) : methods[method]?.(params, uploads);
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const [, bearer, path = ''] = /^\/file\/bot([^/]+)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (bearer !== undefined) {
      downloads.push(path);
      return bearer === token && !revoked ? files.send(response, path) : sendMiss(response);
    }
    const [, given = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const { params, files: uploads } = readParams(request.headers['content-type'] ?? '', body);
    calls.push({ method, params });
    const isWrite = method.startsWith('send');
    const met = faults.take(isWrite);
    if (met === 'timeout_before_commit') return faults.hold();
    if (met === 'rate_limit')
      return send(response, {
        ...refuse(429, `Too Many Requests: retry after ${RETRY_AFTER_S}`),
        parameters: { retry_after: RETRY_AFTER_S },
      });
    // Repeats what it was sent, which must not reach an error.
    if (met === 'server_error') return send(response, refuse(500, `Internal Server Error at ${request.url}`));
    const left = new AbortController();
    response.once('close', () => left.abort());
    const answer = await answerTo(method, given, params, uploads, left.signal);
    if (met === 'timeout_after_commit') faults.hold();
    else send(response, answer);
  };

  const server = await serve(respond);
  const url = server.url;
  const endpoints: TelegramEndpoints = { api: url, web: 'https://t.me' };

  return {
    url,
    endpoints,
    store,
    world,
    calls,
    files,
    /** Paths of files that were asked for, good or not. */
    downloads,
    get token() {
      return token;
    },
    /** BotFather gives the bot another token; the one before is over. */
    replaceToken: () => void (token = newToken()),
    /** From now on no long poll is held: what is there is said at once, be it nothing. */
    holdNothing: () => void (isImpatient = true),
    break: (kind: StubFault, on: FaultOn = 'any') => {
      if (kind === 'revoked') revoked = true;
      else faults.break(kind, on);
    },
    /** An update of a shape that nobody knows, after all others. */
    sendStrange: (body: unknown) => (strange = body),
    connectBusiness: (rights: Readonly<Record<string, boolean>>): string => {
      const id = 'conn_Xy-1';
      const made = { id, user: store.users[OWNER], user_chat_id: OWNER, date: 1, is_enabled: true, rights };
      world.connections.set(id, made);
      store.update('business_connection', made);
      return id;
    },
    deleteBusiness: (connection: string, ids: readonly number[]) =>
      store.update('deleted_business_messages', {
        business_connection_id: connection,
        chat: store.chatOf(ANA),
        message_ids: ids,
      }),
    passTime: (ms: number) => (ahead += ms),
    /** Whether a long poll is being held. */
    isPolled: () => polling !== undefined,
    /** Texts that the bot sent to a chat, oldest first. */
    texts: (chat: number): readonly string[] =>
      store.sent
        .filter((message) => message.chat.id === chat)
        .map((message) => (message.text ?? message.caption ?? '') as string),
    botId: BOT,
    onHold: faults.onHold,
    close: server.close,
  };
}

/** JSON, or a form whose fields are JSON except plain words. */
function readParams(type: string, body: Buffer): { params: Params; files: ReadonlyMap<string, Upload> } {
  const files = new Map<string, Upload>();
  const parts = readForm(type, body);
  if (!parts) {
    const params = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Params);
    return { params, files };
  }
  const params: Record<string, unknown> = {};
  for (const { name, mime, bytes } of parts)
    if (mime === undefined) params[name] = plainOrJson(name, bytes.toString('utf8'));
    else {
      files.set(name, { mime, bytes });
      if (['photo', 'video'].includes(name)) params[name] = 'attached';
    }
  return { params, files };
}

const plainOrJson = (name: string, text: string): unknown =>
  ['caption', 'text', 'business_connection_id'].includes(name) ? text : (JSON.parse(text) as unknown);

function send(response: ServerResponse, answer: unknown): void {
  const refused = isRefusal(answer) ? (answer satisfies Refusal) : undefined;
  const body = refused
    ? { ok: false, error_code: refused.code, description: refused.says, parameters: refused.parameters }
    : { ok: true, result: answer };
  response.writeHead(refused?.code ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
