import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../electron/main/db/migrations';
import pinned from './migration-hashes.json';

const folder = fileURLToPath(new URL('../../electron/main/db/migrations', import.meta.url));

type Step = { readonly version: number; readonly name: string; readonly sql: string };
type Files = Readonly<Record<string, string>>;
type Pins = Readonly<Record<string, string>>;

const unixLines = (text: string): string => text.replaceAll('\r\n', '\n');
const hashOf = (sql: string): string => createHash('sha256').update(unixLines(sql)).digest('hex');
const fileOf = ({ version, name }: Step): string => `${String(version).padStart(4, '0')}-${name}.sql`;

/** Tables that take any type in any column, in a file to which these steps were applied. */
function laxTables(list: readonly Step[]): readonly string[] {
  const db = new Database(':memory:');
  try {
    for (const { sql } of list) db.exec(sql);
    return db
      .prepare<[], string>(
        `SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name`,
      )
      .pluck()
      .all();
  } finally {
    db.close();
  }
}

/** What is left out of adding a migration: numbered file, appended to the list, STRICT tables, its hash pinned. */
function problems(list: readonly Step[], files: Files, pins: Pins): readonly string[] {
  const found: string[] = [];
  const demand = (holds: boolean, problem: string): void => void (holds || found.push(problem));
  list.forEach((step, index) => {
    demand(step.version === index + 1, `${step.name} has number ${step.version} in place ${index + 1}`);
    const text = files[fileOf(step)];
    demand(
      text !== undefined && unixLines(text) === unixLines(step.sql),
      `${step.name} is not in ${fileOf(step)}`,
    );
    const pin = pins[fileOf(step)];
    demand(pin !== undefined, `${fileOf(step)} is not pinned in migration-hashes.json`);
    demand(pin === undefined || pin === hashOf(step.sql), `${fileOf(step)} was edited after it was merged`);
  });
  for (const file of Object.keys(files))
    demand(
      list.some((step) => fileOf(step) === file),
      `${file} is not in the list`,
    );
  for (const file of Object.keys(pins)) demand(file in files, `${file} was merged once and is gone`);
  for (const table of laxTables(list)) found.push(`${table} is not STRICT`);
  return found;
}

describe('the recipe for a migration', () => {
  const files: Files = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]),
  );
  const next: Step = { version: migrations.length + 1, name: 'next', sql: 'CREATE TABLE t(a TEXT) STRICT;' };
  const whole = {
    list: [...migrations, next],
    files: { ...files, [fileOf(next)]: next.sql },
    pins: { ...pinned, [fileOf(next)]: hashOf(next.sql) } as Pins,
  };
  const newest = fileOf(next);
  const notThe = (name: string, from: Files): Files =>
    Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));

  it('is followed by every migration there is', () => {
    expect(problems(migrations, files, pinned)).toEqual([]);
  });

  it('is content with a new one that follows it', () => {
    expect(problems(whole.list, whole.files, whole.pins)).toEqual([]);
  });

  it.each<readonly [string, Partial<typeof whole>, string]>([
    ['a file that nobody appended to the list', { list: [...migrations] }, `${newest} is not in the list`],
    ['a step without its file', { files: notThe(newest, whole.files) }, `next is not in ${newest}`],
    [
      'a number that does not rise',
      { list: [...migrations, { ...next, version: 1 }] },
      `next has number 1 in place ${next.version}`,
    ],
    ['steps out of order', { list: [next, ...migrations] }, `next has number ${next.version} in place 1`],
    ['a hash that was not pinned', { pins: pinned }, `${newest} is not pinned in migration-hashes.json`],
    [
      'a merged one that was removed',
      { list: [...migrations], files },
      `${newest} was merged once and is gone`,
    ],
    [
      'a table that is not STRICT',
      { list: [...migrations, { ...next, sql: 'CREATE TABLE lax(a TEXT);' }] },
      'lax is not STRICT',
    ],
    [
      'an edit of a merged one',
      { list: [{ ...migrations[0]!, sql: `${migrations[0]!.sql}\n-- later` }] },
      '0001-transparency-log.sql was edited after it was merged',
    ],
  ])('notices %s', (_what, broken, problem) => {
    const { list, files: onDisk, pins } = { ...whole, ...broken };
    expect(problems(list, onDisk, pins)).toContain(problem);
  });

  it('pins the text, not the line ends of a checkout', () => {
    expect(hashOf('a;\r\nb;\r\n')).toBe(hashOf('a;\nb;\n'));
  });
});
