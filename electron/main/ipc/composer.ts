import type { composer as contract } from '@shared/ipc/composer';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly composer: ServiceFor<
    'composer',
    | 'create'
    | 'get'
    | 'save'
    | 'duplicate'
    | 'delete'
    | 'deletePublished'
    | 'schedule'
    | 'unschedule'
    | 'publishNow'
    | 'addMedia'
    | 'setAlt'
    | 'drafts'
  >;
};

export const composerHandlers = ({ composer }: Services): FeatureHandlers<typeof contract> => ({
  'composer.create': composer.create,
  'composer.get': composer.get,
  'composer.save': composer.save,
  'composer.duplicate': composer.duplicate,
  'composer.delete': composer.delete,
  'composer.deletePublished': composer.deletePublished,
  'composer.schedule': composer.schedule,
  'composer.unschedule': composer.unschedule,
  'composer.publishNow': composer.publishNow,
  'composer.addMedia': composer.addMedia,
  'composer.setAlt': composer.setAlt,
  'composer.drafts': composer.drafts,
});
