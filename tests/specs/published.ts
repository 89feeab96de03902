/** The networks with a machine-readable specification, and where it lies in the folder of specifications. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Checker } from './check';
import { metaChecker, type MetaNode } from './meta';
import { openApiChecker, type OpenApi } from './openapi';
import { telegramChecker, type TelegramSpec } from './telegram';

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8')) as unknown;
const openApi = (file: string): Checker => openApiChecker(read(file) as OpenApi);

function meta(folder: string): Checker {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return metaChecker(
    Object.fromEntries(files.map((name) => [basename(name, '.json'), read(join(folder, name)) as MetaNode])),
  );
}

const published: Readonly<Record<string, readonly [path: string, make: (path: string) => Checker]>> = {
  x: ['x.json', openApi],
  mastodon: ['mastodon.json', openApi],
  discord: ['discord.json', openApi],
  telegram: ['telegram.json', (file) => telegramChecker(read(file) as TelegramSpec)],
  facebook: ['meta', meta],
  instagram: ['meta', meta],
};

/** A checker for each network that the folder has a specification of. */
export const checkersIn = (folder: string): ReadonlyMap<string, Checker> =>
  new Map(
    Object.entries(published)
      .map(([network, [path, make]]) => [network, join(folder, path), make] as const)
      .filter(([, path]) => existsSync(path))
      .map(([network, path, make]) => [network, make(path)]),
  );
