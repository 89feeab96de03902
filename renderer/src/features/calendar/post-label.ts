import { metricNames } from '@shared/domain/network';
import type { CalendarPost } from '@shared/ipc/calendar';
import { t } from '@/text/i18n';
import { formatDayTime, zoneName } from '@/ui/format';

export const whenLabel = (instant: number, zone: string): string =>
  `${formatDayTime(instant, zone)} ${zoneName(instant, zone)}`;

export const titleOf = (post: CalendarPost): string => post.firstLine || t('calendar.noTitle');

export const accountsLabel = (post: CalendarPost): string =>
  post.accounts.map((account) => `${account.handle} (${t(`common.networks.${account.network}`)})`).join(', ');

const figuresOf = (post: CalendarPost): string =>
  metricNames
    .flatMap((name) => {
      const value = post.metrics?.[name];
      return value === undefined ? [] : [t(`composer.results.metrics.${name}`, {}, value)];
    })
    .join(', ');

/** The accessible name of a post on the calendar: everything that its colours and icons say. */
export function postLabel(post: CalendarPost, zone: string): string {
  const label = t(post.origin === 'ai' ? 'calendar.eventAi' : 'calendar.event', {
    state: t(`composer.state.${post.state}`),
    text: titleOf(post),
    when: post.dueAt === null ? '' : whenLabel(post.dueAt, zone),
    accounts: accountsLabel(post),
  });
  const figures = figuresOf(post);
  return figures === '' ? label : `${label}. ${t('calendar.results', { text: figures })}`;
}
