import type { settings as contract } from '@shared/ipc/settings';
import type { ExternalLinks } from '../ports';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly app: ServiceFor<'app', 'state'>;
  readonly settings: ServiceFor<'settings', 'get' | 'set'>;
  readonly backups: ServiceFor<'settings', 'backups' | 'createBackup' | 'restoreBackup'>;
  readonly polling: ServiceFor<'settings', 'polling' | 'setPolling'>;
  readonly links: ExternalLinks;
};

export const settingsHandlers = ({
  app,
  settings: service,
  backups,
  polling,
  links,
}: Services): FeatureHandlers<typeof contract> => ({
  'app.state': app.state,
  'app.openExternal': ({ url }) => links.open(url),
  // the router carries this one out itself: only it knows the running streams
  'app.cancel': () => undefined,
  'settings.get': service.get,
  'settings.set': service.set,
  'settings.polling': polling.polling,
  'settings.setPolling': polling.setPolling,
  'settings.backups': backups.backups,
  'settings.createBackup': backups.createBackup,
  'settings.restoreBackup': backups.restoreBackup,
});
