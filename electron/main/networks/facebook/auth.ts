import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { readItems } from '../answers';
import { NetworkError } from '../errors';
import { graph, graphAll, unheard, unlessRefused, type GraphTarget } from '../graph';
import type { AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { invalid } from '../plan-checks';
import { tokenField, versionField } from '../sign-in-fields';
import { limits, permissions } from './capabilities';
import type { FacebookEndpoints } from './endpoints';
import { appErrors, facebookErrors } from './error-table';
import { page, tokenAnswer, type Page } from './wire';

const storedSecrets = z.object({
  /** The Page's own token. */
  token: z.string().min(1),
  /** The person's token that the Page's came from; a new one can be had with it. */
  userToken: z.string().optional(),
  appId: z.string().optional(),
  appSecret: z.string().optional(),
  version: z.string().optional(),
});
export type Secrets = z.infer<typeof storedSecrets>;

const version = { name: 'version', secret: false, optional: true, placeholder: limits.version } as const;

export const loginMethod = ({ redirect }: FacebookEndpoints): ConnectMethod => ({
  id: 'facebook-login',
  signIn: 'window',
  redirects: [redirect],
  fields: [{ name: 'appId', secret: false }, { name: 'appSecret', secret: true }, version],
});

export const tokenMethod: ConnectMethod = {
  id: 'access-token',
  fields: [
    { name: 'token', secret: true },
    { name: 'appId', secret: false, optional: true },
    { name: 'appSecret', secret: true, optional: true },
    version,
  ],
};

export function readSecrets(secrets: AccountSecrets): Secrets {
  const parsed = storedSecrets.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

export const baseOf = (host: string, secrets: { readonly version?: string }): string =>
  `${host}/${secrets.version ?? limits.version}`;

type Input = Readonly<Record<string, string>>;
type App = { readonly appId?: string; readonly appSecret?: string; readonly version?: string };

/** Signs the person in with Facebook Login for their own app; each Page they manage becomes an account. */
export async function connectWithLogin(
  endpoints: FacebookEndpoints,
  input: Input,
  io: ConnectIo,
): Promise<readonly Connected[]> {
  const app = readApp(input);
  const { appId, appSecret } = app;
  if (appId === undefined) throw invalid('appId', 'empty');
  if (appSecret === undefined) throw invalid('appSecret', 'empty');
  const { code, redirectUri } = await io.authorizeInWindow({
    redirectUri: endpoints.redirect,
    url: (parts) => {
      const url = new URL(`${baseOf(endpoints.web, app)}/dialog/oauth`);
      const scope = permissions.map(({ name }) => name).join(',');
      const query = { client_id: appId, redirect_uri: parts.redirectUri, state: parts.state, scope };
      for (const [name, value] of Object.entries({ ...query, response_type: 'code' }))
        url.searchParams.set(name, value);
      return url.href;
    },
  });
  const short = await askForToken(endpoints, app, { redirect_uri: redirectUri, code }, io);
  return connectPages(endpoints, app, await prolong(endpoints, app, short, io), io);
}

/** Takes a token made in Meta's own tools: of a person or a system user (all their Pages), or of one Page. */
export async function connectWithToken(
  endpoints: FacebookEndpoints,
  input: Input,
  io: ConnectIo,
): Promise<readonly Connected[]> {
  const app = readApp(input);
  const token = tokenField(input);
  if ((app.appId === undefined) !== (app.appSecret === undefined))
    throw invalid(app.appId === undefined ? 'appId' : 'appSecret', 'the id and the secret belong together');
  try {
    return await connectAny(endpoints, app, token, io);
  } catch (error) {
    if (error instanceof NetworkError && ['auth_revoked', 'auth_expired'].includes(error.kind))
      throw new NetworkError({ ...error.info, kind: 'auth_revoked', field: 'token' }, 'no', { cause: error });
    if (error instanceof NetworkError && error.kind === 'validation' && error.info.field === undefined) {
      // A signature by the secret of another app.
      const field = app.appSecret && /appsecret_proof/.test(error.message) ? 'appSecret' : 'token';
      throw new NetworkError({ ...error.info, field }, 'no', { cause: error });
    }
    throw error;
  }
}

async function connectAny(
  endpoints: FacebookEndpoints,
  app: App,
  token: string,
  io: ConnectIo,
): Promise<readonly Connected[]> {
  const user = await unlessRefused(connectPages(endpoints, app, token, io), otherKind);
  if (user) {
    // The Pages' tokens last as long as the one they came from: a long one is asked for where that is possible.
    const longer = app.appSecret && (await unlessRefused(prolong(endpoints, app, token, io), otherKind));
    return longer && longer !== token ? connectPages(endpoints, app, longer, io) : user;
  }
  const target = targetOf(endpoints, app, token);
  const call = { method: 'GET', path: '/me', effect: 'read', params: { fields: PAGE_FIELDS } } as const;
  const found = await graph(io, target, call, page);
  return [{ profile: profileOf(found, endpoints), secrets: { token, ...filled(app) } }];
}

export const PAGE_FIELDS = 'id,name,username,link,picture';

async function connectPages(
  endpoints: FacebookEndpoints,
  app: App,
  userToken: string,
  io: ConnectIo,
): Promise<readonly Connected[]> {
  const params = { fields: `${PAGE_FIELDS},access_token`, limit: limits.pageSize.pages };
  const target = targetOf(endpoints, app, userToken);
  const items = await graphAll(io, target, { path: '/me/accounts', params }, 20);
  const pages = readItems(page, items, unheard).filter(({ access_token }) => access_token);
  if (pages.length === 0)
    throw new NetworkError(
      {
        kind: 'permission',
        detail: 'the sign-in opens no Page: pages_show_list, or a role on a Page, is missing',
      },
      'no',
    );
  return pages.map((one) => ({
    profile: profileOf(one, endpoints),
    secrets: { token: one.access_token ?? '', userToken, ...filled(app) },
  }));
}

const targetOf = (endpoints: FacebookEndpoints, app: App, token: string): GraphTarget => ({
  base: baseOf(endpoints.graph, app),
  token,
  ...(app.appSecret && { appSecret: app.appSecret }),
  errors: facebookErrors,
});

/** A token of an hour for one of about 60 days. */
const prolong = (endpoints: FacebookEndpoints, app: App, token: string, io: ConnectIo): Promise<string> =>
  askForToken(endpoints, app, { grant_type: 'fb_exchange_token', fb_exchange_token: token }, io);

async function askForToken(
  endpoints: FacebookEndpoints,
  app: App,
  what: Input,
  io: ConnectIo,
): Promise<string> {
  const form = { client_id: app.appId, client_secret: app.appSecret, ...what };
  const target = {
    base: baseOf(endpoints.graph, app),
    token: '',
    errors: appErrors,
    secrets: [app.appSecret ?? '', ...Object.values(what)],
  };
  const call = { method: 'POST', path: '/oauth/access_token', effect: 'read', form } as const;
  return (await graph(io, target, call, tokenAnswer)).access_token;
}

export const profileOf = (seen: Page, endpoints: FacebookEndpoints): Profile => ({
  remoteId: seen.id,
  handle: seen.username || seen.name,
  displayName: seen.name,
  ...(seen.picture?.data?.url && { avatarUrl: seen.picture.data.url }),
  serviceUrl: endpoints.web,
  profileUrl: seen.link || `${endpoints.web}/${seen.id}`,
});

function readApp(input: Input): App {
  const appId = (input.appId ?? '').trim();
  const appSecret = (input.appSecret ?? '').trim();
  const apiVersion = versionField(input);
  if (appId !== '' && !/^\d+$/.test(appId)) throw invalid('appId', 'an app id has digits only');
  if (appSecret !== '' && !/^[\x21-\x7e]+$/.test(appSecret)) throw invalid('appSecret', 'not a secret');
  return {
    ...(appId !== '' && { appId }),
    ...(appSecret !== '' && { appSecret }),
    ...(apiVersion !== undefined && { version: apiVersion }),
  };
}

const filled = (app: App): AccountSecrets =>
  Object.fromEntries(
    Object.entries(app).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** What a token of another kind is refused with. */
const otherKind: readonly ErrorKind[] = ['validation', 'gone'];
