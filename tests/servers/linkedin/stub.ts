/**
 * A stateful LinkedIn API in memory, written from the published documentation: it refuses what LinkedIn refuses and
 * can be made to lose requests and answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LinkedinEndpoints } from '../../../electron/main/networks/linkedin/endpoints';
import { createFaults, type FaultOn } from '../kit/faults';
import { sendJson } from '../kit/json';
import { readBody, serve } from '../kit/server';
import { bad, denied, fail, missing, ok, type Answer, type Call, type World } from './answers';
import { createComments } from './comments';
import { createMedia } from './media';
import { createOAuth, type Grant } from './oauth';
import { createPosts } from './posts';
import { ANA, createStore, PAGE, PERSON, shown } from './store';

export type StubFault =
  | 'rate_limit'
  | 'quota'
  | 'server_error'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  | 'expired_token'
  | 'revoked';
const EVERY_SCOPE = [
  'openid',
  'profile',
  'w_member_social',
  'w_organization_social',
  'r_organization_social',
  'rw_organization_admin',
];
export type LinkedinStub = Awaited<ReturnType<typeof startLinkedinStub>>;

export async function startLinkedinStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const oauth = createOAuth();
  oauth.setAllowed(EVERY_SCOPE);
  const token = oauth.issue(EVERY_SCOPE.join(' '));
  const faults = createFaults<StubFault>();
  let quotaUsedUp = false;
  let processing = 0;
  let tellsPeople = true;
  let tellsManyPeople = true;
  let administrator = true;
  const calls: string[] = [];
  const versions: string[] = [];
  let url = '';

  const mayActAs = (urn: unknown, grant: Grant): boolean =>
    (urn === PERSON && grant.scopes.has('w_member_social')) ||
    (urn === PAGE && administrator && grant.scopes.has('w_organization_social'));
  const mayRead = (urn: string, grant: Grant): boolean =>
    urn === PAGE && administrator && grant.scopes.has('r_organization_social');

  const world: World = {
    store,
    now,
    url: () => url,
    mayActAs,
    mayRead,
    isAdministrator: () => administrator,
    processing: () => processing,
  };
  const { publish, posts, onePost, statistics, metadata } = createPosts(world);
  const { comment, listComments, oneComment, react, reaction } = createComments(world);
  const { beginUpload, takePart, finalize, lookAtVideo, images } = createMedia(world);

  const acls = ({ query, grant }: Call): Answer => {
    if (!grant.scopes.has('rw_organization_admin')) return denied('organizationAcls.FINDER-roleAssignee');
    if (query.get('q') !== 'roleAssignee') return bad('finder');
    const one = { organization: PAGE, role: 'ADMINISTRATOR', state: 'APPROVED', roleAssignee: PERSON };
    return ok({ elements: administrator ? [one] : [], paging: { start: 0, count: 10, links: [] } });
  };
  const userinfo = ({ grant }: Call): Answer =>
    grant.scopes.has('openid')
      ? ok({ sub: 'Own1', name: 'Pat Own', picture: `${url}/media/pat.png` })
      : denied('userinfo');
  const people = (id: string): Answer => {
    const urn = `urn:li:person:${id}`;
    const [first = '', last = ''] = (store.names[urn] ?? '').split(' ');
    if (!tellsPeople) return denied('people.GET');
    return first === ''
      ? missing
      : ok({ id, localizedFirstName: first, localizedLastName: last, vanityName: first.toLowerCase() });
  };
  /** Keys are made of parts: `List((id:a),(id:b))`. Who hides from other sites is not among the results. */
  const manyPeople = ({ rawQuery }: Call): Answer => {
    const keys = /^ids=List\((\(id:[\w-]+\)(?:,\(id:[\w-]+\))*)\)$/.exec(rawQuery)?.[1];
    if (keys === undefined) return bad('Invalid query parameters passed to request');
    if (!tellsPeople || !tellsManyPeople) return denied('people.BATCH_GET');
    const told = keys.split(/,(?=\()/).map((key) => [key, people(key.slice(4, -1))] as const);
    const results = told.flatMap(([key, { status, body }]) => (status === 200 ? [[key, body] as const] : []));
    return ok({ results: Object.fromEntries(results), statuses: {}, errors: {} });
  };

  const decoded = (handle: (urn: string, call: Call) => Answer) => (call: Call, raw: string) =>
    handle(decodeURIComponent(raw), call);
  const routes: readonly (readonly [RegExp, (call: Call, first: string, second: string) => Answer])[] = [
    [/^GET \/v2\/userinfo$/, userinfo],
    [/^GET \/v2\/people$/, manyPeople],
    [/^GET \/v2\/people\/\(id:([\w-]+)\)$/, (_call, id) => people(id)],
    [/^GET \/rest\/organizationAcls$/, acls],
    [
      /^GET \/rest\/organizations\/5501$/,
      () => ok({ id: 5501, localizedName: 'Candor Shop', vanityName: 'candor-shop' }),
    ],
    [/^GET \/rest\/posts$/, posts],
    [/^POST \/rest\/posts$/, publish],
    [/^(?:GET|DELETE) \/rest\/posts\/([^/]+)$/, decoded(onePost)],
    [/^POST \/rest\/images\?action=initializeUpload$/, (call) => beginUpload('image', call)],
    [/^POST \/rest\/videos\?action=initializeUpload$/, (call) => beginUpload('video', call)],
    [/^POST \/rest\/videos\?action=finalizeUpload$/, finalize],
    [/^GET \/rest\/videos\/([^/]+)$/, decoded(lookAtVideo)],
    [/^GET \/rest\/images$/, images],
    [/^POST \/rest\/socialActions\/([^/]+)\/comments$/, decoded(comment)],
    [/^GET \/rest\/socialActions\/([^/]+)\/comments$/, decoded(listComments)],
    [
      /^(?:GET|DELETE) \/rest\/socialActions\/([^/]+)\/comments\/(\d+)$/,
      (call, thread, id) => oneComment(decodeURIComponent(thread), id, call),
    ],
    [/^GET \/rest\/socialMetadata$/, metadata],
    [/^POST \/rest\/reactions$/, react],
    [/^(?:GET|DELETE) \/rest\/reactions\/([^/]+)$/, (call, key) => reaction(key, call)],
    [/^GET \/rest\/organizationalEntityShareStatistics$/, statistics],
    [
      /^GET \/rest\/networkSizes\/([^/]+)$/,
      (_call, urn) => (decodeURIComponent(urn) === PAGE ? ok({ firstDegreeSize: 512 }) : missing),
    ],
  ];

  const refusal = (request: IncomingMessage, path: string): Answer | Grant => {
    const sent = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const grant = oauth.grants.get(sent);
    if (sent === '') return fail(401, 'EMPTY_ACCESS_TOKEN', 'Empty oauth2 access token', 65604);
    if (!grant) return fail(401, 'INVALID_ACCESS_TOKEN', `Invalid access token ${sent}`, 65600);
    if (grant.revoked)
      return fail(
        401,
        'REVOKED_ACCESS_TOKEN',
        'The token used in the request has been revoked by the user',
        65601,
      );
    if (grant.expired)
      return fail(401, 'EXPIRED_ACCESS_TOKEN', 'The token used in the request has expired', 65602);
    if (!path.startsWith('/rest/')) return grant;
    const version = String(request.headers['linkedin-version'] ?? '');
    versions.push(version);
    if (version === '')
      return fail(
        400,
        'VERSION_MISSING',
        'A version must be present. Please specify a version by adding the LinkedIn-Version header.',
      );
    const date = new Date(now());
    const age =
      date.getUTCFullYear() * 12 +
      date.getUTCMonth() +
      1 -
      (Number(version.slice(0, 4)) * 12 + Number(version.slice(4)));
    if (!/^\d{6}$/.test(version) || age < 0 || age > 12)
      return fail(426, 'NONEXISTENT_VERSION', `Requested version ${version} is not active`);
    if (request.headers['x-restli-protocol-version'] !== '2.0.0')
      return fail(400, 'ILLEGAL_ARGUMENT', 'Invalid protocol version');
    return grant;
  };

  const isWrite = (name: string): boolean =>
    /^(POST \/rest\/(posts|socialActions|reactions)|DELETE )/.test(name);
  const fromFault: Partial<Record<StubFault, () => Answer>> = {
    rate_limit: () => fail(429, 'TOO_MANY_REQUESTS', 'Too many requests'),
    quota: () =>
      fail(
        429,
        'TOO_MANY_REQUESTS',
        'Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.',
        101,
      ),
    // Repeats what it was sent, which must not reach an error.
    server_error: () => fail(500, 'SERVER_ERROR', `Something went wrong (Bearer ${token})`),
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '/', rawQuery = ''] = (request.url ?? '/').split('?');
    const query = new URLSearchParams(rawQuery);
    const action = query.get('action');
    const name = `${request.method} ${path}${action === null ? '' : `?action=${action}`}`;
    const body = await readBody(request);
    if (path.startsWith('/oauth/v2/')) return answerOAuth(name, query, body, response);
    if (path.startsWith('/media/')) return sendJson(response, { status: 200, body: 'picture' });
    calls.push(name);
    const met = faults.take(isWrite(name));
    if (met === 'timeout_before_commit') return faults.hold();
    const failure = met ? fromFault[met]?.() : quotaUsedUp ? fromFault.quota!() : undefined;
    if (failure) return sendJson(response, failure);
    if (path.startsWith('/upload/')) {
      const isSigned = path.includes('video') || request.headers.authorization !== undefined;
      return sendJson(
        response,
        isSigned ? takePart(path, body) : fail(401, 'EMPTY_ACCESS_TOKEN', 'Empty token'),
      );
    }
    const grant = refusal(request, path);
    if ('status' in grant) return sendJson(response, grant);
    const call: Call = { method: request.method ?? '', path, query, rawQuery, body, grant };
    const [found, handle] =
      routes.map(([pattern, run]) => [pattern.exec(name), run] as const).find(([hit]) => hit) ?? [];
    const answer = found && handle ? handle(call, found[1] ?? '', found[2] ?? '') : missing;
    if (met === 'timeout_after_commit') faults.hold();
    else sendJson(response, answer);
  };
  const answerOAuth = (
    name: string,
    query: URLSearchParams,
    body: Buffer,
    response: ServerResponse,
  ): void => {
    const form = new URLSearchParams(body.toString('utf8'));
    const answer =
      name === 'GET /oauth/v2/authorization'
        ? oauth.authorize(query)
        : name === 'POST /oauth/v2/allow'
          ? oauth.allow(form)
          : name === 'POST /oauth/v2/accessToken'
            ? oauth.exchange(form)
            : { status: 404, body: {} };
    if ('location' in answer && answer.location !== undefined)
      response.writeHead(answer.status, { location: answer.location }).end();
    else if ('type' in answer && answer.type === 'html')
      response
        .writeHead(answer.status, { 'content-type': 'text/html; charset=utf-8' })
        .end(String(answer.body));
    else sendJson(response, answer);
  };

  const server = await serve(respond);
  url = server.url;
  const endpoints: LinkedinEndpoints = {
    oauth: `${url}/oauth/v2`,
    api: url,
    web: 'https://www.linkedin.com',
  };

  return {
    url,
    endpoints,
    store,
    oauth,
    calls,
    versions,
    /** With every permission. */
    token,
    tokenWith: (...scopes: readonly string[]) => oauth.issue(scopes.join(' ')),
    break: (kind: StubFault, on: FaultOn = 'any') => {
      if (kind === 'revoked') for (const grant of oauth.grants.values()) grant.revoked = true;
      else if (kind === 'expired_token') for (const grant of oauth.grants.values()) grant.expired = true;
      else faults.break(kind, on);
    },
    exhaust: (used: boolean) => (quotaUsedUp = used),
    /** Videos are worked on for this many looks. */
    processFor: (looks: number) => (processing = looks),
    hidePeople: () => (tellsPeople = false),
    /** Only one by one. */
    refuseManyPeople: () => (tellsManyPeople = false),
    dismiss: () => (administrator = false),
    passTime: (ms: number) => (ahead += ms),
    /** Somebody else comments below a post. */
    receive: (post: string, text: string, parent?: string) =>
      store.addComment({ post, text, actor: ANA, parent }),
    /** Texts of the Page and the person, as readers see them, oldest first. */
    published: () =>
      [
        ...[...store.posts.values()].map((one) => ({
          at: one.createdAt,
          id: one.id,
          text: shown(one.commentary),
        })),
        ...[...store.comments.values()]
          .filter(({ actor }) => actor !== ANA)
          .map((one) => ({ at: one.createdAt, id: one.urn, text: one.text })),
      ].sort((a, b) => a.at - b.at),
    onHold: faults.onHold,
    close: server.close,
  };
}
