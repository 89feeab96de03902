import type { AccountCtx, LiveIo } from '../network';
import { underOwnSignal } from '../own-signal';
import { unsupported } from '../plan-checks';
import { createTeller } from '../teller';
import { readSecrets } from './auth';
import { directChannels, keepDirect } from './direct';
import type { Keepers } from './keepers';
import { accountParts } from './keys';
import type { Lines, Listener } from './lines';
import type { Memories } from './memory';

type ListenDeps = { readonly lines: Lines; readonly memories: Memories; readonly keepers: Keepers };

/**
 * Listens for the account on its bot's line. What comes says that it is time to pull, and for the pull what it would
 * not find by itself: messages that have changed anywhere in a channel, and the direct channel of somebody who writes
 * for the first time, which Discord lists for no bot and which is therefore kept with the account.
 */
export async function watch(
  ctx: AccountCtx,
  io: LiveIo,
  { lines, memories, keepers }: ListenDeps,
): Promise<void> {
  const account = accountParts(ctx.account.remoteId);
  const secrets = readSecrets(ctx.secrets.read());
  if (account.kind === 'webhook' || !('token' in secrets)) throw unsupported('a webhook only writes');
  if (ctx.signal.aborted) return;
  const { id } = ctx.account;
  const memory = memories(id);
  keepers.note(account.bot, ctx);
  const teller = createTeller(io);
  const listener: Listener = {
    account: id,
    bot: account.bot,
    onBegin: () => {
      memory.listening(true);
      teller.tell('notifications');
      teller.tell('dm');
    },
    reads: ({ direct, channel }) =>
      direct
        ? keepers.takes(account.bot, id) && directChannels(ctx).includes(channel)
        : channel === account.channel,
    onNews: (news) => {
      memory.note(news);
      teller.tell(news.direct ? 'dm' : 'notifications');
    },
    onStranger: (news) => {
      keepDirect(news.channel, ctx);
      keepers.note(account.bot, ctx);
      memory.note(news);
      teller.tell('dm');
    },
  };
  const { token } = secrets;
  await underOwnSignal(ctx.signal, async (control) => {
    const joined = lines.join({ ...ctx, signal: control.signal }, token, listener);
    try {
      await Promise.race([teller.failed, joined]);
    } finally {
      control.abort();
      memory.listening(false);
      await joined.catch(() => undefined);
    }
  });
}
