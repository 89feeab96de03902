import type { ai as contract } from '@shared/ipc/ai';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly control: ServiceFor<'ai', 'state' | 'killSwitch'>;
  readonly providers: ServiceFor<
    'ai',
    'providers' | 'saveProvider' | 'removeProvider' | 'useProvider' | 'models' | 'test' | 'findLocal'
  >;
  readonly suggestions: ServiceFor<'ai', 'preview' | 'suggest' | 'decide'>;
};

export const aiHandlers = ({
  control,
  providers,
  suggestions,
}: Services): FeatureHandlers<typeof contract> => ({
  'ai.state': control.state,
  'ai.killSwitch': control.killSwitch,
  'ai.providers': providers.providers,
  'ai.saveProvider': providers.saveProvider,
  'ai.removeProvider': providers.removeProvider,
  'ai.useProvider': providers.useProvider,
  'ai.models': providers.models,
  'ai.test': providers.test,
  'ai.findLocal': providers.findLocal,
  'ai.preview': suggestions.preview,
  'ai.suggest': suggestions.suggest,
  'ai.decide': suggestions.decide,
});
