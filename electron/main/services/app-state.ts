import type { AppState } from '@shared/ipc/settings';
import type { AppInfo, SecretStore, SystemEvents } from '../ports';

type AppStateDeps = {
  readonly app: AppInfo;
  readonly runtime: string;
  readonly system: SystemEvents;
  readonly secrets: SecretStore;
  readonly syncing: () => AppState['syncing'];
  readonly waiting: () => { readonly waiting: number; readonly needsPerson: number };
  readonly nextPost: () => AppState['nextPost'];
  readonly integrity: () => AppState['integrity'];
};

/** What the frame shows of the app as a whole. */
export function createAppStateService(deps: AppStateDeps) {
  const zones = Intl.supportedValuesOf('timeZone');
  return {
    state: (): AppState => ({
      version: deps.app.version,
      runtime: deps.runtime,
      online: deps.system.isOnline(),
      syncing: deps.syncing(),
      ...deps.waiting(),
      secrets: deps.secrets.protection(),
      zones,
      nextPost: deps.nextPost(),
      integrity: deps.integrity(),
    }),
  };
}
