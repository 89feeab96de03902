import { z } from 'zod';
import { NetworkError } from '../errors';
import { graph, type GraphTarget } from '../graph';
import type { HttpDeps } from '../http';
import type { TokenKeeper } from '../long-lived-token';
import type { AccountCtx, AccountSecrets, RateInfo } from '../network';
import { limits } from './capabilities';
import type { ThreadsEndpoints } from './endpoints';
import { threadsErrors } from './errors';
import { debugToken, longToken } from './wire';

const instant = z.coerce.number();
const stored = z.object({
  token: z.string().min(1),
  renewedAt: instant,
  expiresAt: instant.optional(),
  isFixed: z
    .literal('yes')
    .optional()
    .transform((fixed) => fixed === 'yes'),
});
export type Secrets = z.infer<typeof stored>;

export function readSecrets(secrets: AccountSecrets): Secrets {
  const parsed = stored.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

export const toStored = ({ token, renewedAt, expiresAt, isFixed }: Secrets): AccountSecrets => ({
  token,
  renewedAt: String(renewedAt),
  ...(expiresAt !== undefined && { expiresAt: String(expiresAt) }),
  ...(isFixed && { isFixed: 'yes' }),
});

/** The secrets to work with now, renewed on the way when their end comes near. */
export function currentSecrets(
  ctx: AccountCtx,
  keeper: TokenKeeper,
  endpoints: ThreadsEndpoints,
): Promise<Secrets> {
  return keeper.keep(ctx, {
    read: () => readSecrets(ctx.secrets.read()),
    ask: async ({ token }) => {
      const params = { grant_type: 'th_refresh_token', access_token: token };
      const answer = await askToken(ctx, endpoints, '/refresh_access_token', params, [token]);
      return { token: answer.access_token, lifeMs: lifeOf(answer.expires_in) };
    },
    store: (next) => ctx.secrets.replace(toStored(next)),
  });
}

/** These addresses carry secrets, as Threads wants it; they appear in no error (graph.ts). */
export const askToken = (
  deps: HttpDeps,
  endpoints: ThreadsEndpoints,
  path: string,
  params: Readonly<Record<string, string>>,
  secrets: readonly string[],
) =>
  graph(
    deps,
    { base: endpoints.graph, token: '', errors: threadsErrors, secrets },
    { method: 'GET', path, effect: 'read', params },
    longToken,
  );

export const lifeOf = (seconds: number | undefined): number =>
  seconds === undefined ? limits.token.lifeMs : seconds * 1000;

export const targetOf = (
  token: string,
  endpoints: ThreadsEndpoints,
  onRate?: (rate: RateInfo) => void,
): GraphTarget => ({
  base: `${endpoints.graph}/${limits.version}`,
  token,
  errors: threadsErrors,
  ...(onRate && { onRate }),
});

export type Told = { readonly scopes: readonly string[] | null; readonly expiresAt?: number };

/** What Threads tells about a token; it tells this to testers of the app only. */
export async function inspect(deps: HttpDeps, endpoints: ThreadsEndpoints, token: string): Promise<Told> {
  const params = { input_token: token };
  try {
    const { data } = await graph(
      deps,
      targetOf(token, endpoints),
      { method: 'GET', path: '/debug_token', effect: 'read', params },
      debugToken,
    );
    return { scopes: data.scopes ?? null, ...(data.expires_at && { expiresAt: data.expires_at * 1000 }) };
  } catch (error) {
    if (
      error instanceof NetworkError &&
      ['permission', 'validation', 'gone', 'unsupported'].includes(error.kind)
    )
      return { scopes: null };
    throw error;
  }
}
