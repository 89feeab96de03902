import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import type { AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { limits } from './capabilities';
import { bodyOf, send, tokenForm, type ApiCall } from './client';
import type { YoutubeEndpoints } from './endpoints';
import { channel, page, tokenAnswer, type Channel, type TokenAnswer } from './wire';

/** A desktop client of the person's own Google Cloud project: Google takes any port of this device, unentered. */
export const signIn: ConnectMethod = {
  id: 'sign-in',
  signIn: 'browser',
  fields: [
    { name: 'clientId', secret: false, placeholder: '….apps.googleusercontent.com' },
    { name: 'clientSecret', secret: true },
  ],
};

const storedSecrets = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  token: z.string().min(1),
  refreshToken: z.string().min(1),
  /** UTC ms, as text: end of the access token, and of the sign-in where Google tells one. */
  expiresAt: z.string(),
  endsAt: z.string().optional(),
  scope: z.string().optional(),
  /** Addresses of uploads under way. */
  uploads: z.string().optional(),
});
export type Secrets = z.infer<typeof storedSecrets>;

export function readSecrets(secrets: AccountSecrets): Secrets {
  const parsed = storedSecrets.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable sign-in is stored' }, 'no');
}

export async function connectBySignIn(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
  endpoints: YoutubeEndpoints,
): Promise<readonly Connected[]> {
  const app = { clientId: required(input, 'clientId'), clientSecret: required(input, 'clientSecret') };
  const scope = [limits.scopes.manage, limits.scopes.upload].join(' ');
  const { code, redirectUri, verifier } = await io.authorizeInBrowser({
    host: '127.0.0.1',
    url: ({ redirectUri: back, state, challenge }) => {
      const query = {
        response_type: 'code',
        client_id: app.clientId,
        redirect_uri: back,
        scope,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        // Only with consent anew does Google give a token that lasts.
        access_type: 'offline',
        prompt: 'consent',
      };
      return `${endpoints.consent}?${new URLSearchParams(query).toString()}`;
    },
  });
  const form = {
    grant_type: 'authorization_code',
    code,
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  const hide = [code, verifier, app.clientSecret];
  const answer = await tokenForm(io, endpoints.token, form, tokenAnswer, hide).catch(blameClient);
  if (answer.refresh_token === undefined)
    throw new NetworkError({ kind: 'protocol', detail: 'Google gave no refresh token' }, 'no');
  const secrets = { ...app, refreshToken: answer.refresh_token, ...tokensFrom(answer, io.clock.now()) };
  const channels = await fetchChannels(io, endpoints, secrets.token);
  if (channels.length === 0)
    throw new NetworkError({ kind: 'permission', detail: 'this Google account has no channel' }, 'no');
  return channels.map((one) => ({ profile: toProfile(one, endpoints), secrets }));
}

function blameClient(error: unknown): never {
  if (error instanceof NetworkError && /invalid_client|unauthorized_client/.test(error.info.detail ?? ''))
    throw new NetworkError({ ...error.info, kind: 'validation', field: 'clientSecret' }, 'no', {
      cause: error,
    });
  throw error;
}

function required(input: Readonly<Record<string, string>>, field: string): string {
  const value = (input[field] ?? '').trim();
  if (value === '') throw new NetworkError({ kind: 'validation', field, detail: 'empty' }, 'no');
  return value;
}

/** What a token answer changes; a refresh token stays the one it is unless there is a new one. */
export const tokensFrom = (answer: TokenAnswer, now: number) => ({
  token: answer.access_token,
  expiresAt: String(now + answer.expires_in * 1000),
  ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
  ...(answer.refresh_token_expires_in !== undefined && {
    endsAt: String(now + answer.refresh_token_expires_in * 1000),
  }),
  ...(answer.scope !== undefined && { scope: answer.scope }),
});

export const channelsCall: ApiCall = {
  method: 'GET',
  path: 'channels',
  effect: 'read',
  params: { part: ['snippet', 'statistics', 'contentDetails'], mine: 'true' },
};

async function fetchChannels(
  deps: HttpDeps,
  { api: base }: YoutubeEndpoints,
  token: string,
): Promise<readonly Channel[]> {
  const { items } = bodyOf(await send(deps, { base, token }, channelsCall), channelsCall, page);
  return items.flatMap((one) => channel.safeParse(one).data ?? []);
}

export const toProfile = ({ id, snippet }: Channel, { web }: YoutubeEndpoints): Profile => {
  const name = snippet?.title?.trim() || id;
  const avatarUrl = snippet?.thumbnails?.default?.url;
  return {
    remoteId: id,
    handle: snippet?.customUrl?.replace(/^@/, '') || name,
    displayName: name,
    ...(avatarUrl !== undefined && { avatarUrl }),
    serviceUrl: web,
    profileUrl: `${web}/channel/${id}`,
  };
};
