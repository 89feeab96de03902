import type Database from 'better-sqlite3';
import type { Clock, Logger } from '../ports';

/** A query behind an interaction stays below this; what does not is logged by name (design.md 3.9). */
export const SLOW_MS = 40;

type Runnable = {
  readonly all?: (...args: never[]) => unknown;
  readonly get?: (...args: never[]) => unknown;
  readonly run?: (...args: never[]) => unknown;
};

export type Statements = {
  /** Plain SQL, prepared once, timed under `name`. For FTS5 and what Drizzle cannot say. */
  readonly prepare: <Params extends unknown[] | object = unknown[], Row = unknown>(
    name: string,
    sql: string,
  ) => Database.Statement<Params extends unknown[] ? Params : [Params], Row>;
  /** A prepared Drizzle statement, timed under `name`. */
  readonly named: <S extends Runnable>(name: string, statement: S) => S;
};

export function createStatements(deps: {
  readonly raw: Database.Database;
  readonly clock: Clock;
  readonly log: Logger;
}): Statements {
  const { raw, clock, log } = deps;
  const timed = <T>(name: string, work: () => T): T => {
    const start = clock.monotonic();
    try {
      return work();
    } finally {
      const ms = clock.monotonic() - start;
      if (ms >= SLOW_MS) log.warn('slow query', { name, ms: Math.round(ms) });
    }
  };
  const named = <S extends Runnable>(name: string, statement: S): S => {
    const target = statement as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const method of ['all', 'get', 'run'] as const) {
      const original = target[method]?.bind(statement);
      if (original) target[method] = (...args) => timed(name, () => original(...args));
    }
    return statement;
  };
  return { named, prepare: (name, sql) => named(name, raw.prepare(sql) as never) };
}
