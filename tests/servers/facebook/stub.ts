/**
 * A stateful Facebook in memory, written from Meta's specifications and documentation: one Page with its posts,
 * comments and Messenger, a second Page, and the person who manages both.
 */
import type { FacebookEndpoints } from '../../../electron/main/networks/facebook/endpoints';
import { parseFields, reply, selectFields, type GraphNode } from '../graph/fields';
import { missing, startGraphServer, type GraphRoute } from '../graph/kit';
import { loginRoutes } from '../graph/login';
import { contentRoutes } from './content';
import { messagingRoutes } from './messaging';
import { createNodes } from './nodes';
import { createStore, PAGE, USER } from './store';
import { APP, createTokens, SCOPES, tokenRoutes } from './tokens';
import { takeReel, uploadRoutes } from './uploads';

const HOUR_S = 60 * 60;

export type FacebookStub = Awaited<ReturnType<typeof startFacebookStub>>;

export async function startFacebookStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const tokens = createTokens();
  let chunk = 1024 * 1024;
  let looks = 0;
  let failing = false;
  let hideVideoPost = false;
  let videoPhases: 'usual' | 'late' | 'none' = 'usual';
  let targets = true;
  let twoLevels = false;
  let authors = true;
  let mostData = Infinity;
  let closed: Readonly<Record<string, 'all' | 'comments'>> = {};
  const spoilt = new Set<string>();
  let goneMetrics: readonly string[] = [];

  const makeRoutes = (url: string): readonly GraphRoute[] => {
    const nodes = createNodes({
      store,
      url,
      showsAuthors: () => authors,
      spoilt,
      hidesVideoPost: () => hideVideoPost,
      videoPhases: () => videoPhases,
      showsTargets: () => targets,
    });
    const pageNode = (id: string, token: string) => nodes.pageNode(id, () => tokens.forPage(id, token));
    const nodeOf = (id: string, token: string): readonly [string, GraphNode] | undefined => {
      const [post, comment, message] = [store.post(id), store.comment(id), store.message(id)];
      const video = store.videos.get(id);
      if (post) return ['Post', nodes.post(post)];
      if (comment) return ['Comment', nodes.comment(comment)];
      if (message) return ['UnifiedMessage', nodes.message(message)];
      if (video) return ['Video', nodes.video(video)];
      return tokens.owned.has(id) ? ['Page', pageNode(id, token)] : undefined;
    };
    return [
      ...loginRoutes({
        app: () => ({ ...APP, redirects: [`${url}/connect/login_success.html`] }),
        knownScopes: SCOPES,
        granted: tokens.granted,
        issue: (kind, scopes) => ({
          token: tokens.userToken('user', scopes),
          expiresIn: kind === 'long' ? 60 * 24 * HOUR_S : HOUR_S,
        }),
        exchangeable: (token) => {
          const found = tokens.get(token);
          return found?.kind === 'user' ? found.scopes : undefined;
        },
      }),
      {
        match: /^GET \/connect\/login_success\.html$/,
        open: true,
        unversioned: true,
        params: ['code', 'state', 'error', 'error_reason'],
        run: () => ({ status: 200, body: 'Success' }),
      },
      {
        match: /^POST \/video-upload\/v26\.0\/(\d+)$/,
        open: true,
        unversioned: true,
        run: (request, id = '') => takeReel(store, id, request),
      },
      ...tokenRoutes(tokens, pageNode, nodes.user(USER)),
      ...messagingRoutes(store, nodes, now),
      ...uploadRoutes({ store, url, chunk: () => chunk, looks: () => looks, fails: () => failing }),
      ...contentRoutes({
        store,
        nodes,
        goneMetrics: () => goneMetrics,
        twoLevels: () => twoLevels,
        mostData: () => mostData,
        closed: () => closed,
      }),
      {
        match: /^GET \/([\w.]+)$/,
        run: ({ token, fields }, id = '') => {
          const found = nodeOf(id, token);
          return found ? reply(selectFields(...found, parseFields(fields.fields ?? 'id'))) : missing;
        },
      },
    ];
  };

  const server = await startGraphServer({
    versions: ['v25.0', 'v26.0'],
    routes: makeRoutes,
    token: (value) => {
      const found = tokens.get(value);
      return found && { scopes: tokens.granted(found.scopes), appSecret: APP.secret, trouble: found.trouble };
    },
    onExpire: () => tokens.spoil(463, 'pages'),
    onRevoke: () => tokens.spoil(460, 'all'),
  });

  const { url } = server;
  const endpoints: FacebookEndpoints = {
    graph: url,
    video: url,
    upload: url,
    web: url,
    redirect: `${url}/connect/login_success.html`,
  };
  const own = <T extends { readonly by: string; readonly deleted: boolean; readonly text: string }>(
    things: readonly T[],
  ) => things.filter(({ by, deleted }) => by === PAGE && !deleted).map(({ text }) => text);
  return {
    ...server,
    endpoints,
    store,
    app: APP,
    tokens,
    /** Every secret that was ever given out. */
    secrets: () => [...tokens.all(), APP.secret],
    decline: (scopes: readonly string[]) => (tokens.state.declined = scopes),
    setExpiry: (at: number) => (tokens.state.expiresAt = Math.floor(at / 1000)),
    setChunk: (bytes: number) => (chunk = bytes),
    /** Videos are worked on for this many looks. */
    processFor: (times: number, fails = false) => ([looks, failing] = [times, fails]),
    /** Lists with more comments inside are refused as too much. */
    limitData: (comments: number) => (mostData = comments),
    /** Messages further back than this many are refused. */
    forgetMessages: (count: number) => (store.limits.messages = count),
    closeEdges: (edges: typeof closed) => (closed = edges),
    grantHumanAgent: () => (store.app.humanAgent = true),
    hideAuthors: () => (authors = false),
    spoil: (id: string) => void spoilt.add(id),
    hideVideoPost: () => (hideVideoPost = true),
    tellVideos: (phases: typeof videoPhases) => (videoPhases = phases),
    hideTargets: () => (targets = false),
    /** Answers to answers become answers to the comment above both. */
    flatten: () => (twoLevels = true),
    loseMetrics: (metrics: readonly string[]) => (goneMetrics = metrics),
    passTime: (ms: number) => (ahead += ms),
    /** Texts of the Page's own posts and comments, oldest first. */
    published: () => [...own([...store.posts.values()]), ...own([...store.comments.values()])],
    sentMessages: () => own([...store.messages.values()]),
  };
}
