import type { HttpDeps } from '../http';
import { createOAuthSessions, type OAuthSessions } from '../oauth-session';
import { readSecrets, secretsFrom, type Secrets } from './auth';
import { oauthForm } from './client';
import type { LinkedinEndpoints } from './endpoints';
import { tokenAnswer } from './wire';

export type Sessions = OAuthSessions<Secrets>;

/** Only approved partners are given a token to renew the sign-in with; for everybody else it is over when it ends. */
export const createSessions = ({ oauth }: LinkedinEndpoints): Sessions =>
  createOAuthSessions<Secrets>({
    read: readSecrets,
    tokenOf: ({ token }) => token,
    isRenewable: ({ refreshToken }) => refreshToken !== undefined,
    endOf: ({ expiresAt }) => (expiresAt === undefined ? undefined : Number(expiresAt)),
    renew: (deps, old) => renew(deps, old, oauth),
  });

async function renew(deps: HttpDeps, old: Secrets, oauth: string): Promise<Secrets> {
  const { refreshToken = '', clientId = '', clientSecret = '' } = old;
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  };
  const secrets = [refreshToken, clientSecret, old.token];
  const answer = await oauthForm(deps, `${oauth}/accessToken`, form, tokenAnswer, secrets);
  return { ...old, ...secretsFrom(answer, deps.clock.now(), old.scope ?? '') };
}
