import type { outbox as contract } from '@shared/ipc/outbox';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly outbox: ServiceFor<'outbox', 'list' | 'retry' | 'discard' | 'confirmSent' | 'sendAgain'>;
};

export const outboxHandlers = ({ outbox }: Services): FeatureHandlers<typeof contract> => ({
  'outbox.list': outbox.list,
  'outbox.retry': outbox.retry,
  'outbox.discard': outbox.discard,
  'outbox.confirmSent': outbox.confirmSent,
  'outbox.sendAgain': outbox.sendAgain,
});
