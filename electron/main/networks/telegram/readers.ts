import type { AccountId } from '@shared/domain/ids';

/** An account that has not asked for so long is not being read any more. */
const CLAIM_MS = 30 * 60_000;

type Line = { tail: Promise<void>; impatient: number; listening?: AbortController };

/**
 * Order among those who read one bot's messages. Telegram gives every message once, to the one who asks, and refuses
 * a second request at the same time (409): so one account per bot reads, and its requests follow one another.
 */
export function createReaders() {
  const claims = new Map<string, { readonly account: AccountId; readonly at: number }>();
  const lines = new Map<string, Line>();

  const lineOf = (bot: string): Line => {
    const line = lines.get(bot) ?? { tail: Promise.resolve(), impatient: 0 };
    lines.set(bot, line);
    return line;
  };

  const isFree = (bot: string, account: AccountId, now: number): boolean => {
    const held = claims.get(bot);
    // Ids rise with time: the account that was connected first reads.
    return !held || account <= held.account || now - held.at > CLAIM_MS;
  };

  /** Runs `work` when nobody else asks for this bot. `patient` work is told to end as soon as another waits. */
  const alone = async <T>(
    bot: string,
    patient: boolean,
    work: (giveWay: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const line = lineOf(bot);
    const before = line.tail;
    let next: () => void = () => undefined;
    line.tail = new Promise((resolve) => (next = resolve));
    if (!patient) line.impatient += 1;
    line.listening?.abort();
    await before;
    const control = new AbortController();
    if (!patient) line.impatient -= 1;
    else if (line.impatient > 0) control.abort();
    else line.listening = control;
    try {
      return await work(control.signal);
    } finally {
      if (line.listening === control) line.listening = undefined;
      next();
    }
  };

  return {
    alone,
    isFree,
    claim: (bot: string, account: AccountId, now: number): boolean => {
      const free = isFree(bot, account, now);
      if (free) claims.set(bot, { account, at: now });
      return free;
    },
  };
}
export type Readers = ReturnType<typeof createReaders>;
