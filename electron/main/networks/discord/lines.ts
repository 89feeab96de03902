import type { AccountId } from '@shared/domain/ids';
import { aborted } from '@shared/domain/pause';
import { NetworkError } from '../errors';
import type { AccountCtx } from '../network';
import { limits } from './capabilities';
import { callApi } from './client';
import type { DiscordEndpoints } from './endpoints';
import { newsOf, type News } from './frames';
import { holdConnection, isGateway, type Session } from './gateway';
import type { Keepers } from './keepers';
import { gateway } from './wire';

/** One account on its bot's line. */
export type Listener = {
  readonly account: AccountId;
  readonly bot: string;
  /** The line is open, and may have been closed before: anything may be new. */
  readonly onBegin: () => void;
  /** Whether the account reads this channel. */
  readonly reads: (news: News) => boolean;
  readonly onNews: (news: News) => void;
  /** Somebody has written whose direct channel no account reads. */
  readonly onStranger: (news: News) => void;
};

type Open = { readonly control: AbortController; readonly ended: Promise<never>; hasBegun: boolean };
type Line = { readonly listeners: Set<Listener>; open?: Open; session?: Session };

/**
 * One connection per token, which every account of that bot shares: a bot may have several, but each start counts
 * against one limit for all of them (a thousand a day, one in five seconds), and each would bring the same direct
 * messages, which belong to the bot and not to a channel. They go to the account that knows the person, which finds
 * them by asking where it does not listen just now; else to the one that was connected first and takes any.
 *
 * A line that is lost ends for every account on it, and the first to come back opens it again; what was missed
 * meanwhile follows as long as Discord remembers the session.
 */
export function createLines(endpoints: DiscordEndpoints, keepers: Keepers) {
  const lines = new Map<string, Line>();

  const lineOf = (token: string): Line => {
    const line = lines.get(token) ?? { listeners: new Set() };
    lines.set(token, line);
    return line;
  };

  const pass = (line: Line, bot: string, news: News | undefined, now: number): void => {
    if (!news) return;
    const all = [...line.listeners];
    const readers = all.filter((one) => one.reads(news));
    readers.forEach((one) => one.onNews(news));
    if (readers.length > 0 || !news.direct || news.own || news.kind !== 'created') return;
    if (keepers.isKept(bot, news.channel, now)) return;
    // Ids rise with time.
    const [first] = all
      .filter(({ account }) => keepers.takes(bot, account))
      .sort((a, b) => (a.account < b.account ? -1 : 1));
    first?.onStranger(news);
  };

  const hold = async (line: Line, bot: string, ctx: AccountCtx, token: string): Promise<never> => {
    const { session: before } = line;
    line.session = undefined;
    const isFresh = before !== undefined && ctx.clock.now() - before.at < limits.gateway.resumeMs;
    const url = isFresh ? before.url : await startAt(ctx, token, endpoints);
    const { error, session } = await holdConnection(ctx, endpoints, {
      url,
      token,
      ...(isFresh && { session: before }),
      onBegin: () => {
        if (line.open) line.open.hasBegun = true;
        line.listeners.forEach((one) => one.onBegin());
      },
      onEvent: (frame) => pass(line, bot, newsOf(frame, bot), ctx.clock.now()),
    });
    line.session = session;
    throw error;
  };

  const openLine = (line: Line, bot: string, ctx: AccountCtx, token: string): Open => {
    const control = new AbortController();
    const ended = hold(line, bot, { ...ctx, signal: control.signal }, token).finally(() => {
      if (line.open === open) line.open = undefined;
    });
    const open: Open = { control, ended, hasBegun: false };
    return open;
  };

  return {
    /** Listens until `ctx.signal` aborts; throws what the line was lost with. */
    join: async (ctx: AccountCtx, token: string, listener: Listener): Promise<void> => {
      const line = lineOf(token);
      line.listeners.add(listener);
      const open = (line.open ??= openLine(line, listener.bot, ctx, token));
      if (open.hasBegun) listener.onBegin();
      try {
        await Promise.race([open.ended, aborted(ctx.signal)]);
      } finally {
        line.listeners.delete(listener);
        if (line.listeners.size === 0) {
          if (line.open === open) line.open = undefined;
          open.control.abort();
          await open.ended.catch(() => undefined);
        }
      }
    },
  };
}
export type Lines = ReturnType<typeof createLines>;

/**
 * Where a new session begins. A bot that begins too many loses its token, for whatever else uses it too: so some are
 * left, and the rest waits until Discord counts anew.
 */
async function startAt(ctx: AccountCtx, token: string, endpoints: DiscordEndpoints): Promise<string> {
  const target = { api: endpoints.api, token, secrets: [token] };
  const call = { method: 'GET', path: '/gateway/bot', effect: 'read' } as const;
  const { url, session_start_limit: starts } = await callApi(ctx, target, call, gateway);
  if (starts.remaining <= limits.gateway.startsKept) {
    const retryAt = ctx.clock.now() + starts.reset_after;
    throw new NetworkError(
      { kind: 'rate_limited', detail: 'the bot has begun too many connections today', retryAt },
      'no',
    );
  }
  if (isGateway(url, endpoints)) return url;
  throw new NetworkError({ kind: 'unsupported', detail: 'the gateway is not one of Discord’s hosts' }, 'no');
}
