import { redirectUris } from '@shared/domain/oauth-redirect';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import type { AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { limits } from './capabilities';
import { api, oauthForm, type ApiTarget } from './client';
import type { LinkedinEndpoints } from './endpoints';
import { idOf, organizationUrn, personUrn } from './urn';
import { acl, acls, organization, tokenAnswer, userinfo, type TokenAnswer, type Userinfo } from './wire';

const appFields = [
  { name: 'clientId', secret: false },
  { name: 'clientSecret', secret: true },
] as const;
const version = { name: 'version', secret: false, optional: true, placeholder: 'YYYYMM' } as const;
const { member, pages } = limits.scopes;
const everyScope = [...member, ...pages].join(' ');

/** One for each product that LinkedIn gives an app: the scopes asked for follow from it. */
export const signIn: ConnectMethod = {
  id: 'sign-in',
  signIn: 'browser',
  redirects: redirectUris('localhost'),
  fields: [...appFields, version],
};
export const signInPages: ConnectMethod = {
  id: 'sign-in-pages',
  signIn: 'browser',
  redirects: redirectUris('localhost'),
  fields: [...appFields, { name: 'scopes', secret: false, optional: true, placeholder: everyScope }, version],
};
export const accessToken: ConnectMethod = {
  id: 'access-token',
  fields: [{ name: 'token', secret: true }, version],
};

const storedSecrets = z.object({
  token: z.string().min(1),
  scope: z.string().optional(),
  /** UTC ms, as text. */
  expiresAt: z.string().optional(),
  version: z.string().optional(),
  /** Only approved partners of LinkedIn are given one. */
  refreshToken: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  /** Addresses of uploads under way. */
  uploads: z.string().optional(),
});
export type Secrets = z.infer<typeof storedSecrets>;

export function readSecrets(secrets: AccountSecrets): Secrets {
  const parsed = storedSecrets.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

type Input = Readonly<Record<string, string>>;

export async function connectBySignIn(
  method: ConnectMethod,
  input: Input,
  io: ConnectIo,
  endpoints: LinkedinEndpoints,
): Promise<readonly Connected[]> {
  const clientId = required(input, 'clientId');
  const clientSecret = required(input, 'clientSecret');
  const chosen = versionOf(input);
  const asked = input.scopes?.trim() || everyScope;
  const scope = method.id === signInPages.id ? asked.split(/[\s,]+/).join(' ') : member.join(' ');
  const { code, redirectUri } = await io.authorizeInBrowser({
    host: 'localhost',
    url: ({ redirectUri: back, state }) => {
      const query = { response_type: 'code', client_id: clientId, redirect_uri: back, state, scope };
      return `${endpoints.oauth}/authorization?${new URLSearchParams(query).toString()}`;
    },
  });
  const form = {
    grant_type: 'authorization_code',
    code,
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: redirectUri,
  };
  const url = `${endpoints.oauth}/accessToken`;
  const answer = await oauthForm(io, url, form, tokenAnswer, [code, clientSecret]).catch(blameSecret);
  const app = answer.refresh_token === undefined ? {} : { clientId, clientSecret };
  const secrets = { ...secretsFrom(answer, io.clock.now(), scope), ...app, ...chosen };
  return accountsOf(io, secrets, endpoints);
}

function blameSecret(error: unknown): never {
  if (error instanceof NetworkError && error.kind === 'auth_revoked')
    throw new NetworkError({ ...error.info, kind: 'validation', field: 'clientSecret' }, 'no', {
      cause: error,
    });
  throw error;
}

export async function connectWithToken(
  input: Input,
  io: ConnectIo,
  endpoints: LinkedinEndpoints,
): Promise<readonly Connected[]> {
  const token = required(input, 'token');
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('token', 'not a token');
  try {
    return await accountsOf(io, { token, ...versionOf(input) }, endpoints);
  } catch (error) {
    if (error instanceof NetworkError && ['auth_revoked', 'auth_expired'].includes(error.kind))
      throw new NetworkError({ ...error.info, field: 'token' }, 'no', { cause: error });
    throw error;
  }
}

const invalid = (field: string, detail: string) =>
  new NetworkError({ kind: 'validation', field, detail }, 'no');

function required(input: Input, field: string): string {
  const value = (input[field] ?? '').trim();
  if (value === '') throw invalid(field, 'empty');
  return value;
}

function versionOf(input: Input): { readonly version?: string } {
  const value = (input.version ?? '').trim();
  if (value === '') return {};
  if (!/^20\d{2}(0[1-9]|1[0-2])$/.test(value)) throw invalid('version', 'a year and a month: YYYYMM');
  return { version: value };
}

export const secretsFrom = (answer: TokenAnswer, now: number, asked: string): Secrets => ({
  token: answer.access_token,
  scope: answer.scope ?? asked,
  expiresAt: String(
    now + (answer.expires_in === undefined ? limits.tokenDays * DAY_MS : answer.expires_in * 1000),
  ),
  ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
});
const DAY_MS = 24 * 60 * 60_000;

/** The person, and every Page that they administer. An app made for Pages alone does not tell who the person is. */
async function accountsOf(
  io: ConnectIo,
  secrets: Secrets,
  endpoints: LinkedinEndpoints,
): Promise<readonly Connected[]> {
  const target = { api: endpoints.api, token: secrets.token, version: secrets.version };
  const person = await unlessForbidden(fetchMember(io, target, endpoints));
  const pageUrns = (await unlessForbidden(administered(io, target))) ?? [];
  const found = await Promise.all(
    pageUrns.map((urn) => unlessForbidden(fetchPage(io, target, endpoints, urn))),
  );
  const profiles = [person, ...found].flatMap((one) => one ?? []);
  if (profiles.length === 0)
    throw new NetworkError(
      { kind: 'permission', detail: 'the token opens neither a person nor a Page' },
      'no',
    );
  return profiles.map((profile) => ({ profile, secrets }));
}

async function unlessForbidden<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'permission') return undefined;
    throw error;
  }
}

