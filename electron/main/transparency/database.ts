import type { Db } from '../db/open';

/** The connection that the log's parts are handed: better-sqlite3's own, with plain SQL for triggers and search. */
export type Database = Db['raw'];
