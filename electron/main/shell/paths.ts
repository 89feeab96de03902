import { app } from 'electron';
import { join } from 'node:path';
import type { Paths } from '../ports';

export const appPaths = (): Paths => ({
  data: app.getPath('userData'),
  backups: join(app.getPath('userData'), 'backups'),
  documents: app.getPath('documents'),
  resources: app.isPackaged ? join(process.resourcesPath, 'resources') : join(app.getAppPath(), 'resources'),
});
