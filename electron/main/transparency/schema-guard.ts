import schema from '../db/migrations/0001-transparency-log.sql?raw';
import type { Database } from './database';

const triggersIn = (sql: string): ReadonlyMap<string, string> =>
  new Map(
    Array.from(
      sql.matchAll(/CREATE TRIGGER (\w+)[\s\S]*?END(?=;)/g),
      (match) => [match[1] ?? '', match[0]] as const,
    ),
  );

/**
 * Triggers of the log that are gone or say something else than its migration. Merged migrations never change, so
 * the text must be equal.
 */
export function missingTriggers(db: Database): readonly string[] {
  const rows = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    .all();
  const present = new Map(rows.map(({ name, sql }) => [name, sql]));
  return [...triggersIn(schema)].filter(([name, sql]) => present.get(name) !== sql).map(([name]) => name);
}
