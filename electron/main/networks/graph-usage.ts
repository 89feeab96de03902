import { z } from 'zod';
import type { AccountCtx, RateInfo } from './network';

/** Polling stops here (percent of the allowance), so that what a person sends still goes through. */
export const BRAKE_AT = 75;
/** Counts are kept over an hour; how soon they fall is told only once it is too late. */
const USUAL_RESET_MS = 5 * 60_000;

const usage = z.object({
  call_count: z.number().optional(),
  total_time: z.number().optional(),
  total_cputime: z.number().optional(),
  estimated_time_to_regain_access: z.number().optional(),
});
type Counted = z.infer<typeof usage>;
const business = z.record(z.string(), z.array(usage));

/** The fullest of the allowances that the answer tells of, in percent; undefined where it tells none. */
export function usageOf(
  headers: Headers,
  now: number,
): { readonly used: number; readonly resetAt: number } | undefined {
  const counted = [
    ...['x-app-usage', 'x-page-usage'].flatMap((name) => usage.safeParse(json(headers.get(name))).data ?? []),
    ...Object.values(business.safeParse(json(headers.get('x-business-use-case-usage'))).data ?? {}).flat(),
  ].filter((one) => percent(one) !== undefined);
  if (counted.length === 0) return undefined;
  const minutes = Math.max(...counted.map((one) => one.estimated_time_to_regain_access ?? 0));
  return {
    used: Math.max(...counted.map((one) => percent(one) ?? 0)),
    resetAt: now + (minutes > 0 ? minutes * 60_000 : USUAL_RESET_MS),
  };
}

/** `write` is used up at 100 %, `read` at the brake. */
export function ratesOf(headers: Headers, now: number): readonly RateInfo[] {
  const told = usageOf(headers, now);
  if (!told) return [];
  const left = (limit: number): number => Math.max(0, Math.floor(limit - told.used));
  return [
    { bucket: 'write', limit: 100, remaining: left(100), resetAt: told.resetAt },
    { bucket: 'read', limit: BRAKE_AT, remaining: left(BRAKE_AT), resetAt: told.resetAt },
  ];
}

function percent({ call_count, total_time, total_cputime }: Counted): number | undefined {
  const told = [call_count, total_time, total_cputime].filter((one) => one !== undefined);
  return told.length > 0 ? Math.max(...told) : undefined;
}

function json(value: string | null): unknown {
  if (value === null) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Keeps an account from polling while its allowance is nearly used up. */
export type Brake = {
  readonly note: (account: string, rate: RateInfo) => void;
  readonly isOn: (account: string, now: number) => boolean;
};

export function createBrake(): Brake {
  const until = new Map<string, number>();
  return {
    note: (account, { bucket, remaining, resetAt }) => {
      if (bucket !== 'read') return;
      if (remaining > 0) until.delete(account);
      else until.set(account, resetAt);
    },
    isOn: (account, now) => (until.get(account) ?? 0) > now,
  };
}

/** The context of an account, with its allowance noted by the brake too. */
export const underBrake = (ctx: AccountCtx, brake: Brake): AccountCtx => ({
  ...ctx,
  onRate: (rate) => {
    brake.note(ctx.account.id, rate);
    ctx.onRate(rate);
  },
});
