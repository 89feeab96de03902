import transparencyLog from './migrations/0001-transparency-log.sql?raw';
import workspace from './migrations/0002-workspace.sql?raw';
import networks from './migrations/0003-networks.sql?raw';

/** One step of the schema. Merged ones are never edited; a new one is a new file at the end of the list. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

export const migrations: readonly Migration[] = [
  { version: 1, name: 'transparency-log', sql: transparencyLog },
  { version: 2, name: 'workspace', sql: workspace },
  { version: 3, name: 'networks', sql: networks },
];
