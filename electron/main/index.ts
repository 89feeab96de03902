import { setImmediate as nextTurn } from 'node:timers/promises';
import { createCore } from './core';
import { registerAppScheme } from './shell/app-protocol';
import { openShell } from './shell/open-shell';
import { whenOnlyInstance } from './shell/single-instance';

registerAppScheme();
whenOnlyInstance(async () => {
  const shell = openShell();
  // The window's own process starts and reads the page while the core is being made.
  const join = shell.openWindow();
  await nextTurn();
  const core = createCore(shell.ports);
  join(core);
  await shell.firstRows();
  await core.start();
});
