import { app, dialog } from 'electron';
import { toErrorInfo } from '@shared/domain/errors';

/** The app cannot start: says why in one window of the system and ends, since nothing of ours can be shown. */
export function showFatalError(thrown: unknown): void {
  const { kind, detail } = toErrorInfo(thrown);
  console.error('Candor could not start:', thrown);
  dialog.showErrorBox('Candor could not start', `${detail ?? kind}\n\nYour data was not changed.`);
  app.exit(1);
}
