/** What is asked for of a post, in the names of specification 2.167 and in those that X's older pages still have. */
const words = [
  'attachments',
  'conversation_id',
  'created_at',
  'display_text_range',
  'entities',
  'lang',
  'public_metrics',
] as const;
const userFields = ['name', 'profile_image_url', 'username'] as const;
const mediaFields = ['alt_text', 'media_key', 'preview_image_url', 'type', 'url'] as const;

export type Dialect = 'post' | 'tweet';
export type Query = Readonly<Record<string, readonly string[]>>;

export const NEW_FIELDS = 'post.fields';

export function postQuery(dialect: Dialect): Query {
  const shared = { 'user.fields': userFields, 'media.fields': mediaFields };
  return dialect === 'post'
    ? {
        [NEW_FIELDS]: [...words, 'note_post'],
        expansions: ['author_id', 'referenced_posts', 'attachments.media_keys'],
        ...shared,
      }
    : {
        'tweet.fields': [...words, 'note_tweet', 'author_id', 'referenced_tweets'],
        expansions: ['author_id', 'referenced_tweets.id', 'attachments.media_keys'],
        ...shared,
      };
}

/** Numbers of posts. Those that only the author sees are refused for posts older than 30 days. */
export const countsQuery = (dialect: Dialect, isRecent: boolean): Query => ({
  [dialect === 'post' ? NEW_FIELDS : 'tweet.fields']: [
    'public_metrics',
    ...(isRecent ? ['non_public_metrics'] : []),
  ],
});

export const directQuery: Query = {
  event_types: ['MessageCreate'],
  'dm_event.fields': [
    'attachments',
    'created_at',
    'dm_conversation_id',
    'entities',
    'event_type',
    'id',
    'text',
  ],
  expansions: ['attachments.media_keys', 'participant_ids', 'sender_id'],
  'user.fields': userFields,
  'media.fields': mediaFields,
};
