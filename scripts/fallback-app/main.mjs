/**
 * Stands in for Electron's own default app, which the fallback runtime lacks: runs the app in the
 * folder given on the command line. It is an ES module with a top-level await, because Electron
 * then holds back `ready` until the app's own entry has been evaluated.
 */
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

function parse(args) {
  const modules = [];
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '-r' || args[i] === '--require') modules.push(args[(i += 1)]);
    else if (!args[i].startsWith('-')) return { modules, folder: args[i] };
  }
  return { modules, folder: null };
}

const { modules, folder } = parse(process.argv.slice(1));
if (folder === null) {
  process.stderr.write('Usage: electron [-r module] <folder of the app>\n');
  app.exit(2);
} else {
  const appPath = resolve(folder);
  const manifest = JSON.parse(readFileSync(join(appPath, 'package.json'), 'utf8'));
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
  app.setName(manifest.productName ?? manifest.name);
  app.setVersion(manifest.version);
  app.setDesktopName(manifest.desktopName ?? `${app.name}.desktop`);
  app.setAppPath(appPath);
  for (const module of modules) require(resolve(module));
  await import(pathToFileURL(join(appPath, manifest.main ?? 'index.js')).href);
}
