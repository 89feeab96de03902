/**
 * The answers of the endpoints in use, as far as they are read, in the names of specification 2.167 and in the older
 * ones (`tweet` for `post`) that X's documentation still has.
 */
import { z } from 'zod';

const id = z.coerce.string().regex(/^\d{1,19}$/);
/** What is read where it is there; of a strange shape, it counts as missing. */
const lax = <T>(schema: z.ZodType<T>) => schema.nullish().catch(undefined);

export const user = z.object({
  id,
  username: z.string(),
  name: lax(z.string()),
  profile_image_url: lax(z.string()),
  subscription_type: lax(z.string()),
  public_metrics: lax(
    z.object({
      followers_count: lax(z.number()),
      following_count: lax(z.number()),
      post_count: lax(z.number()),
      tweet_count: lax(z.number()),
    }),
  ),
});
export type User = z.infer<typeof user>;

export const media = z.object({
  media_key: z.string(),
  type: z.string(),
  url: lax(z.string()),
  preview_image_url: lax(z.string()),
  alt_text: lax(z.string()),
});
export type Media = z.infer<typeof media>;

const link = z.object({
  url: z.string(),
  expanded_url: lax(z.string()),
  media_key: lax(z.string()),
});
const entities = z.object({
  urls: lax(z.array(link)),
  mentions: lax(z.array(z.object({ username: z.string(), id: lax(id) }))),
});
export type Entities = z.infer<typeof entities>;

const references = lax(z.array(z.object({ type: z.string(), id })));
const note = lax(z.object({ text: z.string(), entities: lax(entities) }));
const counts = lax(z.record(z.string(), z.number()));

const rawPost = z.object({
  id,
  text: z.string(),
  author_id: lax(id),
  conversation_id: lax(id),
  created_at: lax(z.string()),
  lang: lax(z.string()),
  display_text_range: lax(z.tuple([z.number(), z.number()])),
  entities: lax(entities),
  attachments: lax(z.object({ media_keys: lax(z.array(z.string())) })),
  referenced_posts: references,
  referenced_tweets: references,
  edit_history_post_ids: lax(z.array(id)),
  edit_history_tweet_ids: lax(z.array(id)),
  note_post: note,
  note_tweet: note,
  public_metrics: counts,
  non_public_metrics: counts,
});

/** A post with one name for everything. */
export const post = rawPost.transform((raw) => {
  const related = raw.referenced_posts ?? raw.referenced_tweets ?? [];
  const long = raw.note_post ?? raw.note_tweet;
  const entitiesOf = long?.entities ?? raw.entities;
  const at = Date.parse(raw.created_at ?? '');
  return {
    id: raw.id,
    text: long?.text ?? raw.text,
    authorId: raw.author_id ?? undefined,
    conversationId: raw.conversation_id ?? raw.id,
    createdAt: Number.isNaN(at) ? timeOfId(raw.id) : at,
    lang: raw.lang ?? undefined,
    /** Where the words begin after the names that X puts in front of an answer. */
    wordsFrom: long ? 0 : (raw.display_text_range?.[0] ?? 0),
    links: entitiesOf?.urls ?? [],
    mentions: entitiesOf?.mentions ?? [],
    mediaKeys: raw.attachments?.media_keys ?? [],
    replyTo: related.find(({ type }) => type === 'replied_to')?.id,
    quotes: related.filter(({ type }) => type === 'quoted').map((one) => one.id),
    /** Earlier versions of this post. */
    versions: (raw.edit_history_post_ids ?? raw.edit_history_tweet_ids ?? []).filter((one) => one !== raw.id),
    counts: raw.public_metrics ?? {},
    privateCounts: raw.non_public_metrics ?? {},
  };
});
export type Post = z.infer<typeof post>;

export const directEvent = z.object({
  id,
  event_type: lax(z.string()),
  text: lax(z.string()),
  sender_id: lax(id),
  dm_conversation_id: lax(z.string()),
  created_at: lax(z.string()),
  participant_ids: lax(z.array(id)),
  entities: lax(entities),
  attachments: lax(z.object({ media_keys: lax(z.array(z.string())) })),
});
export type DirectEvent = z.infer<typeof directEvent>;

export const problem = z.object({
  type: lax(z.string()),
  title: lax(z.string()),
  detail: lax(z.string()),
  /** `{code, message}`: what is not in the newer form. */
  message: lax(z.string()),
  reason: lax(z.string()),
  /** Of the token endpoint (RFC 6749). */
  error: lax(z.string()),
  error_description: lax(z.string()),
  parameter: lax(z.string()),
  resource_id: lax(z.string()),
  value: lax(z.string()),
});
export type Problem = z.infer<typeof problem>;

/** Single items are checked one by one: a strange one must not hide the others. */
const items = lax(z.array(z.unknown()));
export const page = z.object({
  data: items,
  includes: lax(z.object({ posts: items, tweets: items, users: items, media: items })),
  errors: items,
  meta: lax(z.object({ next_token: lax(z.string()), newest_id: lax(id) })),
});
export type WirePage = z.infer<typeof page>;

export const one = <T>(schema: z.ZodType<T>) => z.object({ data: schema });
export const nothing = z.unknown();

export const created = one(z.object({ id }));
export const sentDirect = one(z.object({ dm_event_id: id, dm_conversation_id: lax(z.string()) }));
export const uploading = one(
  z.object({
    id,
    processing_info: lax(z.object({ state: lax(z.string()), check_after_secs: lax(z.number()) })),
  }),
);

export const tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish(),
  expires_in: z.number().nullish(),
  scope: z.string().nullish(),
});
export type Tokens = z.infer<typeof tokens>;

const EPOCH_MS = 1_288_834_974_657n;

/** The time inside an id. */
export const timeOfId = (value: string): number => Number((BigInt(value) >> 22n) + EPOCH_MS);

/** Ids count up; as text they would not. */
export const isNewer = (a: string, b: string): boolean => BigInt(a) > BigInt(b);
export const newest = (ids: readonly string[]): string | undefined =>
  ids.reduce<string | undefined>(
    (best, one) => (best === undefined || isNewer(one, best) ? one : best),
    undefined,
  );
