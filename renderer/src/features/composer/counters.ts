import type { Disclosure } from '@shared/domain/content';
import { countText, measure, utf8Bytes, type TextCount } from '@shared/domain/count';
import { disclosureLine, disclosureOn } from '@shared/domain/disclosed-text';
import type { TextLimit } from '@shared/domain/network';
import { textLimitOf } from '@shared/domain/validate';
import type { AccountView } from '@shared/ipc/accounts';

export type Counter = { readonly network: string; readonly limit: TextLimit; readonly count: TextCount };

/** What is left of a limit for the text of a part: the declaration under the first one takes its share. */
export function limitFor(limit: TextLimit, index: number, disclosure: Disclosure): TextLimit {
  const line = index === 0 ? disclosureLine(disclosure) : '';
  if (line === '') return limit;
  const maxBytes = limit.maxBytes === undefined ? undefined : limit.maxBytes - utf8Bytes(line);
  return { ...limit, max: limit.max - measure(line, limit), maxBytes };
}

/** One counter per network among these accounts whose limits differ, the tightest first. */
export function countersFor(
  text: string,
  index: number,
  accounts: readonly AccountView[],
  disclosure: Disclosure,
  hasMedia = false,
): readonly Counter[] {
  const byLimit = new Map<string, AccountView>();
  for (const account of accounts) {
    const { name } = account.capabilities;
    byLimit.set(`${name} ${JSON.stringify(textLimitOf(account.capabilities, index, hasMedia))}`, account);
  }
  return [...byLimit.values()]
    .map(({ capabilities }) => {
      const declared = disclosureOn(disclosure, capabilities);
      const limit = limitFor(textLimitOf(capabilities, index, hasMedia), index, declared);
      return { network: capabilities.name, limit, count: countText(text, limit) };
    })
    .sort((one, other) => one.count.left - other.count.left);
}

/** Where the text runs over the tightest limit; null when it fits everywhere. */
export const firstOverrun = (counters: readonly Counter[]): number | null =>
  counters.reduce<number | null>((first, { count }) => {
    if (count.overrunAt === null) return first;
    return first === null ? count.overrunAt : Math.min(first, count.overrunAt);
  }, null);
