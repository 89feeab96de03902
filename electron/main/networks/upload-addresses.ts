import { z } from 'zod';
import { parseJson } from './answers';
import type { AccountCtx } from './network';

/**
 * Addresses that a network gives for an upload. Whoever has one can put a file there in the name of the account: while
 * they serve they are kept with its secrets, and a job's progress has only their name. They may be gone any time (the
 * person has connected again): then the upload begins anew.
 */
const kept = z.record(z.string(), z.string());
/** Uploads under way at the same time are few. */
const MOST = 5;

type Secrets = Pick<AccountCtx, 'secrets'>;

const readKept = ({ secrets }: Secrets): Readonly<Record<string, string>> =>
  kept.safeParse(parseJson(secrets.read().uploads ?? '')).data ?? {};

const others = (ctx: Secrets, name: string) => Object.entries(readKept(ctx)).filter(([one]) => one !== name);

const store = ({ secrets }: Secrets, entries: readonly (readonly [string, string])[]): void =>
  secrets.replace({ ...secrets.read(), uploads: JSON.stringify(Object.fromEntries(entries)) });

export const keepAddress = (ctx: Secrets, name: string, address: string): void =>
  store(ctx, [...others(ctx, name).slice(1 - MOST), [name, address]]);

export const addressOf = (ctx: Secrets, name: string): string | undefined => readKept(ctx)[name];

export function forgetAddress(ctx: Secrets, name: string): void {
  if (addressOf(ctx, name) !== undefined) store(ctx, others(ctx, name));
}
