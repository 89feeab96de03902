import { app } from 'electron';
import { showFatalError } from './fatal-error';

/** Two instances on one profile would run the same jobs: the second one only wakes the first. */
export function whenOnlyInstance(start: () => Promise<void>): void {
  if (app.requestSingleInstanceLock()) app.whenReady().then(start).catch(showFatalError);
  else app.quit();
}
