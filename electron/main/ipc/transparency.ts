import type { transparency as contract } from '@shared/ipc/transparency';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly transparency: ServiceFor<
    'transparency',
    | 'state'
    | 'list'
    | 'detail'
    | 'verify'
    | 'export'
    | 'showExport'
    | 'models'
    | 'leaving'
    | 'findSubject'
    | 'erase'
  >;
};

export const transparencyHandlers = ({ transparency }: Services): FeatureHandlers<typeof contract> => ({
  'transparency.state': transparency.state,
  'transparency.list': transparency.list,
  'transparency.detail': transparency.detail,
  'transparency.verify': transparency.verify,
  'transparency.export': transparency.export,
  'transparency.showExport': transparency.showExport,
  'transparency.models': transparency.models,
  'transparency.leaving': transparency.leaving,
  'transparency.findSubject': transparency.findSubject,
  'transparency.erase': transparency.erase,
});
