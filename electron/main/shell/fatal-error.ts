import { app, dialog } from 'electron';
import { toErrorInfo } from '@shared/domain/errors';

/** The app cannot start: says why in one window of the system and ends, since nothing of ours can be shown. */
export function showFatalError(thrown: unknown): void {
  const { kind, detail } = toErrorInfo(thrown);
  const trace = thrown instanceof Error ? thrown.stack : undefined;
  process.stderr.write(`Candor could not start: ${trace ?? String(thrown)}\n`);
  // where nobody sees a window, a box that waits for a click would wait for ever
  if (process.env['CANDOR_SCREENSHOT'] === undefined)
    dialog.showErrorBox('Candor could not start', `${detail ?? kind}\n\nYour data was not changed.`);
  app.exit(1);
}
