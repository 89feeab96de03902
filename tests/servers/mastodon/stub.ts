/**
 * A stateful Mastodon server in memory, written from the published specification: it refuses what Mastodon refuses
 * and can be made to lose requests and answers.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFaults } from '../kit/faults';
import { readBody, serve } from '../kit/server';
import { allows, createOauth } from './oauth';
import { contentOf, createStore, MAX_CHARACTERS, OTHER, OWN, refused, type Post } from './store';
import type { Channel, MakeName } from './sockets';
import { createStreams } from './streams';

export type StubFault =
  'rate_limit' | 'server_error' | 'timeout_before_commit' | 'timeout_after_commit' | 'revoked';
type Answer = { status: number; body: unknown; headers?: Record<string, string> };
type Call = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly type: string;
  readonly key: string | undefined;
  readonly token: string;
};

const MIMES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'video/mp4', 'video/webm'];
/** Counted apart from everything else: so many in half an hour (docs.joinmastodon.org, rate limits). */
const BUDGETS = { 'POST /api/v2/media': 30, DELETE: 30 } as const;
const BUDGET_MS = 30 * 60_000;
/** What a route needs of its token; those that are not named need none, or any. */
const SCOPES: readonly (readonly [RegExp, string])[] = [
  [/^GET \/api\/v1\/accounts\/(verify_credentials|lookup)$/, 'read:accounts'],
  [/^GET \/api\/v1\/notifications$/, 'read:notifications'],
  [/^GET \/api\/v1\/streaming\/user\/notification$/, 'read:notifications'],
  [/^GET \/api\/v2\/search$/, 'read:search'],
  [/^GET \/api\/v1\/media\//, 'write:media'],
  [/^POST \/api\/v2\/media$/, 'write:media'],
  [/^POST \/api\/v1\/statuses\/\w+\/(un)?favourite$/, 'write:favourites'],
  [/^POST \/api\/v1\/conversations\//, 'write:conversations'],
  [/^GET \/api\/v1\/(statuses|accounts|conversations|streaming)/, 'read:statuses'],
  [/^(POST|DELETE) \/api\/v1\/statuses/, 'write:statuses'],
];
const ok = (body: unknown, headers?: Record<string, string>): Answer => ({ status: 200, body, headers });
const fail = (status: number, error: string): Answer => ({ status, body: { error } });
const missing = fail(404, 'Record not found');

export type MastodonStub = Awaited<ReturnType<typeof startMastodonStub>>;

export async function startMastodonStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const streams = createStreams((token) => (revoked ? undefined : tokens.get(token)));
  const store = createStore(now, {
    notification: (entry) => streams.send('user:notification', 'notification', notificationOf(entry)),
    conversation: (id) =>
      streams.send(
        'direct',
        'conversation',
        conversationOf([...store.conversations.values()].find((one) => one.id === id)!),
      ),
  });
  const tokens = new Map([[store.token, 'read write']]);
  const oauth = createOauth(tokens);
  const spent = new Map<string, number[]>();
  const faults = createFaults<StubFault>();
  let revoked = false;
  let processing = 0;
  const told = {
    domain: 'home.example',
    title: 'Home',
    version: '4.6.0',
    api_versions: { mastodon: 7 },
    configuration: {
      statuses: {
        max_characters: MAX_CHARACTERS,
        max_media_attachments: 4,
        characters_reserved_per_url: 23,
      },
      media_attachments: {
        supported_mime_types: MIMES,
        image_size_limit: 16_777_216,
        video_size_limit: 103_809_024,
        description_limit: 1500,
      },
      urls: { streaming: '' },
    },
    rules: [] as readonly unknown[],
  };
  /** Rules that are told apart from the rest; null: there is no such method. */
  let listedRules: readonly unknown[] | null = null;
  let instance: unknown = told;
  const calls: string[] = [];
  let url = '';

  const accountOf = (id: string) => {
    const acct = store.names[id] ?? 'someone';
    const username = acct.split('@')[0] ?? acct;
    return {
      id,
      username,
      acct,
      display_name: `Name of ${username}`,
      url: `${url}/@${acct}`,
      avatar: `${url}/a.png`,
      followers_count: 12,
      following_count: 3,
      statuses_count: store.written.get(id) ?? 0,
    };
  };
  /** For programs that know no quotes. */
  const quoteLine = ({ quoted }: Post): string =>
    quoted === null
      ? ''
      : `<p class="quote-inline">RE: <a href="${url}/@x/${quoted}">${url}/@x/${quoted}</a></p>`;
  const statusOf = (post: Post) => ({
    id: post.id,
    created_at: post.at,
    edited_at: post.editedAt,
    in_reply_to_id: post.parent,
    in_reply_to_account_id: post.parent === null ? null : (store.posts.get(post.parent)?.by ?? null),
    sensitive: post.sensitive,
    spoiler_text: post.spoiler,
    visibility: post.visibility,
    language: post.language,
    uri: `${url}/users/x/statuses/${post.id}`,
    url: `${url}/@x/${post.id}`,
    content: quoteLine(post) + contentOf(post.text),
    account: accountOf(post.by),
    media_attachments: post.media.map((id) => ({
      id,
      type: store.media.get(id)?.mime.split('/')[0],
      url: `${url}/media/${id}`,
      preview_url: null,
      description: store.media.get(id)?.description ?? null,
    })),
    mentions: post.mentions.map(accountOf),
    tags: [],
    emojis: [],
    favourited: store.likes.has(post.id),
    replies_count: 0,
    reblogs_count: 0,
    favourites_count: store.likes.has(post.id) ? 1 : 0,
    quotes_count: 0,
  });
  const notificationOf = ({ id, type, post, by }: (typeof store.notifications)[number]) => ({
    id,
    type,
    created_at: store.posts.get(post)?.at,
    account: accountOf(by),
    status: statusOf(store.posts.get(post)!),
  });
  const conversationOf = ({ id, last, unread }: { id: string; last: string; unread: boolean }) => ({
    id,
    unread,
    accounts: [accountOf(OTHER)],
    last_status: statusOf(store.posts.get(last)!),
  });

  /** Mastodon's paging: `min_id` gives what follows it at once, everything else the newest; newest first. */
  const page = <T>(all: readonly T[], idOf: (item: T) => string, { path, query }: Call, most: number) => {
    const limit = Math.min(Number(query.get('limit') ?? 20), most);
    const [min, max, since] = ['min_id', 'max_id', 'since_id'].map((name) => query.get(name));
    const sorted = [...all].sort((a, b) => (idOf(a) < idOf(b) ? 1 : -1));
    const fits = sorted.filter(
      (item) => (!max || idOf(item) < max) && (!min || idOf(item) > min) && (!since || idOf(item) > since),
    );
    const items = min ? fits.slice(-limit) : fits.slice(0, limit);
    const [first, last] = [items[0], items.at(-1)];
    const links =
      first === undefined || last === undefined
        ? []
        : [
            `<${url}${path}?max_id=${idOf(last)}>; rel="next"`,
            `<${url}${path}?min_id=${idOf(first)}>; rel="prev"`,
          ];
    return { items, headers: links.length > 0 ? { link: links.join(', ') } : undefined };
  };

  const upload = ({ type, body }: Call): Answer => {
    const boundary = /boundary=(\S+)/.exec(type)?.[1] ?? '';
    const parts = body.toString('latin1').split(`--${boundary}`);
    const mime = /name="file".*\r\nContent-Type: (\S+)/.exec(parts.join(''))?.[1] ?? '';
    const words = parts.find((part) => part.includes('name="description"'))?.split('\r\n\r\n')[1];
    const description = words ? Buffer.from(words.trimEnd(), 'latin1').toString('utf8') : null;
    if (!MIMES.includes(mime)) return fail(422, 'Validation failed: File content type is invalid');
    if ([...(description ?? '')].length > 1500)
      return fail(422, 'Validation failed: Description is too long (maximum is 1500 characters)');
    const isVideo = mime.startsWith('video/');
    const content = parts
      .find((part) => part.includes('name="file"'))
      ?.split('\r\n\r\n')
      .slice(1);
    const bytes = (content ?? []).join('\r\n\r\n').length - 2;
    if (isVideo && bytes > told.configuration.media_attachments.video_size_limit)
      return fail(422, 'Validation failed: File file size must be less than 99 MB');
    // Videos are always worked on for a while.
    const looks = isVideo ? Math.max(1, processing) : processing;
    const broken = content?.[0]?.startsWith('broken') ?? false;
    const id = store.upload({ mime, description, processing: looks, bytes, broken });
    const status = looks > 0 ? 202 : 200;
    return {
      status,
      body: {
        id,
        type: isVideo ? 'video' : 'image',
        url: status === 200 ? `${url}/media/${id}` : null,
        description,
      },
    };
  };

  const routes: readonly (readonly [RegExp, (call: Call, id: string) => Answer])[] = [
    [
      /^GET \/api\/v1\/apps\/verify_credentials$/,
      ({ token }) => {
        const scopes = tokens.get(token)?.split(' ');
        return ok({ id: '1', name: 'An app', website: null, ...(!oauth.isOld() && { scopes }) });
      },
    ],
    [
      /^GET \/api\/v2\/search$/,
      ({ query }) => {
        const id = /\/@x\/(\w+)$/.exec(query.get('q') ?? '')?.[1] ?? '';
        const found = query.get('resolve') === 'true' ? store.post(id) : undefined;
        return ok({ accounts: [], hashtags: [], statuses: found ? [statusOf(found)] : [] });
      },
    ],
    [/^GET \/api\/v1\/accounts\/verify_credentials$/, () => ok(accountOf(OWN))],
    [
      /^GET \/api\/v1\/accounts\/lookup$/,
      ({ query }) => {
        const found = Object.keys(store.names).find((id) => store.names[id] === query.get('acct'));
        return found ? ok(accountOf(found)) : missing;
      },
    ],
    [
      /^GET \/api\/v1\/accounts\/(\w+)\/statuses$/,
      (call, id) => {
        const all = [...store.posts.values()].filter((post) => !post.deleted && post.by === id);
        const { items, headers } = page(all, (post) => post.id, call, 40);
        return ok(items.map(statusOf), headers);
      },
    ],
    [/^POST \/api\/v2\/media$/, (call) => upload(call)],
    [
      /^GET \/api\/v1\/media\/(\w+)$/,
      (_call, id) => {
        const file = store.media.get(id);
        if (!file) return missing;
        if (file.broken) return fail(422, 'Error processing thumbnail for uploaded media');
        file.processing = Math.max(0, file.processing - 1);
        return { status: file.processing > 0 ? 206 : 200, body: { id, type: 'image', url: null } };
      },
    ],
    [
      /^POST \/api\/v1\/statuses$/,
      ({ body, key }) => {
        const made = store.publish(json(body), key);
        return refused(made) ? fail(made.status, made.error) : ok(statusOf(made));
      },
    ],
    [
      /^GET \/api\/v1\/statuses$/,
      ({ query }) => {
        const ids = query.getAll('id[]');
        if (ids.length > 20) return fail(422, 'Too many ids');
        return ok(ids.flatMap((id) => store.post(id) ?? []).map(statusOf));
      },
    ],
    [
      /^GET \/api\/v1\/statuses\/(\w+)$/,
      (_call, id) => {
        const found = store.post(id);
        return found ? ok(statusOf(found)) : missing;
      },
    ],
    [
      /^GET \/api\/v1\/statuses\/(\w+)\/context$/,
      (_call, id) =>
        store.post(id) ? ok({ ancestors: store.ancestors(id).map(statusOf), descendants: [] }) : missing,
    ],
    [
      /^DELETE \/api\/v1\/statuses\/(\w+)$/,
      (_call, id) => {
        const found = store.post(id);
        if (found?.by !== OWN) return missing;
        store.remove(id);
        return ok({ ...statusOf(found), text: found.text });
      },
    ],
    [
      /^POST \/api\/v1\/statuses\/(\w+)\/favourite$/,
      (_call, id) => (store.post(id) ? ok(store.likes.add(id) && statusOf(store.post(id)!)) : missing),
    ],
    [
      /^POST \/api\/v1\/statuses\/(\w+)\/unfavourite$/,
      (_call, id) => {
        store.likes.delete(id);
        return store.post(id) ? ok(statusOf(store.post(id)!)) : missing;
      },
    ],
    [
      /^GET \/api\/v1\/notifications$/,
      (call) => {
        const types = call.query.getAll('types[]');
        const all = store.notifications.filter(({ type }) => types.length === 0 || types.includes(type));
        const { items, headers } = page(all, ({ id }) => id, call, 80);
        return ok(items.map(notificationOf), headers);
      },
    ],
    [
      /^GET \/api\/v1\/conversations$/,
      (call) => {
        const { items, headers } = page([...store.conversations.values()], ({ last }) => last, call, 40);
        return ok(items.map(conversationOf), headers);
      },
    ],
    [
      /^POST \/api\/v1\/conversations\/(\w+)\/read$/,
      (_call, id) => {
        const found = [...store.conversations.values()].find((one) => one.id === id);
        if (!found) return missing;
        found.unread = false;
        return ok({ id, unread: false, accounts: [], last_status: null });
      },
    ],
  ];

  const json = (body: Buffer) => JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  const open: readonly (readonly [string, (call: Call) => Answer])[] = [
    ['GET /.well-known/oauth-authorization-server', () => oauth.describe(url)],
    ['POST /api/v1/apps', ({ body }) => oauth.register(json(body))],
    ['GET /oauth/authorize', ({ query }) => oauth.page(query)],
    ['POST /oauth/authorize', ({ body }) => oauth.consent(new URLSearchParams(body.toString('utf8')))],
    ['POST /oauth/token', ({ body }) => oauth.exchange(json(body))],
    ['GET /api/v2/instance', () => (instance === null ? missing : ok(instance))],
    ['GET /api/v1/instance', () => missing],
    ['GET /api/v1/instance/rules', () => (listedRules === null ? missing : ok(listedRules))],
  ];
  /** Undefined while there is something left. */
  const overspent = (name: string): Answer | undefined => {
    const bucket = name.startsWith('DELETE') ? 'DELETE' : name;
    const limit = BUDGETS[bucket as keyof typeof BUDGETS] as number | undefined;
    if (limit === undefined) return undefined;
    const recent = (spent.get(bucket) ?? []).filter((at) => now() - at < BUDGET_MS);
    spent.set(bucket, [...recent, now()]);
    return recent.length < limit ? undefined : { ...fail(429, 'Too many requests'), headers: rate(0) };
  };

  const failures = (token: string): Record<'rate_limit' | 'server_error', Answer> => ({
    rate_limit: { ...fail(429, 'Too many requests'), headers: rate(0) },
    // Repeats what it was sent, which must not reach an error.
    server_error: fail(500, `Something went wrong on our end (Bearer ${token})`),
  });
  const rate = (remaining: number) => ({
    'x-ratelimit-limit': '300',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': new Date(now() + 300_000).toISOString(),
  });

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', url);
    const name = `${request.method} ${path}`;
    const body = await readBody(request);
    calls.push(name);
    const met = faults.take(name === 'POST /api/v1/statuses');
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (met === 'timeout_before_commit') return faults.hold();
    if (met === 'rate_limit' || met === 'server_error') return send(response, failures(token)[met]);
    const key = request.headers['idempotency-key'];
    const call: Call = {
      path,
      query,
      body,
      type: request.headers['content-type'] ?? '',
      key: typeof key === 'string' ? key : undefined,
      token,
    };
    const channel = /^GET \/api\/v1\/streaming\/(.+)$/.exec(name)?.[1]?.replace('/', ':') as
      Channel | undefined;
    if (channel && refusal(name, token) === undefined && streams.connect(channel, response)) return;
    const answer = answerTo(name, call, token);
    if (met === 'timeout_after_commit') faults.hold();
    else send(response, { ...answer, headers: { ...rate(299), ...answer.headers } });
  };
  const refusal = (name: string, token: string): Answer | undefined => {
    const granted = tokens.get(token);
    if (revoked || granted === undefined) return fail(401, 'The access token is invalid');
    const scope = SCOPES.find(([pattern]) => pattern.test(name))?.[1];
    if (scope === undefined || allows(granted, scope)) return undefined;
    return fail(403, 'This action is outside the authorized scopes');
  };
  const answerTo = (name: string, call: Call, token: string): Answer => {
    const free = open.find(([one]) => one === name);
    if (free) return free[1](call);
    const refused = refusal(name, token) ?? overspent(name);
    if (refused) return refused;
    for (const [pattern, handle] of routes) {
      const found = pattern.exec(name);
      if (found) return handle(call, found[1] ?? '');
    }
    return missing;
  };

  const server = await serve(respond, streams.sockets.upgrade);
  url = server.url;
  told.configuration.urls.streaming = url.replace('http', 'ws');

  return {
    url,
    store,
    calls,
    token: store.token,
    streams,
    /** How much the server knows of OAuth. */
    grow: oauth.grow,
    apps: oauth.apps,
    /** A token as the server's settings page makes one. */
    tokenFor: (scopes: string): string => {
      const token = randomUUID().replaceAll('-', '');
      tokens.set(token, scopes);
      return token;
    },
    limitVideo: (bytes: number) => (told.configuration.media_attachments.video_size_limit = bytes),
    tokens,
    break: (kind: StubFault, on: 'write' | 'read') => {
      if (kind === 'revoked') revoked = true;
      else faults.break(kind, on === 'write' ? 'write' : 'any');
    },
    onHold: faults.onHold,
    /** Uploads are worked on for this many looks. */
    processFor: (looks: number) => (processing = looks),
    setInstance: (told: unknown) => (instance = told),
    /** The streams of another make of server, which says so of itself. */
    beMadeBy: (make: MakeName) => (told.version = streams.sockets.beMadeBy(make)),
    setRules: (rules: readonly unknown[]) => (told.rules = rules),
    listRules: (rules: readonly unknown[]) => (listedRules = rules),
    passTime: (ms: number) => (ahead += ms),
    own: () => [...store.posts.values()].filter((post) => !post.deleted && post.by === OWN),
    close: () => {
      streams.sockets.close();
      return server.close();
    },
  };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
}
