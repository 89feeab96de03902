import { xLinks } from './count-x';
import type { Cost, PriceName } from './network';

/**
 * What networks charge, in whole millionths of a dollar: sums of prices like 0.001 stay exact. Everything here is an
 * estimate from a dated price table; the network's own bill decides.
 */
export type Estimate = {
  readonly micro: number;
  readonly parts: readonly CostPart[];
  /** Prices that the table lacks: what they stand for comes on top, unknown. */
  readonly unknown: readonly PriceName[];
};
type CostPart = { readonly price: PriceName; readonly count: number; readonly micro: number };
export type Uses = Readonly<Partial<Record<PriceName, number>>>;

const MICRO = 1_000_000;

export const microDollars = (dollars: number): number => Math.round(dollars * MICRO);

/** Price of `count` uses; null where the table has none. */
export function microOf(cost: Cost, price: PriceName, count: number): number | null {
  const dollars = cost.prices[price];
  return dollars === undefined ? null : microDollars(dollars) * count;
}

export function estimateUses(cost: Cost, uses: Uses): Estimate {
  const parts: CostPart[] = [];
  const unknown: PriceName[] = [];
  for (const [name, count] of Object.entries(uses)) {
    if (!(count > 0)) continue;
    const price = name as PriceName;
    const micro = microOf(cost, price, count);
    if (micro === null) unknown.push(price);
    else parts.push({ price, count, micro });
  }
  return { micro: parts.reduce((sum, part) => sum + part.micro, 0), parts, unknown };
}

export type CostSegment = {
  readonly text: string;
  readonly media: readonly { readonly alt: string; readonly kind?: 'image' | 'video' }[];
};

/** A post of one account: every segment by whether it has a link, and every description of an image. */
export function estimatePost(cost: Cost, segments: readonly CostSegment[]): Estimate {
  const withUrl = segments.filter(({ text }) => hasLink(text)).length;
  const described = segments
    .flatMap(({ media }) => media)
    .filter(({ alt, kind }) => kind !== 'video' && alt.trim() !== '').length;
  return estimateUses(cost, {
    post: segments.length - withUrl,
    postWithUrl: withUrl,
    // A network that charges nothing for descriptions has no price for them: that is known, not unknown.
    ...(cost.prices.altText !== undefined && { altText: described }),
  });
}

export const hasLink = (text: string): boolean => xLinks(text).length > 0;

const DAYS_OF_MONTH = 30;

/**
 * What a month costs if it goes on as in the last `days`. Rounded up: a budget should not be surprised.
 */
export function estimateMonth(cost: Cost, recent: Uses, days: number): Estimate {
  if (!(days > 0)) return estimateUses(cost, {});
  const uses = Object.fromEntries(
    Object.entries(recent).map(([price, count]) => [price, Math.ceil((count * DAYS_OF_MONTH) / days)]),
  );
  return estimateUses(cost, uses);
}
