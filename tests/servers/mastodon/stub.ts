/**
 * A stateful Mastodon server in memory, written from the published specification: it refuses what Mastodon refuses
 * and can be made to lose requests and answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentOf, createStore, MAX_CHARACTERS, OTHER, OWN, refused, type Post } from './store';

export type StubFault =
  'rate_limit' | 'server_error' | 'timeout_before_commit' | 'timeout_after_commit' | 'revoked';
type Answer = { status: number; body: unknown; headers?: Record<string, string> };
type Call = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly type: string;
  readonly key: string | undefined;
};

const MIMES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'video/mp4'];
const ok = (body: unknown, headers?: Record<string, string>): Answer => ({ status: 200, body, headers });
const fail = (status: number, error: string): Answer => ({ status, body: { error } });
const missing = fail(404, 'Record not found');

export type MastodonStub = Awaited<ReturnType<typeof startMastodonStub>>;

export async function startMastodonStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  let fault: StubFault | null = null;
  let faultOn: 'write' | 'read' = 'read';
  let revoked = false;
  let processing = 0;
  let instance: unknown = {
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
        description_limit: 1500,
      },
    },
  };
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
    };
  };
  const statusOf = (post: Post) => ({
    id: post.id,
    created_at: post.at,
    edited_at: post.editedAt,
    in_reply_to_id: post.parent,
    in_reply_to_account_id: post.parent === null ? null : (store.posts.get(post.parent)?.by ?? null),
    sensitive: false,
    spoiler_text: '',
    visibility: post.visibility,
    language: post.language,
    uri: `${url}/users/x/statuses/${post.id}`,
    url: `${url}/@x/${post.id}`,
    content: contentOf(post.text),
    account: accountOf(post.by),
    media_attachments: post.media.map((id) => ({
      id,
      type: 'image',
      url: `${url}/media/${id}.png`,
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
    const id = store.upload(mime, description, processing);
    const status = processing > 0 ? 202 : 200;
    return {
      status,
      body: { id, type: 'image', url: status === 200 ? `${url}/media/${id}` : null, description },
    };
  };

  const routes: readonly (readonly [RegExp, (call: Call, id: string) => Answer])[] = [
    [/^GET \/api\/v2\/instance$/, () => (instance === null ? missing : ok(instance))],
    [/^GET \/api\/v1\/instance$/, () => missing],
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
        file.processing = Math.max(0, file.processing - 1);
        return { status: file.processing > 0 ? 206 : 200, body: { id, type: 'image', url: null } };
      },
    ],
    [
      /^POST \/api\/v1\/statuses$/,
      ({ body, key }) => {
        const made = store.publish(JSON.parse(body.toString('utf8')) as Record<string, unknown>, key);
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
        const body = items.map(({ id, type, post, by }) => ({
          id,
          type,
          created_at: store.posts.get(post)?.at,
          account: accountOf(by),
          status: statusOf(store.posts.get(post)!),
        }));
        return ok(body, headers);
      },
    ],
    [
      /^GET \/api\/v1\/conversations$/,
      (call) => {
        const { items, headers } = page([...store.conversations.values()], ({ last }) => last, call, 40);
        const body = items.map(({ id, last, unread }) => ({
          id,
          unread,
          accounts: [accountOf(OTHER)],
          last_status: statusOf(store.posts.get(last)!),
        }));
        return ok(body, headers);
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
    const met = fault !== null && (faultOn === 'read' || name === 'POST /api/v1/statuses') ? fault : null;
    if (met) fault = null;
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (met === 'timeout_before_commit') return;
    if (met === 'rate_limit' || met === 'server_error') return send(response, failures(token)[met]);
    const key = request.headers['idempotency-key'];
    const call: Call = {
      path,
      query,
      body,
      type: request.headers['content-type'] ?? '',
      key: typeof key === 'string' ? key : undefined,
    };
    const answer = answerTo(name, call, token);
    if (met !== 'timeout_after_commit')
      send(response, { ...answer, headers: { ...rate(299), ...answer.headers } });
  };
  const answerTo = (name: string, call: Call, token: string): Answer => {
    if (revoked || token !== store.token) return fail(401, 'The access token is invalid');
    for (const [pattern, handle] of routes) {
      const found = pattern.exec(name);
      if (found) return handle(call, found[1] ?? '');
    }
    return missing;
  };

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    store,
    calls,
    token: store.token,
    break: (kind: StubFault, on: 'write' | 'read') => {
      if (kind === 'revoked') revoked = true;
      else [fault, faultOn] = [kind, on];
    },
    /** Uploads are worked on for this many looks. */
    processFor: (looks: number) => (processing = looks),
    setInstance: (told: unknown) => (instance = told),
    passTime: (ms: number) => (ahead += ms),
    own: () => [...store.posts.values()].filter((post) => !post.deleted && post.by === OWN),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
