import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { appError, errorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import {
  accountFeatures,
  networkId,
  type AccountFeatures,
  type Capabilities,
  type NetworkId,
} from '@shared/domain/network';
import { parseJson, parseNullable, toJson } from '../json';
import type { Db } from '../open';
import { account, accountSecret, rateBudget, syncCursor } from '../schema';

export type AccountHealth = 'ok' | 'reconnect' | 'paused';
export type AccountRow = {
  readonly id: AccountId;
  readonly network: NetworkId;
  readonly remoteId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly serviceUrl: string;
  readonly profileUrl: string | null;
  readonly brand: string;
  readonly voiceNotes: string;
  readonly health: AccountHealth;
  readonly problem: ErrorInfo | null;
  readonly capabilities: Capabilities;
  readonly lastSyncAt: number | null;
  readonly createdAt: number;
  readonly features: AccountFeatures;
  /** Most that may be spent on reading in a month, in micro-dollars. */
  readonly monthlyBudget: number | null;
};
/** An account begins with everything on and no limit. */
export type NewAccountRow = Omit<AccountRow, 'features' | 'monthlyBudget'>;
export type AccountPatch = Partial<Omit<AccountRow, 'id' | 'network' | 'remoteId' | 'createdAt'>>;
export type RateRow = {
  readonly bucket: string;
  readonly max: number;
  readonly remaining: number;
  readonly resetAt: number;
};
export type StoredCursor = {
  readonly cursor: Readonly<Record<string, unknown>> | null;
  readonly syncedAt: number | null;
  readonly gap: { readonly from: number; readonly to: number } | null;
};
export type Accounts = ReturnType<typeof createAccounts>;

// Written by this app from a typed value; what matters on the way back is that it is the object it was.
const storedCapabilities = z.custom<Capabilities>(
  (value) => z.looseObject({ network: networkId, inbox: z.looseObject({}) }).safeParse(value).success,
);
const storedFeatures = z.partialRecord(z.enum(accountFeatures), z.boolean());
const storedCursor = z.record(z.string(), z.unknown());
const storedGap = z.object({ from: z.number(), to: z.number() });

export function createAccounts(db: Db) {
  const byId = db.named(
    'accounts.get',
    db.orm
      .select()
      .from(account)
      .where(eq(account.id, sql.placeholder('id')))
      .prepare(),
  );
  const all = db.named(
    'accounts.list',
    db.orm.select().from(account).orderBy(account.createdAt, account.id).prepare(),
  );
  const get = (id: AccountId): AccountRow | undefined => {
    const row = byId.get({ id });
    return row && toAccount(row);
  };
  return {
    list: (): readonly AccountRow[] => all.all().map(toAccount),
    get,
    /** Throws `not_found`. */
    require: (id: AccountId): AccountRow => get(id) ?? notFound(),
    findRemote: (network: NetworkId, remoteId: string): AccountRow | undefined => {
      const row = db.orm
        .select()
        .from(account)
        .where(and(eq(account.network, network), eq(account.remoteId, remoteId)))
        .get();
      return row && toAccount(row);
    },
    insert: (row: NewAccountRow): void =>
      void db.orm
        .insert(account)
        .values({ ...row, problem: toJson(row.problem), capabilities: JSON.stringify(row.capabilities) })
        .run(),
    update: (id: AccountId, patch: AccountPatch): void => {
      const { problem, capabilities, features, ...plain } = patch;
      const values = {
        ...plain,
        ...(problem === undefined ? {} : { problem: toJson(problem) }),
        ...(capabilities === undefined ? {} : { capabilities: JSON.stringify(capabilities) }),
        ...(features === undefined ? {} : { features: JSON.stringify(features) }),
      };
      if (Object.values(values).every((value) => value === undefined)) return;
      db.orm.update(account).set(values).where(eq(account.id, id)).run();
    },
    setHealth: (id: AccountId, health: AccountHealth, problem: ErrorInfo | null): void =>
      void db.orm
        .update(account)
        .set({ health, problem: toJson(problem) })
        .where(eq(account.id, id))
        .run(),
    /** The account and all that hangs on it. For many messages use `createAccountRemoval`, which takes breaths. */
    remove: (id: AccountId): void => void db.orm.delete(account).where(eq(account.id, id)).run(),
    ...secretsAndState(db),
  };
}

function secretsAndState(db: Db) {
  const cursorKey = (id: AccountId, stream: string) =>
    and(eq(syncCursor.accountId, id), eq(syncCursor.stream, stream));
  return {
    secret: (id: AccountId): Uint8Array | undefined =>
      db.orm.select().from(accountSecret).where(eq(accountSecret.accountId, id)).get()?.cipher,
    putSecret: (id: AccountId, cipher: Uint8Array, now: number): void => {
      const value = { cipher: Buffer.from(cipher), updatedAt: now };
      db.orm
        .insert(accountSecret)
        .values({ accountId: id, ...value })
        .onConflictDoUpdate({ target: accountSecret.accountId, set: value })
        .run();
    },
    cursor: (id: AccountId, stream: string): StoredCursor | undefined => {
      const row = db.orm.select().from(syncCursor).where(cursorKey(id, stream)).get();
      return (
        row && {
          cursor: parseNullable(storedCursor, row.cursor, 'sync cursor'),
          syncedAt: row.syncedAt,
          gap: parseNullable(storedGap, row.gap, 'sync gap'),
        }
      );
    },
    putCursor: (id: AccountId, stream: string, value: StoredCursor): void => {
      const row = { cursor: toJson(value.cursor), syncedAt: value.syncedAt, gap: toJson(value.gap) };
      db.orm
        .insert(syncCursor)
        .values({ accountId: id, stream, ...row })
        .onConflictDoUpdate({ target: [syncCursor.accountId, syncCursor.stream], set: row })
        .run();
    },
    rates: (id: AccountId): readonly RateRow[] =>
      db.orm.select().from(rateBudget).where(eq(rateBudget.accountId, id)).all(),
    putRate: (id: AccountId, rate: RateRow): void =>
      void db.orm
        .insert(rateBudget)
        .values({ accountId: id, ...rate })
        .onConflictDoUpdate({ target: [rateBudget.accountId, rateBudget.bucket], set: rate })
        .run(),
  };
}

function toAccount(row: typeof account.$inferSelect): AccountRow {
  return {
    ...row,
    problem: parseNullable(errorInfo, row.problem, 'account problem'),
    capabilities: parseJson(storedCapabilities, row.capabilities, 'capabilities'),
    features: parseJson(storedFeatures, row.features, 'account features'),
  };
}

function notFound(): never {
  throw appError('not_found', { field: 'accountId' });
}
