import type { mediaHost as contract } from '@shared/ipc/media-host';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = { readonly mediaHosts: ServiceFor<'mediaHost', 'get' | 'save' | 'test' | 'remove'> };

export const mediaHostHandlers = ({ mediaHosts }: Services): FeatureHandlers<typeof contract> => ({
  'mediaHost.get': mediaHosts.get,
  'mediaHost.save': mediaHosts.save,
  'mediaHost.test': mediaHosts.test,
  'mediaHost.remove': mediaHosts.remove,
});
