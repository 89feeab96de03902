import { z } from 'zod';
import { NetworkError } from '../errors';
import { graph } from '../graph';
import { endOf, type TokenKeeper } from '../long-lived-token';
import type { HttpDeps } from '../http';
import type { AccountCtx, AccountSecrets } from '../network';
import { limits } from './capabilities';
import type { InstagramEndpoints } from './endpoints';
import { instagramErrors } from './errors';
import { longToken } from './wire';

/** How the account was signed in: both speak the same API on hosts of their own. */
export type Flavour = 'instagram' | 'facebook';

const instant = z.coerce.number();
const stored = z.object({
  flavour: z.enum(['instagram', 'facebook']),
  token: z.string().min(1),
  version: z.string().min(1),
  renewedAt: instant,
  expiresAt: instant.optional(),
  isFixed: z
    .literal('yes')
    .optional()
    .transform((fixed) => fixed === 'yes'),
  /** Names with commas between; absent where Instagram does not tell. */
  permissions: z.string().optional(),
  /** Facebook Login: the Page that the account belongs to; its conversations hang on the Page. */
  pageId: z.string().optional(),
  appId: z.string().optional(),
  appSecret: z.string().optional(),
});
export type Secrets = z.infer<typeof stored>;

export function readSecrets(secrets: AccountSecrets): Secrets {
  const parsed = stored.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

export const toStored = ({ isFixed, ...secrets }: Secrets): AccountSecrets => ({
  ...Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ),
  ...(isFixed && { isFixed: 'yes' }),
});

/** The secrets to work with now; a token of Instagram Login is renewed on the way when its end comes near. */
export async function currentSecrets(
  ctx: AccountCtx,
  keeper: TokenKeeper,
  endpoints: InstagramEndpoints,
): Promise<Secrets> {
  const read = () => readSecrets(ctx.secrets.read());
  // A token of a Page has no end while the person's permission stands.
  if (read().flavour === 'facebook') return read();
  return keeper.keep(ctx, {
    read,
    ask: (secrets) => renewToken(ctx, endpoints, secrets.token),
    store: (next) => ctx.secrets.replace(toStored(next)),
  });
}

/** The address carries the token, as Instagram wants it here; it appears in no error (graph.ts). */
export async function renewToken(deps: HttpDeps, endpoints: InstagramEndpoints, token: string) {
  const answer = await graph(
    deps,
    { base: endpoints.graph, token: '', errors: instagramErrors, secrets: [token] },
    {
      method: 'GET',
      path: '/refresh_access_token',
      effect: 'read',
      params: { grant_type: 'ig_refresh_token', access_token: token },
    },
    longToken,
  );
  const { access_token, expires_in, permissions } = answer;
  return { token: access_token, lifeMs: lifeOf(expires_in), permissions };
}

export const lifeOf = (seconds: number | undefined): number =>
  seconds === undefined ? limits.token.lifeMs : seconds * 1000;

export const grantedOf = ({ permissions }: Secrets): readonly string[] | null =>
  permissions === undefined ? null : permissions.split(',').filter((name) => name !== '');

export const signInEnds = (secrets: Secrets, now: number): number | undefined =>
  secrets.flavour === 'facebook' ? secrets.expiresAt : endOf(secrets, now, limits.token);
