/**
 * A stateful stand-in for the Threads API, written from Meta's documentation: it refuses what Threads refuses and can
 * lose requests and answers.
 */
import type { ThreadsEndpoints } from '../../../electron/main/networks/threads/endpoints';
import type { Row } from '../instagram/fields';
import {
  fail,
  fieldsOf,
  missing,
  ok,
  onlyParams,
  pageOf,
  startMetaServer,
  type Answer,
  type Call,
} from '../instagram/kit';
import { createContainers } from './containers';
import { APP, createSignIn, SCOPES } from './sign-in';
import { createStore, OWN, OWN_NAME, type Post } from './store';

export type ThreadsStub = Awaited<ReturnType<typeof startThreadsStub>>;
type Route = {
  readonly on: RegExp;
  readonly scope: string | null;
  readonly answer: (call: Call, id: string) => Answer | Promise<Answer>;
};

const POST_FIELDS = [
  'id',
  'text',
  'media_type',
  'media_url',
  'thumbnail_url',
  'permalink',
  'timestamp',
  'username',
  'children',
  'has_replies',
  'alt_text',
  'shortcode',
  'is_quote_post',
  'topic_tag',
  'owner',
  'media_product_type',
];
const REPLY_FIELDS = [
  ...POST_FIELDS,
  'root_post',
  'replied_to',
  'is_reply',
  'is_reply_owned_by_me',
  'hide_status',
];
const METRICS = ['views', 'likes', 'replies', 'reposts', 'quotes', 'shares'];

