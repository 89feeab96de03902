import { getTableColumns, getTableName, isTable } from 'drizzle-orm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as schema from '../../electron/main/db/schema';
import { createTestDb, type TestDb } from '../fakes/db';

type Column = { name: string; type: string; notnull: number; pk: number; hidden: number };

const tables = (Object.values(schema) as unknown[]).filter((value) => isTable(value)) as SQLiteTable[];
let test: TestDb;
beforeAll(() => {
  test = createTestDb();
});
afterAll(() => test.remove());

const columnsOf = (table: string): Column[] =>
  (test.db.raw.pragma(`table_xinfo(${table})`) as Column[]).filter(({ hidden }) => hidden !== 1);

describe('the Drizzle schema and the migrated database', () => {
  it('name the same tables', () => {
    const inFile = test.db.raw
      .prepare<[], string>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
         AND name NOT IN (SELECT v.name || s.suffix FROM sqlite_schema v, (SELECT '' AS suffix UNION VALUES ('_data'), ('_idx'), ('_content'), ('_docsize'), ('_config')) s
                          WHERE v.sql LIKE 'CREATE VIRTUAL%') ORDER BY name`,
      )
      .pluck()
      .all();
    expect(tables.map(getTableName).sort()).toEqual(inFile);
  });

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    'agree on the columns of %s',
    (name, table) => {
      const single = getTableConfig(table).primaryKeys.flatMap((key) =>
        key.columns.map((column) => column.name),
      );
      const declared = Object.values(getTableColumns(table)).map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notnull: column.notNull && !column.primary,
        pk: column.primary || single.includes(column.name),
        hasDefault: column.hasDefault && !column.primary && column.generated === undefined,
      }));
      const defaults = new Map(
        (test.db.raw.pragma(`table_xinfo(${name})`) as (Column & { dflt_value: unknown })[]).map((c) => [
          c.name,
          c.dflt_value !== null,
        ]),
      );
      const actual = columnsOf(name).map((column) => ({
        name: column.name,
        type: column.type.toUpperCase(),
        notnull: column.notnull === 1 && (column.pk === 0 || single.includes(column.name)),
        pk: column.pk > 0,
        hasDefault: defaults.get(column.name) ?? false,
      }));
      expect(declared).toEqual(actual);
    },
  );

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    'agree on the references of %s',
    (name, table) => {
      const declared = getTableConfig(table)
        .foreignKeys.map((key) => {
          const { columns, foreignTable, foreignColumns } = key.reference();
          return `${columns[0]!.name} > ${getTableName(foreignTable)}.${foreignColumns[0]!.name} ${key.onDelete ?? 'no action'}`;
        })
        .sort();
      const actual = (test.db.raw.pragma(`foreign_key_list(${name})`) as Record<string, string>[])
        .map((key) => `${key['from']} > ${key['table']}.${key['to']} ${key['on_delete']!.toLowerCase()}`)
        .sort();
      expect(declared).toEqual(actual);
    },
  );

  it('keeps every table strict', () => {
    const loose = test.db.raw
      .prepare<[], string>(
        `SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite%'`,
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
  });
});
