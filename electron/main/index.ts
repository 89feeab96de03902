import { createCore } from './core';
import { registerAppScheme } from './shell/app-protocol';
import { openShell } from './shell/open-shell';
import { whenOnlyInstance } from './shell/single-instance';

registerAppScheme();
whenOnlyInstance(async () => {
  const shell = openShell();
  const core = createCore(shell.ports);
  shell.show(core);
  await core.start();
});
