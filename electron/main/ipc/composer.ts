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
  readonly byHand: ServiceFor<'composer', 'layOut'> & {
    readonly settle: ServiceFor<'composer', 'settleByHand'>['settleByHand'];
  };
};

export const composerHandlers = ({ composer, byHand }: Services): FeatureHandlers<typeof contract> => ({
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
  'composer.layOut': byHand.layOut,
  'composer.settleByHand': byHand.settle,
  'composer.drafts': composer.drafts,
});
