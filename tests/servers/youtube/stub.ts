/**
 * A stateful YouTube Data API in memory, written from the published documentation: it refuses what YouTube refuses,
 * counts quota, and can be made to lose requests and answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { YoutubeEndpoints } from '../../../electron/main/networks/youtube/endpoints';
import { createFaults, type FaultOn } from '../kit/faults';
import { sendJson } from '../kit/json';
import { readBody, serve } from '../kit/server';
import { fail, type Answer, type Call, type World } from './answers';
import { createComments } from './comments';
import { createOAuth, SCOPES, type Grant, type OAuthAnswer } from './oauth';
import { createStore } from './store';
import { createVideos } from './videos';

export type StubFault =
  | 'rate_limit'
  | 'server_error'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  | 'expired_token'
  | 'revoked';
export type YoutubeStub = Awaited<ReturnType<typeof startYoutubeStub>>;

export async function startYoutubeStub() {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createStore(now);
  const oauth = createOAuth();
  const faults = createFaults<StubFault>();
  let unitsLeft = 10_000;
  const calls: string[] = [];
  const requests: string[] = [];
  let url = '';

  const settings: World['settings'] = {
    processing: 0,
    hidesFollowers: false,
    isLocked: false,
    hidesQueues: false,
    tellsModeration: true,
    findsHeld: true,
    uploadsLeft: 100,
    uploadFault: null,
  };
  const world: World = { store, url: () => url, settings };
  const { threads, comments, addComment, moderate, deleteComment } = createComments(world);
  const { channels, videos, playlist, updateVideo, deleteVideo, beginUpload, takeChunk } =
    createVideos(world);

  type Route = {
    readonly handle: (call: Call) => Answer;
    readonly units: number;
    readonly scopes: readonly string[];
  };
  const [manage, upload] = SCOPES;
  const route = (handle: Route['handle'], units: number, ...scopes: readonly string[]): Route => ({
    handle,
    units,
    scopes,
  });
  const routes: Readonly<Record<string, Route>> = {
    'GET /youtube/v3/channels': route(channels, 1, manage, upload),
    'GET /youtube/v3/commentThreads': route(threads, 1, manage),
    'GET /youtube/v3/comments': route(comments, 1, manage),
    'POST /youtube/v3/comments': route(addComment, 50, manage),
    'POST /youtube/v3/comments/setModerationStatus': route(moderate, 50, manage),
    'DELETE /youtube/v3/comments': route(deleteComment, 50, manage),
    'GET /youtube/v3/videos': route(videos, 1, manage),
    'PUT /youtube/v3/videos': route(updateVideo, 50, manage),
    'DELETE /youtube/v3/videos': route(deleteVideo, 50, manage),
    'GET /youtube/v3/playlistItems': route(playlist, 1, manage),
    'POST /upload/youtube/v3/videos': route(beginUpload, 0, manage, upload),
    'PUT /upload/youtube/v3/videos': route(takeChunk, 0, manage, upload),
  };
  const refusal = (grant: Grant | undefined, { scopes, units }: Route): Answer | undefined => {
    if (!grant || grant.expired) return fail(401, 'authError', 'Invalid Credentials', 'global');
    if (!scopes.some((scope) => grant.scopes.has(scope)))
      return fail(
        403,
        'insufficientPermissions',
        'Request had insufficient authentication scopes.',
        'global',
      );
    if (units > unitsLeft)
      return fail(
        403,
        'quotaExceeded',
        'The request cannot be completed because you have exceeded your quota.',
        'youtube.quota',
      );
    unitsLeft -= units;
    return undefined;
  };

  const isWrite = (name: string): boolean => /^(POST|PUT|DELETE) \/youtube\/v3\//.test(name);
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', url);
    const name = `${request.method} ${path}`;
    const body = await readBody(request);
    const form = () => new URLSearchParams(body.toString('utf8'));
    if (name === 'GET /o/oauth2/v2/auth') return sendOAuth(response, oauth.authorize(query));
    if (name === 'POST /o/oauth2/allow') return sendOAuth(response, oauth.allow(form()));
    if (name === 'POST /token') return sendOAuth(response, oauth.exchange(form()));
    calls.push(name);
    requests.push(`${name}?${query}`);
    const met = faults.take(isWrite(name));
    if (met === 'timeout_before_commit') return faults.hold();
    if (met === 'rate_limit')
      return sendJson(response, fail(403, 'rateLimitExceeded', 'Rate Limit Exceeded', 'usageLimits'));
    // Repeats what it was sent, which must not reach an error.
    if (met === 'server_error')
      return sendJson(response, fail(500, 'backendError', `Backend Error ${request.headers.authorization}`));
    const found = routes[name];
    if (!found) return sendJson(response, fail(404, 'notFound'));
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const answer =
      refusal(oauth.grants.get(token), found) ?? found.handle({ query, body, headers: request.headers });
    if (
      settings.uploadFault === 'lose-answer' &&
      name === 'PUT /upload/youtube/v3/videos' &&
      answer.status === 200
    ) {
      settings.uploadFault = null;
      return void response.destroy();
    }
    if (met === 'timeout_after_commit') faults.hold();
    else sendJson(response, answer);
  };

  const server = await serve(respond);
  url = server.url;
  const endpoints: YoutubeEndpoints = {
    consent: `${url}/o/oauth2/v2/auth`,
    token: `${url}/token`,
    api: `${url}/youtube/v3`,
    upload: `${url}/upload/youtube/v3`,
    web: 'https://www.youtube.com',
  };

  return {
    url,
    endpoints,
    store,
    oauth,
    calls,
    /** With what they ask for. */
    requests,
    break: (kind: StubFault, on: FaultOn = 'any') => {
      if (kind === 'revoked') oauth.revoke();
      else if (kind === 'expired_token') oauth.expire();
      else faults.break(kind, on);
    },
    breakUpload: (kind: 'lose-answer' | 'forget-session') => (settings.uploadFault = kind),
    setQuota: (units: number, uploads = 100) => ([unitsLeft, settings.uploadsLeft] = [units, uploads]),
    unitsLeft: () => unitsLeft,
    /** Videos are worked on for this many looks. */
    processFor: (looks: number) => (settings.processing = looks),
    hideFollowers: () => (settings.hidesFollowers = true),
    /** As for projects that were not audited: what they upload stays private. */
    lockUploads: () => (settings.isLocked = true),
    refuseQueues: () => (settings.hidesQueues = true),
    leaveOutModeration: () => (settings.tellsModeration = false),
    loseHeld: () => (settings.findsHeld = false),
    passTime: (ms: number) => (ahead += ms),
    /** Somebody else comments below a video. */
    receive: (video: string, text: string, parent?: string) => store.addComment({ video, text, parent }),
    /** Somebody comments, and YouTube holds it back. */
    hold: (
      video: string,
      text: string,
      parent?: string,
      moderation: 'heldForReview' | 'likelySpam' = 'heldForReview',
    ) => store.addComment({ video, text, parent, moderation }),
    onHold: faults.onHold,
    close: server.close,
  };
}

function sendOAuth(response: ServerResponse, { status, body, html, location }: OAuthAnswer): void {
  if (location !== undefined) response.writeHead(status, { location }).end();
  else if (html) response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(String(body));
  else sendJson(response, { status, body });
}
