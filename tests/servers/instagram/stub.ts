/**
 * A stateful stand-in for Instagram's API with both ways to sign in, written from Meta's documentation and its
 * published specification of edges and fields: it refuses what Instagram refuses and can lose requests and answers.
 */
import type { InstagramEndpoints } from '../../../electron/main/networks/instagram/endpoints';
import { createContainers } from './containers';
import { createInbox, userRow } from './inbox';
import { fail, fieldsOf, missing, ok, startMetaServer, type Answer, type Call } from './kit';
import { APP, createSignIn, FACEBOOK_SCOPES, INSTAGRAM_SCOPES } from './sign-in';
import { createStore, OWN, OWN_NAME, PAGE } from './store';

export type InstagramStub = Awaited<ReturnType<typeof startInstagramStub>>;

type Route = {
  readonly on: RegExp;
  /** The part of the permission's name that both ways to sign in share. */
  readonly scope:
    'basic' | 'content_publish' | 'manage_comments' | 'manage_messages' | 'manage_insights' | null;
  readonly by?: 'facebook';
  readonly answer: (call: Call, id: string) => Answer | Promise<Answer>;
};

export async function startInstagramStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let url = '';
  const store = createStore(now);
  const containers = createContainers(store, now);
  const signIn = createSignIn(now, () => `${url}/connect/login_success.html`);
  const inbox = createInbox(store, now);

  const routes: readonly Route[] = [
    {
      on: /^GET \/me$/,
      scope: 'basic',
      answer: (call) => (isPage(call) ? pageRow(call) : userRow(store, call)),
    },
    { on: /^GET \/me\/accounts$/, scope: null, by: 'facebook', answer: signIn.accounts },
    { on: /^GET \/me\/permissions$/, scope: null, by: 'facebook', answer: signIn.permissions },
    {
      on: new RegExp(`^POST /${OWN}/media$`),
      scope: 'content_publish',
      answer: (call) => containers.create(call, isFacebook(call)),
    },
    { on: new RegExp(`^POST /${OWN}/media_publish$`), scope: 'content_publish', answer: containers.publish },
    {
      on: new RegExp(`^GET /${OWN}/content_publishing_limit$`),
      scope: 'content_publish',
      answer: () =>
        ok({
          data: [
            {
              quota_usage: containers.plan.used,
              config: { quota_total: containers.plan.quota, quota_duration: 86_400 },
            },
          ],
        }),
    },
    { on: new RegExp(`^GET /${OWN}/insights$`), scope: 'manage_insights', answer: inbox.accountInsights },
    {
      on: new RegExp(`^GET /${OWN}/media$`),
      scope: 'basic',
      answer: (call) => inbox.listPosts(store.posts, call),
    },
    {
      on: new RegExp(`^GET /${OWN}/stories$`),
      scope: 'basic',
      answer: (call) => inbox.listPosts(store.stories, call),
    },
    {
      on: new RegExp(`^GET /${OWN}/tags$`),
      scope: 'manage_comments',
      answer: (call) => inbox.listPosts(store.tagged, call),
    },
    {
      on: new RegExp(`^GET /(?:${OWN}|${PAGE})/conversations$`),
      scope: 'manage_messages',
      answer: inbox.listTalks,
    },
    { on: new RegExp(`^POST /(?:${OWN}|${PAGE})/messages$`), scope: 'manage_messages', answer: inbox.send },
    { on: /^GET \/(aWdfZm[\w=]+)\/messages$/, scope: 'manage_messages', answer: inbox.listLetters },
    { on: /^GET \/(\d+)\/insights$/, scope: 'manage_insights', answer: inbox.postInsights },
    { on: /^GET \/(\d+)\/comments$/, scope: 'manage_comments', answer: inbox.listRemarks },
    { on: /^POST \/(\d+)\/comments$/, scope: 'manage_comments', answer: inbox.comment },
    { on: /^GET \/(\d+)\/replies$/, scope: 'manage_comments', answer: inbox.listAnswers },
    { on: /^POST \/(\d+)\/replies$/, scope: 'manage_comments', answer: inbox.reply },
    { on: /^GET \/(\d+)$/, scope: 'basic', answer: (call, id) => one(call, id) },
    { on: /^POST \/(\d+)$/, scope: 'manage_comments', answer: inbox.hide },
    {
      on: /^DELETE \/(\d+)$/,
      scope: 'manage_comments',
      answer: (call, id) => inbox.remove(id, isFacebook(call)),
    },
  ];

  const isFacebook = ({ path }: Call) => path.startsWith('/facebook/');
  const isPage = (call: Call) => isFacebook(call) && signIn.tokens.get(call.token)?.kind === 'page';
  const pageRow = (call: Call) =>
    fieldsOf({ id: PAGE, name: 'Brand', instagram_business_account: { id: OWN } }, call, [
      'id',
      'name',
      'instagram_business_account',
    ]);

  const one = (call: Call, id: string): Answer => {
    if (id === OWN) return userRow(store, call);
    const container = containers.all.get(id);
    return container
      ? fieldsOf(containers.statusOf(container), call, [
          'id',
          'status_code',
          'status',
          // The state of an upload is told to those who may upload.
          ...(isFacebook(call) && containers.plan.tellsUploads ? ['video_status'] : []),
        ])
      : inbox.one(call, id);
  };

  const lacks = (call: Call, { scope, by }: Route): Answer | undefined => {
    if (by === 'facebook' && !isFacebook(call)) return missing;
    const prefix = isFacebook(call) ? 'instagram_' : 'instagram_business_';
    const held = signIn.tokens.get(call.token)?.scopes ?? [];
    if (scope === null || held.includes(`${prefix}${scope}`)) return undefined;
    return fail(403, 10, `(#10) Application does not have permission for this action: ${prefix}${scope}`);
  };

  const versioned = (call: Call): Answer | Promise<Answer> => {
    const rest = /^\/(?:graph|facebook)\/v\d+\.\d+(\/.*)$/.exec(call.path)?.[1];
    if (rest === undefined) return fail(400, 2500, 'Unknown path components');
    if (rest === '/debug_token') return signIn.debug(call);
    if (rest === '/oauth/access_token') return signIn.facebookToken(call);
    if (server.isRevoked())
      return fail(401, 190, 'Error validating access token: the user changed the password', 460);
    const kind = signIn.tokens.get(call.token)?.kind;
    if (kind === undefined || (kind === 'facebook' || kind === 'page') !== isFacebook(call))
      return fail(401, 190, 'Invalid OAuth access token - Cannot parse access token');
    if (!signIn.isSigned(call)) return fail(400, 100, 'Invalid appsecret_proof provided in the API argument');
    call.query.delete('appsecret_proof');
    call.form.delete('appsecret_proof');
    if (!signIn.isGood(call.token))
      return fail(401, 190, 'Error validating access token: Session has expired', 463);
    for (const route of routes) {
      const found = route.on.exec(`${call.method} ${rest}`);
      if (found) return lacks(call, route) ?? route.answer(call, decodeURIComponent(found[1] ?? ''));
    }
    return missing;
  };

  const handle = (call: Call): Answer | Promise<Answer> => {
    const name = `${call.method} ${call.path}`;
    if (name === 'GET /oauth/authorize') return signIn.askConsent(call, 'instagram');
    if (/^GET \/v\d+\.\d+\/dialog\/oauth$/.test(name)) return signIn.askConsent(call, 'facebook');
    if (name === 'POST /consent/instagram') return signIn.consent(call, 'instagram');
    if (name === 'POST /consent/facebook') return signIn.consent(call, 'facebook');
    if (name === 'POST /oauth/access_token') return signIn.shortToken(call);
    if (name === 'GET /graph/access_token') return signIn.longToken(call);
    if (name === 'GET /graph/refresh_access_token') return signIn.refresh(call);
    const upload = /^POST \/upload\/v\d+\.\d+\/(\d+)$/.exec(name)?.[1];
    if (upload) return containers.receive(upload, call);
    return versioned(call);
  };

  const server = await startMetaServer({
    handle,
    isWrite: ({ method, path }) =>
      (method === 'POST' && /\/(?:media_publish|comments|replies|messages)$/.test(path)) ||
      method === 'DELETE',
    usage: (used) => ({
      'x-business-use-case-usage': JSON.stringify({
        [OWN]: [
          {
            type: 'instagram',
            call_count: used,
            total_cputime: 1,
            total_time: 2,
            estimated_time_to_regain_access: used >= 100 ? 12 : 0,
          },
        ],
      }),
    }),
  });
  url = server.url;

  const endpoints: InstagramEndpoints = {
    authorize: `${url}/oauth/authorize`,
    redirect: APP.redirect,
    token: `${url}/oauth/access_token`,
    graph: `${url}/graph`,
    facebookGraph: `${url}/facebook`,
    facebookDialog: url,
    facebookRedirect: `${url}/connect/login_success.html`,
    upload: `${url}/upload`,
    web: `${url}/web`,
  };
  return {
    url,
    endpoints,
    store,
    containers,
    signIn,
    app: APP,
    own: { id: OWN, name: OWN_NAME, page: PAGE },
    calls: server.calls,
    now,
    /** As the dashboard's "Generate token" gives it. */
    token: (scopes: readonly string[] = INSTAGRAM_SCOPES) => signIn.issue('long', scopes),
    facebookToken: (scopes: readonly string[] = FACEBOOK_SCOPES) => signIn.issue('facebook', scopes),
    pageToken: (scopes: readonly string[] = FACEBOOK_SCOPES) => signIn.issue('page', scopes),
    break: server.break,
    onHold: server.onHold,
    cutUpload: server.cutUpload,
    closePost: (id: string) => inbox.access.closed.add(id),
    closeTalk: (person: string) => inbox.access.closed.add(inbox.talkId(person)),
    grantHumanAgent: () => (inbox.access.humanAgent = true),
    hideAuthors: () => (inbox.access.hidesAuthors = true),
    passTime: (ms: number) => (ahead += ms),
    close: server.close,
  };
}
