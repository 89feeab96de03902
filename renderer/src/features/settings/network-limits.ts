import type { PollingView } from '@shared/ipc/settings';
import { t } from '@/text/i18n';

type Rate = PollingView['rates'][number];
type ShownLimit = { readonly name: string } & Omit<Rate, 'bucket'>;

/** What connectors call their limits, alone or after `read:` and `write:`. */
const known = [
  'read',
  'write',
  'posts',
  'publishing',
  'replying',
  'direct',
  'hide',
  'delete',
  'media',
  'uploads',
  'units',
  'mentions',
  'own-posts',
  'lookup',
  'dms',
  'profile',
] as const;

/**
 * Networks count apart what a person need not tell apart (Discord every channel): of the limits with one name, the one
 * that is nearest to its end is shown.
 */
export function shownLimits(rates: readonly Rate[]): readonly ShownLimit[] {
  const tightest = new Map<string, ShownLimit>();
  for (const { bucket, ...rate } of rates) {
    const name = nameOf(bucket);
    const before = tightest.get(name);
    if (!before || rate.remaining < before.remaining) tightest.set(name, { name, ...rate });
  }
  return [...tightest.values()];
}

function nameOf(bucket: string): string {
  const [effect, what] = bucket.split(':');
  const name = known.find((one) => one === what) ?? known.find((one) => one === effect);
  return name ? t(`polling.buckets.${name}`) : t('polling.buckets.other');
}
