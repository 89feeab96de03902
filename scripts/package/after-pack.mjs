/** electron-builder hook: the last word about the packaged runtime, before it is signed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { applyFuses } from '../lib/fuses.mjs';

export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  const executable = {
    darwin: join(appOutDir, `${name}.app`),
    win32: join(appOutDir, `${name}.exe`),
    linux: join(appOutDir, packager.executableName),
  }[electronPlatformName];
  // The stand-in for Electron's default app that a fallback runtime carries.
  rmSync(join(appOutDir, 'resources', 'app'), { recursive: true, force: true });
  await applyFuses(executable, { resetAdHocDarwinSignature: electronPlatformName === 'darwin' });
}