export async function startThreadsStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const containers = createContainers(store, now);
  const signIn = createSignIn(now);
  /** Posts that do not give what is below them. */
  const closed = new Set<string>();

  const rowOf = (post: Post): Row => ({
    id: post.id,
    media_product_type: 'THREADS',
    media_type: post.media_type,
    ...(post.text !== '' && { text: post.text }),
    ...(post.url !== undefined && { media_url: post.url }),
    ...(post.alt !== undefined && { alt_text: post.alt }),
    permalink: `https://www.threads.example/@${post.by}/post/${post.id}`,
    timestamp: new Date(post.at).toISOString().replace(/\.\d+Z$/, '+0000'),
    username: post.by,
    ...(post.children.length > 0 && { children: { data: post.children } }),
    has_replies: store.posts.some(({ parent }) => parent === post.id),
    ...(post.root !== null && {
      root_post: { id: post.root },
      replied_to: { id: post.parent },
      is_reply: true,
      is_reply_owned_by_me: post.by === OWN_NAME,
      hide_status: post.hidden ? 'HIDDEN' : 'NOT_HUSHED',
    }),
  });
  const since = (posts: readonly Post[], { query }: Call) => {
    const from = Number(query.get('since') ?? 0) * 1000;
    return posts.filter(({ at }) => at >= from - 1000);
  };
  const lists = (posts: readonly Post[], call: Call, known: readonly string[]) =>
    onlyParams(call.query, ['fields', 'limit', 'since', 'until', 'after', 'before', 'reverse']) ??
    pageOf(since([...posts].reverse(), call).map(rowOf), call, known);

  const below = (call: Call, id: string): Answer => {
    if (closed.has(id)) return fail(400, 100, 'Unsupported get request');
    if (!store.find(id)) return missing;
    const newestFirst = store.below(id);
    const posts = call.query.get('reverse') === 'false' ? [...newestFirst].reverse() : newestFirst;
    return pageOf(posts.map(rowOf), call, REPLY_FIELDS);
  };
  const one = (call: Call, id: string): Answer => {
    const container = containers.all.get(id);
    if (container) return fieldsOf(containers.statusOf(container), call, ['id', 'status', 'error_message']);
    const post = store.find(id);
    return post ? fieldsOf(rowOf(post), call, REPLY_FIELDS) : missing;
  };
  const hide = (call: Call, id: string): Answer => {
    const post = store.find(id);
    const strange = onlyParams(call.form, ['hide']);
    if (strange) return strange;
    if (!post?.parent) return missing;
    if (store.find(post.parent)?.by !== OWN_NAME || post.parent !== post.root)
      return fail(400, 100, 'Only top-level replies can be hidden');
    post.hidden = call.form.get('hide') === 'true';
    return ok({ success: true });
  };
  const remove = (_call: Call, id: string): Answer => {
    const post = store.find(id);
    if (!post) return missing;
    if (post.by !== OWN_NAME) return fail(403, 10, 'Application does not have permission for this action');
    if (containers.plan.deletes.used >= containers.plan.deletes.quota)
      return fail(400, 100, 'The delete quota is used up');
    containers.plan.deletes.used += 1;
    store.remove(id);
    return ok({ success: true, deleted_id: id });
  };
  const limit = (call: Call): Answer => {
    const { posts, replies, deletes } = containers.plan;
    const config = ({ quota }: { quota: number }) => ({ quota_total: quota, quota_duration: 86_400 });
    const row = {
      quota_usage: posts.used,
      config: config(posts),
      reply_quota_usage: replies.used,
      reply_config: config(replies),
      delete_quota_usage: deletes.used,
      delete_config: config(deletes),
    };
    const picked = (call.query.get('fields') ?? '').split(',');
    return ok({ data: [Object.fromEntries(Object.entries(row).filter(([name]) => picked.includes(name)))] });
  };
  const insights =
    (known: readonly string[], values: Readonly<Record<string, number>>) =>
    (call: Call): Answer => {
      const wanted = (call.query.get('metric') ?? '').split(',');
      if (wanted.some((name) => !known.includes(name)))
        return fail(400, 100, '(#100) metric[0] must be one of the known values');
      return ok({
        data: wanted.flatMap((name) =>
          values[name] === undefined
            ? []
            : [
                name === 'followers_count'
                  ? { name, total_value: { value: values[name] } }
                  : { name, values: [{ value: values[name] }] },
              ],
        ),
      });
    };
  const me = (call: Call): Answer =>
    fieldsOf(
      {
        id: OWN,
        username: OWN_NAME,
        name: 'Brand & Co',
        threads_profile_picture_url: 'https://cdn.example/me.jpg',
      },
      call,
      ['id', 'username', 'name', 'threads_profile_picture_url', 'threads_biography', 'is_verified'],
    );

  const routes: readonly Route[] = [
    { on: /^GET \/me$/, scope: 'threads_basic', answer: me },
    { on: /^GET \/debug_token$/, scope: null, answer: signIn.debug },
    {
      on: new RegExp(`^GET /(?:me|${OWN})/threads$`),
      scope: 'threads_basic',
      answer: (call) =>
        lists(
          store.own().filter(({ parent }) => parent === null),
          call,
          POST_FIELDS,
        ),
    },
    {
      on: new RegExp(`^GET /(?:me|${OWN})/replies$`),
      scope: 'threads_read_replies',
      answer: (call) =>
        lists(
          store.own().filter(({ parent }) => parent !== null),
          call,
          REPLY_FIELDS,
        ),
    },
    {
      on: new RegExp(`^GET /${OWN}/mentions$`),
      scope: 'threads_manage_mentions',
      answer: (call) =>
        lists(
          store.posts.filter(({ mentions }) => mentions.includes(OWN_NAME)),
          call,
          REPLY_FIELDS,
        ),
    },
    {
      on: new RegExp(`^POST /${OWN}/threads$`),
      scope: 'threads_content_publish',
      answer: (call) => create(call),
    },
    {
      on: new RegExp(`^POST /${OWN}/threads_publish$`),
      scope: 'threads_content_publish',
      answer: containers.publish,
    },
    { on: new RegExp(`^GET /${OWN}/threads_publishing_limit$`), scope: 'threads_basic', answer: limit },
    {
      on: new RegExp(`^GET /${OWN}/threads_insights$`),
      scope: 'threads_manage_insights',
      answer: insights(['views', 'likes', 'followers_count'], { views: 300, followers_count: 42 }),
    },
    {
      on: /^GET \/(\d+)\/insights$/,
      scope: 'threads_manage_insights',
      answer: (call, id) =>
        store.find(id) ? insights(METRICS, { views: 10, likes: 3, replies: 0 })(call) : missing,
    },
    { on: /^GET \/(\d+)\/conversation$/, scope: 'threads_read_replies', answer: below },
    { on: /^POST \/(\d+)\/manage_reply$/, scope: 'threads_manage_replies', answer: hide },
    { on: /^GET \/(\d+)$/, scope: 'threads_basic', answer: one },
    { on: /^DELETE \/(\d+)$/, scope: 'threads_delete', answer: remove },
  ];
  const create = (call: Call): Answer | Promise<Answer> =>
    call.form.has('reply_to_id') && !signIn.holds(call.token, 'threads_manage_replies')
      ? fail(403, 10, 'Application does not have permission for this action: threads_manage_replies')
      : containers.create(call);

  const versioned = (call: Call): Answer | Promise<Answer> => {
    const rest = /^\/v1\.0(\/.*)$/.exec(call.path)?.[1];
    if (rest === undefined) return fail(400, 2500, 'Unknown path components');
    if (server.isRevoked())
      return fail(
        401,
        190,
        'Error validating access token: the user has not authorized the application',
        458,
      );
    if (!signIn.tokens.has(call.token))
      return fail(401, 190, 'Invalid OAuth access token - Cannot parse access token');
    if (!signIn.isGood(call.token))
      return fail(401, 190, 'Error validating access token: Session has expired', 463);
    for (const { on, scope, answer } of routes) {
      const found = on.exec(`${call.method} ${rest}`);
      if (!found) continue;
      if (scope !== null && !signIn.holds(call.token, scope))
        return fail(403, 10, `Application does not have permission for this action: ${scope}`);
      return answer(call, decodeURIComponent(found[1] ?? ''));
    }
    return missing;
  };

  const handle = (call: Call): Answer | Promise<Answer> => {
    const name = `${call.method} ${call.path}`;
    if (name === 'GET /oauth/authorize') return signIn.askConsent(call);
    if (name === 'POST /consent') return signIn.consent(call);
    if (name === 'POST /oauth/access_token') return signIn.shortToken(call);
    if (name === 'GET /access_token') return signIn.longToken(call);
    if (name === 'GET /refresh_access_token') return signIn.refresh(call);
    return versioned(call);
  };

  const server = await startMetaServer({
    handle,
    isWrite: ({ method, path }) => path.endsWith('/threads_publish') || method === 'DELETE',
    usage: (used) => ({
      'x-app-usage': JSON.stringify({ call_count: used, total_cputime: 1, total_time: 2 }),
    }),
  });
  const { url } = server;
  const endpoints: ThreadsEndpoints = {
    authorize: `${url}/oauth/authorize`,
    redirect: APP.redirect,
    graph: url,
    web: `${url}/web`,
  };
  return {
    url,
    endpoints,
    store,
    containers,
    signIn,
    app: APP,
    own: { id: OWN, name: OWN_NAME },
    calls: server.calls,
    now,
    /** As the dashboard's User Token Generator gives it. */
    token: (scopes: readonly string[] = SCOPES) => signIn.issue('long', scopes),
    break: server.break,
    onHold: server.onHold,
    closePost: (id: string) => closed.add(id),
    passTime: (ms: number) => (ahead += ms),
    close: server.close,
  };
}
