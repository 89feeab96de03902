import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import {
  disclosure,
  postContent,
  type Disclosure,
  type PostContent,
  type TextOrigin,
} from '@shared/domain/content';
import type { ErrorInfo } from '@shared/domain/errors';
import type { AccountId, MediaId, PostId, VariantId } from '@shared/domain/ids';
import type { Metrics, PostOptions } from '@shared/domain/network';
import { missedPolicy, type MissedPolicy, type VariantState } from '@shared/domain/states';
import type { Db } from '../open';
import { metricSnapshot, post, variant } from '../schema';
import type { RemoteRefRow } from './jobs';

export type PostRow = {
  readonly id: PostId;
  readonly base: PostContent;
  readonly dueAt: number | null;
  readonly zone: string | null;
  readonly missedPolicy: MissedPolicy;
  readonly disclosure: Disclosure;
  readonly origin: TextOrigin;
  readonly aiSeq: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
};
/** What an account published: a thread has several parts. `publishSeq` is the log entry that tells of it. */
type PublishedParts = { readonly parts: readonly RemoteRefRow[]; readonly publishSeq: number };
export type VariantRow = {
  readonly id: VariantId;
  readonly postId: PostId;
  readonly accountId: AccountId;
  readonly override: PostContent | null;
  readonly state: VariantState;
  readonly problem: ErrorInfo | null;
  readonly publishedAt: number | null;
  readonly remote: PublishedParts | null;
  readonly url: string | null;
  readonly metrics: Metrics | null;
  /** What the post says to this account's network beside text and media. */
  readonly options: PostOptions;
  /** A person publishes it by hand and is reminded at its time. */
  readonly remind: boolean;
};
export type PostChange = Partial<
  Pick<
    PostRow,
    'base' | 'dueAt' | 'zone' | 'missedPolicy' | 'disclosure' | 'origin' | 'aiSeq' | 'updatedAt' | 'deletedAt'
  >
>;
type VariantChange = Partial<
  Pick<
    VariantRow,
    'override' | 'state' | 'problem' | 'publishedAt' | 'remote' | 'url' | 'metrics' | 'options' | 'remind'
  >
>;

const CALENDAR_LIMIT = 2_000;
const DRAFTS_LIMIT = 500;

export type PostRepository = ReturnType<typeof createPostRepository>;

