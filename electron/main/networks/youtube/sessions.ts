import type { HttpDeps } from '../http';
import { createOAuthSessions, type OAuthSessions } from '../oauth-session';
import { readSecrets, tokensFrom, type Secrets } from './auth';
import { tokenForm } from './client';
import type { YoutubeEndpoints } from './endpoints';
import { tokenAnswer } from './wire';

export type Sessions = OAuthSessions<Secrets>;

export const createSessions = ({ token: url }: YoutubeEndpoints): Sessions =>
  createOAuthSessions<Secrets>({
    read: readSecrets,
    tokenOf: ({ token }) => token,
    isRenewable: () => true,
    endOf: ({ expiresAt }) => Number(expiresAt),
    renew: (deps, old) => renew(deps, old, url),
  });

async function renew(deps: HttpDeps, old: Secrets, url: string): Promise<Secrets> {
  const { refreshToken, clientId, clientSecret } = old;
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  };
  const hide = [refreshToken, clientSecret, old.token];
  const answer = await tokenForm(deps, url, form, tokenAnswer, hide);
  return { ...old, ...tokensFrom(answer, deps.clock.now()) };
}
