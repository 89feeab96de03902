import type { PriceName } from '@shared/domain/network';
import type { AccountCtx } from '../network';

/** One thing that X hands out, by an id that tells it from every other. */
type Billed = { readonly price: PriceName; readonly key: string };

export type Meter = {
  /** Things that were read: X charges for each once a UTC day, however often it is read. */
  readonly read: (ctx: AccountCtx, things: readonly Billed[]) => void;
};

const DAY_MS = 24 * 60 * 60_000;

/**
 * Counts what X charges for reading. What was read before this app was started is counted again: an estimate that is
 * too high at worst.
 */
export function createMeter(): Meter {
  const today = new Map<string, { readonly day: number; readonly keys: Set<string> }>();

  const seenToday = (ctx: AccountCtx): Set<string> => {
    const day = Math.floor(ctx.clock.now() / DAY_MS);
    const known = today.get(ctx.account.id);
    if (known?.day === day) return known.keys;
    const keys = new Set<string>();
    today.set(ctx.account.id, { day, keys });
    return keys;
  };

  return {
    read: (ctx, things) => {
      const seen = seenToday(ctx);
      const counts = new Map<PriceName, number>();
      for (const { price, key } of things) {
        if (seen.has(key)) continue;
        seen.add(key);
        counts.set(price, (counts.get(price) ?? 0) + 1);
      }
      for (const [price, count] of counts) ctx.onUse(price, count);
    },
  };
}
