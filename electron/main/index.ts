import { app } from 'electron';
import { registerAppScheme } from './shell/app-protocol';
import { showFatalError } from './shell/fatal-error';
import { startApp } from './shell/start-app';

registerAppScheme();

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(startApp).catch(showFatalError);
} else {
  app.quit();
}
