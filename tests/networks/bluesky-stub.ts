/**
 * A personal data server with its AppView in memory, for what the real one cannot be made to do: lose requests and
 * answers, fail by name, expire sessions. Answers have the shapes of the real server (see bluesky-real.test.ts).
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './suite';
import { createConversations } from '../servers/bluesky/chat-service.mjs';

const POSTS = 'app.bsky.feed.post';
export const OWN_DID = 'did:plc:ownownownownownownownown';
export const OTHER_DID = 'did:plc:otherotherotherotherothe';
const handles: Record<string, string> = { [OWN_DID]: 'brand.test', [OTHER_DID]: 'ana.test' };
export const APP_PASSWORD = 'abcd-efgh-ijkl-mnop';

type Post = {
  text: string;
  createdAt: string;
  reply?: { root: Ref; parent: Ref };
  facets?: { features: { $type: string; did?: string }[] }[];
  embed?: { record?: { uri?: string } };
};
type Ref = { uri: string; cid: string };
type Stored = { uri: string; cid: string; value: unknown; at: string };
type Answer = { status: number; body: unknown; headers?: Record<string, string> };
type Input = Record<string, unknown>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const fail = (status: number, error: string, message: string, headers?: Record<string, string>): Answer => ({
  status,
  body: { error, message },
  headers,
});
/** A CIDv1 over SHA-256, as records have. */
function cidOf(value: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(value)).digest();
  let bits = [0x01, 0x71, 0x12, 0x20, ...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let text = 'b';
  for (; bits.length > 0; bits = bits.slice(5))
    text += BASE32.charAt(Number.parseInt(bits.slice(0, 5).padEnd(5, '0'), 2));
  return text;
}
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const didOf = (uri: string): string => uri.split('/')[2] ?? '';
const WRITES = /putRecord|deleteRecord|sendMessage/;

export type BlueskyStub = Awaited<ReturnType<typeof startBlueskyStub>>;