export async function fetchMember(
  deps: HttpDeps,
  target: ApiTarget,
  endpoints: LinkedinEndpoints,
): Promise<Profile> {
  const { body } = await api(deps, target, { method: 'GET', path: '/v2/userinfo', effect: 'read' }, userinfo);
  return memberProfile(body, endpoints);
}

const memberProfile = (seen: Userinfo, { web }: LinkedinEndpoints): Profile => {
  const name = seen.name?.trim() || 'LinkedIn member';
  return {
    remoteId: personUrn(seen.sub),
    handle: name,
    displayName: name,
    ...(seen.picture && { avatarUrl: seen.picture }),
    serviceUrl: web,
  };
};

const ACL_PAGE = 100;

export async function administered(deps: HttpDeps, target: ApiTarget): Promise<readonly string[]> {
  const path = `/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&count=${ACL_PAGE}`;
  const { body } = await api(deps, target, { method: 'GET', path, effect: 'read' }, acls);
  const urns = body.elements.flatMap((one) => {
    const { organization: urn, state = 'APPROVED' } = acl.safeParse(one).data ?? {};
    return urn !== undefined && state === 'APPROVED' ? [urn] : [];
  });
  return [...new Set(urns)];
}

export async function fetchPage(
  deps: HttpDeps,
  target: ApiTarget,
  { web }: LinkedinEndpoints,
  urn: string,
): Promise<Profile> {
  const path = `/rest/organizations/${idOf(urn)}`;
  const { body } = await api(deps, target, { method: 'GET', path, effect: 'read' }, organization);
  const name = body.localizedName?.trim() || body.vanityName || body.id;
  return {
    remoteId: organizationUrn(body.id),
    handle: body.vanityName ?? name,
    displayName: name,
    serviceUrl: web,
    profileUrl: `${web}/company/${body.vanityName ?? body.id}`,
  };
}