export function createPostRepository(db: Db) {
  const { orm } = db;
  const alive = isNull(post.deletedAt);
  const variantsOf = (ids: readonly PostId[]): readonly VariantRow[] =>
    ids.length === 0
      ? []
      : orm
          .select()
          .from(variant)
          .where(inArray(variant.postId, [...ids]))
          .orderBy(asc(variant.id))
          .all()
          .map(toVariant);
  const inStates = (states: readonly VariantState[]) =>
    inArray(
      post.id,
      orm
        .select({ id: variant.postId })
        .from(variant)
        .where(inArray(variant.state, [...states])),
    );
  const taken = db.prepare<[string, number, PostId | null], { at: number }>(
    'post.takenTimes',
    `SELECT DISTINCT due_at AS at FROM post JOIN variant ON variant.post_id = post.id
       WHERE due_at IS NOT NULL AND deleted_at IS NULL AND variant.account_id IN (SELECT value FROM json_each(?))
         AND due_at > ? AND post.id IS NOT ? AND variant.state IN('scheduled','awaiting_approval')`,
  );
  const using = db.prepare<[MediaId, MediaId], { postId: PostId }>(
    'post.usingMedia',
    `SELECT DISTINCT post.id AS postId FROM variant JOIN post ON post.id = variant.post_id
       WHERE variant.state IN('scheduled','missed','awaiting_approval','failed') AND (instr(post.base, ?) > 0 OR instr(COALESCE(variant.override, ''), ?) > 0)`,
  );
  const toRemind = db.prepare<[number], { id: VariantId }>(
    'post.toRemind',
    `SELECT variant.id AS id FROM post JOIN variant ON variant.post_id = post.id
       WHERE due_at <= ? AND deleted_at IS NULL AND variant.state = 'scheduled' AND variant.remind = 1`,
  );
  const nextReminder = db.prepare<[number], { at: number | null }>(
    'post.nextReminder',
    `SELECT MIN(due_at) AS at FROM post JOIN variant ON variant.post_id = post.id
       WHERE due_at > ? AND deleted_at IS NULL AND variant.state = 'scheduled' AND variant.remind = 1`,
  );
  const reminded = db.prepare<[], { id: VariantId }>(
    'post.reminded',
    "SELECT id FROM variant WHERE remind = 1 AND state = 'needs_check'",
  );
  const next = db.prepare<[], { id: PostId; at: number }>(
    'post.next',
    `SELECT post.id AS id, post.due_at AS at FROM post JOIN variant ON variant.post_id = post.id
       WHERE due_at IS NOT NULL AND deleted_at IS NULL AND variant.state = 'scheduled' ORDER BY due_at LIMIT 1`,
  );

  return {
    insert: (row: Omit<PostRow, 'deletedAt'>): void => {
      orm
        .insert(post)
        .values({
          ...row,
          base: JSON.stringify(row.base),
          missedPolicy: JSON.stringify(row.missedPolicy),
          disclosure: JSON.stringify(row.disclosure),
        })
        .run();
    },
    get: (id: PostId): PostRow | undefined => {
      const row = orm.select().from(post).where(eq(post.id, id)).get();
      return row && toPost(row);
    },
    change: (id: PostId, change: PostChange): void => {
      const { base, missedPolicy: policy, disclosure: declared, ...rest } = change;
      orm
        .update(post)
        .set({
          ...rest,
          ...(base && { base: JSON.stringify(base) }),
          ...(policy && { missedPolicy: JSON.stringify(policy) }),
          ...(declared && { disclosure: JSON.stringify(declared) }),
        })
        .where(eq(post.id, id))
        .run();
    },
    variantsOf,
    variant: (id: VariantId): VariantRow | undefined => {
      const row = orm.select().from(variant).where(eq(variant.id, id)).get();
      return row && toVariant(row);
    },
    insertVariant: (
      row: Pick<VariantRow, 'id' | 'postId' | 'accountId' | 'override' | 'state' | 'options' | 'remind'>,
    ): void => {
      orm
        .insert(variant)
        .values({
          ...row,
          override: row.override && JSON.stringify(row.override),
          options: JSON.stringify(row.options),
        })
        .run();
    },
    changeVariant: (id: VariantId, change: VariantChange): void => {
      const { override, problem, remote, metrics, options, ...rest } = change;
      orm
        .update(variant)
        .set({
          ...rest,
          ...(override !== undefined && { override: json(override) }),
          ...(problem !== undefined && { problem: json(problem) }),
          ...(remote !== undefined && { remote: json(remote) }),
          ...(metrics !== undefined && { metrics: json(metrics) }),
          ...(options !== undefined && { options: JSON.stringify(options) }),
        })
        .where(eq(variant.id, id))
        .run();
    },
    removeVariant: (id: VariantId): void => {
      orm.delete(variant).where(eq(variant.id, id)).run();
    },
    /** Posts due in [from, to), in order of time. */
    between: (from: number, to: number): readonly PostRow[] =>
      orm
        .select()
        .from(post)
        .where(and(alive, isNotNull(post.dueAt), gte(post.dueAt, from), lt(post.dueAt, to)))
        .orderBy(asc(post.dueAt))
        .limit(CALENDAR_LIMIT)
        .all()
        .map(toPost),
    unscheduled: (): readonly PostRow[] =>
      orm
        .select()
        .from(post)
        .where(and(alive, isNull(post.dueAt)))
        .orderBy(desc(post.updatedAt))
        .limit(DRAFTS_LIMIT)
        .all()
        .map(toPost),
    /** Posts of which a variant is in one of these states. */
    withState: (states: readonly VariantState[]): readonly PostRow[] =>
      orm
        .select()
        .from(post)
        .where(and(alive, inStates(states)))
        .orderBy(asc(post.dueAt))
        .limit(CALENDAR_LIMIT)
        .all()
        .map(toPost),
    /** Times after `after` at which these accounts already have a post, other than `except`. */
    takenTimes: (accountIds: readonly AccountId[], after: number, except: PostId | null): readonly number[] =>
      taken.all(JSON.stringify(accountIds), after, except).map((row) => row.at),
    /** Approved posts that show this media file. */
    usingMedia: (id: MediaId): readonly PostId[] => using.all(id, id).map((row) => row.postId),
    /** Variants whose person is to be told now that their time has come. */
    toRemind: (now: number): readonly VariantId[] => toRemind.all(now).map(({ id }) => id),
    nextReminderAfter: (now: number): number | null => nextReminder.get(now)?.at ?? null,
    /** Told, and not settled by the person yet. */
    reminded: (): readonly VariantId[] => reminded.all().map(({ id }) => id),
    next: (): { readonly id: PostId; readonly at: number } | undefined => next.get(),
    /** Published in [from, to): what a snapshot of numbers may be due for. */
    publishedBetween: (from: number, to: number): readonly VariantRow[] =>
      orm
        .select()
        .from(variant)
        .where(
          and(eq(variant.state, 'published'), gte(variant.publishedAt, from), lt(variant.publishedAt, to)),
        )
        .limit(CALENDAR_LIMIT)
        .all()
        .map(toVariant),
    saveSnapshot: (accountId: AccountId, remoteId: string, at: number, metrics: Metrics): void => {
      orm
        .insert(metricSnapshot)
        .values({ accountId, remoteId, at, metrics: JSON.stringify(metrics) })
        .onConflictDoNothing()
        .run();
    },
    snapshotTimes: (accountId: AccountId, remoteId: string): readonly number[] =>
      orm
        .select({ at: metricSnapshot.at })
        .from(metricSnapshot)
        .where(and(eq(metricSnapshot.accountId, accountId), eq(metricSnapshot.remoteId, remoteId)))
        .orderBy(sql`at`)
        .all()
        .map((row) => row.at),
  };
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const parsed = <T>(value: string | null): T | null => (value === null ? null : (JSON.parse(value) as T));

const toPost = (row: typeof post.$inferSelect): PostRow => ({
  ...row,
  base: postContent.parse(JSON.parse(row.base)),
  missedPolicy: missedPolicy.parse(JSON.parse(row.missedPolicy)),
  disclosure: disclosure.parse(JSON.parse(row.disclosure)),
});

const toVariant = (row: typeof variant.$inferSelect): VariantRow => ({
  ...row,
  override: row.override === null ? null : postContent.parse(JSON.parse(row.override)),
  problem: parsed<ErrorInfo>(row.problem),
  remote: parsed<PublishedParts>(row.remote),
  metrics: parsed<Metrics>(row.metrics),
  options: JSON.parse(row.options) as PostOptions,
});
