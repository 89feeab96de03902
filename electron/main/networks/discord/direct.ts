import type { AccountCtx } from '../network';
import { readSecrets, targetOf } from './auth';
import { callApi } from './client';
import type { DiscordEndpoints } from './endpoints';
import { channel } from './wire';

const MAX_CHANNELS = 50;

/**
 * The direct channels that were opened from here, and those of people who wrote while the gateway was open. Discord
 * lists them for no bot: so they are kept with the account.
 */
export function directChannels(ctx: AccountCtx): readonly string[] {
  const secrets = readSecrets(ctx.secrets.read());
  const stored = 'token' in secrets ? (secrets.direct ?? '') : '';
  return stored.split(',').filter((id) => id !== '');
}

/** Opening one that is open already gives the same one; the person sees nothing of it. */
export async function openDirect(
  person: string,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<string> {
  const json = { recipient_id: person };
  const call = { method: 'POST', path: '/users/@me/channels', effect: 'read', json } as const;
  const { id } = await callApi(ctx, targetOf(ctx, endpoints), call, channel);
  keepDirect(id, ctx);
  return id;
}

export function keepDirect(channel: string, ctx: AccountCtx): void {
  const known = directChannels(ctx);
  if (known.includes(channel)) return;
  const direct = [...known, channel].slice(-MAX_CHANNELS).join(',');
  ctx.secrets.replace({ ...ctx.secrets.read(), direct });
}
