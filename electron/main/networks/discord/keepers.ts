import type { AccountId } from '@shared/domain/ids';
import { isFeatureOn } from '@shared/domain/network';
import type { AccountCtx } from '../network';
import { directChannels } from './direct';

type Kept = { readonly channels: ReadonlySet<string>; readonly at: number };

/** Longer than the pause after any number of failures: what was not pulled in this time may have been removed. */
const FORGOTTEN_MS = 30 * 60_000;

/**
 * Which accounts of a bot take direct messages, and from whom: known also of those that do not listen at the moment. A
 * person whom one of them knows is no stranger to the others, or two inboxes would have the same conversation. Pulls
 * tell it, because they are the first to know what the person has switched on or off.
 */
export function createKeepers() {
  const bots = new Map<string, Map<AccountId, Kept>>();
  return {
    note: (bot: string, ctx: AccountCtx): void => {
      const { id, features = {} } = ctx.account;
      const accounts = bots.get(bot) ?? new Map<AccountId, Kept>();
      bots.set(bot, accounts);
      if (!isFeatureOn(features, 'dm')) accounts.delete(id);
      else accounts.set(id, { channels: new Set(directChannels(ctx)), at: ctx.clock.now() });
    },
    /** Whether the account takes direct messages at all. */
    takes: (bot: string, account: AccountId): boolean => bots.get(bot)?.has(account) ?? false,
    /** Whether some account follows this direct channel. */
    isKept: (bot: string, channel: string, now: number): boolean =>
      [...(bots.get(bot)?.values() ?? [])].some(
        ({ channels, at }) => channels.has(channel) && now - at < FORGOTTEN_MS,
      ),
  };
}
export type Keepers = ReturnType<typeof createKeepers>;