export async function startBlueskyStub() {
  const records = new Map<string, Stored>();
  /** Where pictures lie: of people by DID, of posts by uri. */
  const avatars = new Map<string, string>();
  const pictures = new Map<string, readonly { readonly fullsize: string; readonly alt: string }[]>();
  const chat = createConversations();
  let session = { access: '', refresh: '' };
  let refreshes = 0;
  let expired = false;
  let revoked = false;
  let fault: Fault | null = null;
  let faultOn: 'write' | 'read' = 'read';
  let ticks = 0;
  let seenAt = new Date(0).toISOString();
  const issued: string[] = [];

  const issue = () => {
    const claims = Buffer.from(JSON.stringify({ scope: 'com.atproto.appPassPrivileged', jti: randomUUID() }));
    const token = () => `eyJhbGciOiJIUzI1NiJ9.${claims.toString('base64url')}.${randomUUID()}`;
    session = { access: token(), refresh: token() };
    issued.push(session.access, session.refresh);
    return {
      did: OWN_DID,
      handle: handles[OWN_DID],
      accessJwt: session.access,
      refreshJwt: session.refresh,
      active: true,
    };
  };
  /** Strictly rising, as the AppView's own times are in practice. */
  const nextInstant = () => new Date(Date.now() - 60_000 + (ticks += 7)).toISOString();
  const save = (uri: string, value: unknown): Stored => {
    const stored = { uri, cid: cidOf(value), value, at: nextInstant() };
    records.set(uri, stored);
    return stored;
  };
  const inCollection = (did: string, collection: string) =>
    [...records.values()].filter(({ uri }) => uri.startsWith(`at://${did}/${collection}/`));
  const profileOf = (did: string) => ({
    did,
    handle: handles[did] ?? 'someone.test',
    displayName: `Name of ${handles[did]}`,
    ...(avatars.has(did) && { avatar: avatars.get(did) }),
  });
  const likeBy = (did: string, subject: string) =>
    inCollection(did, 'app.bsky.feed.like').find(
      ({ value }) => (value as { subject: Ref }).subject.uri === subject,
    );
  const postView = ({ uri, cid, value, at }: Stored) => {
    const like = likeBy(OWN_DID, uri);
    return {
      uri,
      cid,
      author: profileOf(didOf(uri)),
      record: { $type: POSTS, ...(value as object) },
      indexedAt: at,
      ...(pictures.has(uri) && {
        embed: { $type: 'app.bsky.embed.images#view', images: pictures.get(uri) },
      }),
      likeCount: like ? 1 : 0,
      replyCount: 0,
      repostCount: 0,
      quoteCount: 0,
      viewer: like ? { like: like.uri } : {},
    };
  };
  const reasonOf = ({ uri, value }: Stored): string | null => {
    const post = value as Post;
    if (didOf(uri) === OWN_DID) return null;
    if (post.facets?.some(({ features }) => features.some(({ did }) => did === OWN_DID))) return 'mention';
    if (didOf(post.embed?.record?.uri ?? '') === OWN_DID) return 'quote';
    const near = [post.reply?.parent.uri, post.reply?.root.uri].map((one) => didOf(one ?? ''));
    return near.includes(OWN_DID) ? 'reply' : null;
  };

  const put = (input: Input): Answer => {
    const uri = `at://${String(input.repo)}/${String(input.collection)}/${String(input.rkey)}`;
    const before = records.get(uri);
    if (before && before.cid === cidOf(input.record)) return ok({ uri, cid: before.cid });
    if ((before?.cid ?? null) !== input.swapRecord)
      return fail(400, 'InvalidSwap', 'Record was at another cid');
    const { cid } = save(uri, input.record);
    return ok({ uri, cid });
  };

  const methods: Record<string, (query: URLSearchParams, input: Input) => Answer> = {
    'com.atproto.server.createSession': (_query, { identifier, password }) =>
      password === APP_PASSWORD &&
      [handles[OWN_DID], OWN_DID, 'brand@candor.test'].includes(String(identifier))
        ? ok(issue())
        : fail(401, 'AuthenticationRequired', 'Invalid identifier or password'),
    'com.atproto.server.getSession': () => ok({ did: OWN_DID, handle: handles[OWN_DID], active: true }),
    'com.atproto.repo.putRecord': (_query, input) => put(input),
    'com.atproto.repo.deleteRecord': (_query, input) => {
      records.delete(`at://${String(input.repo)}/${String(input.collection)}/${String(input.rkey)}`);
      return ok({});
    },
    'com.atproto.repo.getRecord': (query) => {
      const found = records.get(`at://${query.get('repo')}/${query.get('collection')}/${query.get('rkey')}`);
      return found
        ? ok({ uri: found.uri, cid: found.cid, value: found.value })
        : fail(400, 'RecordNotFound', 'Could not locate record');
    },
    'com.atproto.repo.listRecords': (query) => {
      const all = inCollection(query.get('repo') ?? '', query.get('collection') ?? '');
      const sorted = all
        .sort((a, b) => (a.uri < b.uri ? 1 : -1))
        .filter(({ uri }) => !query.has('cursor') || uri < (query.get('cursor') ?? ''));
      const page = sorted.slice(0, Number(query.get('limit')));
      return ok({ records: page, ...(page.length > 0 && { cursor: page.at(-1)?.uri }) });
    },
    'com.atproto.repo.uploadBlob': () =>
      ok({
        blob: {
          $type: 'blob',
          ref: { $link: 'bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy' },
          mimeType: 'image/png',
          size: 68,
        },
      }),
    'com.atproto.identity.resolveHandle': (query) => {
      const found = Object.entries(handles).find(([, handle]) => handle === query.get('handle'));
      return found ? ok({ did: found[0] }) : fail(400, 'InvalidRequest', 'Unable to resolve handle');
    },
    'app.bsky.actor.getProfile': (query) => ok(profileOf(query.get('actor') ?? '')),
    'app.bsky.feed.getPosts': (query) =>
      ok({
        posts: query.getAll('uris').flatMap((uri) => (records.has(uri) ? [postView(records.get(uri)!)] : [])),
      }),
    'app.bsky.notification.listNotifications': (query) => {
      const all = [...records.values()].filter(({ uri }) => uri.includes(`/${POSTS}/`));
      const mine = all.flatMap((stored) => {
        const reason = reasonOf(stored);
        return reason ? [{ ...postView(stored), reason, isRead: false }] : [];
      });
      const before = query.get('cursor');
      const sorted = mine
        .sort((a, b) => (a.indexedAt < b.indexedAt ? 1 : -1))
        .filter((one) => !before || one.indexedAt < before);
      const page = sorted.slice(0, Number(query.get('limit')));
      return ok({ notifications: page, seenAt, ...(page.length > 0 && { cursor: page.at(-1)?.indexedAt }) });
    },
    'app.bsky.notification.updateSeen': (_query, input) => {
      seenAt = String(input.seenAt);
      return ok({});
    },
  };

  const refresh = (token: string): Answer => {
    if (revoked || token !== session.refresh) return fail(400, 'ExpiredToken', 'Token has expired');
    refreshes += 1;
    expired = false;
    return ok(issue());
  };

  const handle = (nsid: string, query: URLSearchParams, input: Input, token: string): Answer => {
    if (nsid === 'com.atproto.server.refreshSession') return refresh(token);
    const open = ['com.atproto.server.createSession', 'com.atproto.identity.resolveHandle'].includes(nsid);
    if (!open && (expired || revoked || (token !== session.access && issued.includes(token))))
      return fail(400, 'ExpiredToken', 'Token has expired');
    if (!open && token !== session.access)
      return fail(401, 'AuthenticationRequired', `Bad token: Bearer ${token}`);
    if (nsid.startsWith('chat.bsky.')) return chat.call(nsid, query, input, OWN_DID) as Answer;
    return methods[nsid]?.(query, input) ?? fail(501, 'MethodNotImplemented', 'Method Not Implemented');
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const nsid = url.pathname.replace('/xrpc/', '');
    const body = await readBody(request);
    const input =
      request.headers['content-type'] === 'application/json'
        ? (JSON.parse(body.toString('utf8')) as Input)
        : {};
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const met = fault !== null && (faultOn === 'read' || WRITES.test(nsid)) ? fault : null;
    if (met) fault = null;
    if (met === 'timeout_before_commit') return;
    if (met === 'rate_limit' || met === 'server_error') return send(response, failures[met](token));
    const answer = handle(nsid, url.searchParams, input, token);
    if (met !== 'timeout_after_commit') send(response, answer);
  };

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rkey = () => `3k${String((ticks += 7)).padStart(11, '2')}`;

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    issued,
    avatars,
    pictures,
    records,
    refreshes: () => refreshes,
    break: (kind: Fault, on: 'write' | 'read') => {
      if (kind === 'expired_token') expired = true;
      else if (kind === 'revoked') revoked = true;
      else [fault, faultOn] = [kind, on];
    },
    post: (did: string, value: Omit<Post, 'createdAt'>): Ref => {
      const { uri, cid } = save(`at://${did}/${POSTS}/${rkey()}`, {
        $type: POSTS,
        createdAt: new Date().toISOString(),
        ...value,
      });
      return { uri, cid };
    },
    remove: (uri: string) => records.delete(uri),
    own: (collection: string) => inCollection(OWN_DID, collection),
    receiveDm: (text: string) => chat.receive(OTHER_DID, OWN_DID, text),
    chat,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The real server's words; the second one repeats what it was sent, which must not reach an error. */
const failures: Record<'rate_limit' | 'server_error', (token: string) => Answer> = {
  rate_limit: () =>
    fail(429, 'RateLimitExceeded', 'Rate Limit Exceeded', {
      'ratelimit-limit': '30',
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(Math.floor(Date.now() / 1000) + 120),
      'ratelimit-policy': '30;w=300',
    }),
  server_error: (token) =>
    fail(500, 'InternalServerError', `Internal Server Error (authorization: Bearer ${token})`),
};

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
