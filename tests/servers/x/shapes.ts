/** The parameters and bodies that X's specification (2.167) allows; what is not in it is refused. */
import { z } from 'zod';

const id = z.string().regex(/^[0-9]{1,19}$/);
const csv = (values: readonly string[]) =>
  z
    .string()
    .min(1)
    .refine((text) => text.split(',').every((one) => values.includes(one)));
const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .refine((text) => Number(text) >= min && Number(text) <= max);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/);

const postFields = csv(
  'article article_title attachments card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls entities geo id lang matched_media_notes media_metadata non_public_metrics note_post note_request_suggestions organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source suggested_source_links suggested_source_links_with_counts text withheld'.split(
    ' ',
  ),
);
const oldPostFields = csv(
  'attachments author_id conversation_id created_at display_text_range edit_controls entities id in_reply_to_user_id lang non_public_metrics note_tweet public_metrics referenced_tweets reply_settings text'.split(
    ' ',
  ),
);
const expansions = csv(
  'article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id edit_history_post_ids entities.mentions.username geo.place_id in_reply_to_user_id referenced_posts username'.split(
    ' ',
  ),
);
const oldExpansions = csv(
  'attachments.media_keys author_id edit_history_tweet_ids in_reply_to_user_id referenced_tweets.id'.split(
    ' ',
  ),
);
const userFields = csv(
  'confirmed_email connection_status created_at description entities id is_identity_verified location name parody profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you subscription subscription_type url username verified verified_followers_count verified_type withheld'.split(
    ' ',
  ),
);
const mediaFields = csv(
  'alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics public_metrics type url variants width'.split(
    ' ',
  ),
);

/** The names of the specification, or those of X's older pages; never both. */
const postExtras = (isOld: boolean) => ({
  ...(isOld
    ? { 'tweet.fields': oldPostFields, expansions: oldExpansions }
    : { 'post.fields': postFields, expansions }),
  'user.fields': userFields,
  'media.fields': mediaFields,
});
const timeline = {
  max_results: count(5, 100),
  pagination_token: z.string().min(1),
  start_time: time,
  end_time: time,
  since_id: id,
  until_id: id,
};
const directs = {
  max_results: count(1, 100),
  pagination_token: z.string().min(16),
  event_types: csv(['MessageCreate', 'ParticipantsJoin', 'ParticipantsLeave']),
  'dm_event.fields': csv([
    'attachments',
    'created_at',
    'dm_conversation_id',
    'entities',
    'event_type',
    'id',
    'text',
  ]),
  expansions: csv(['attachments.media_keys', 'participant_ids', 'referenced_posts', 'sender_id']),
  'user.fields': userFields,
  'media.fields': mediaFields,
};
const ids = z
  .string()
  .refine(
    (text) => text.split(',').length <= 100 && text.split(',').every((one) => id.safeParse(one).success),
  );

export const queries = (isOld: boolean) => ({
  me: z.strictObject({ 'user.fields': userFields }).partial(),
  mentions: z.strictObject({ ...timeline, ...postExtras(isOld) }).partial(),
  own: z.strictObject({ ...timeline, exclude: csv(['replies', 'retweets']), ...postExtras(isOld) }).partial(),
  lookup: z
    .strictObject({ ids, ...postExtras(isOld) })
    .partial()
    .required({ ids: true }),
  directs: z.strictObject(directs).partial(),
  status: z.strictObject({ media_id: id, command: z.literal('STATUS').optional() }),
  nothing: z.strictObject({}),
});

const strict = z.strictObject;
export const bodies = {
  post: strict({
    text: z.string(),
    media: strict({
      media_ids: z.array(id).min(1).max(4),
      tagged_user_ids: z.array(id).max(10).optional(),
    }),
    reply: strict({
      in_reply_to_tweet_id: id,
      auto_populate_reply_metadata: z.boolean().optional(),
      exclude_reply_user_ids: z.array(z.string()).optional(),
    }),
    poll: strict({ options: z.array(z.string().min(1).max(25)).min(2).max(4), duration_minutes: z.number() }),
    quote_tweet_id: id,
    reply_settings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']),
    made_with_ai: z.boolean(),
    paid_partnership: z.boolean(),
    edit_options: strict({ previous_post_id: id }),
    for_super_followers_only: z.boolean(),
    nullcast: z.boolean(),
  }).partial(),
  hidden: strict({ hidden: z.boolean() }),
  direct: strict({
    text: z.string().min(1).max(10_000),
    attachments: z.array(strict({ media_id: id })),
  })
    .partial()
    .refine(({ text, attachments }) => text !== undefined || attachments !== undefined),
  initialize: strict({
    media_type: z.enum([
      'video/mp4',
      'video/webm',
      'video/mp2t',
      'video/quicktime',
      'image/jpeg',
      'image/gif',
      'image/bmp',
      'image/png',
      'image/webp',
      'image/pjpeg',
      'image/tiff',
    ]),
    total_bytes: z.number().int().min(0).max(17_179_869_184),
    media_category: z.enum([
      'amplify_video',
      'tweet_gif',
      'tweet_image',
      'tweet_video',
      'dm_gif',
      'dm_image',
      'dm_video',
    ]),
    shared: z.boolean(),
    additional_owners: z.array(id),
  }).partial(),
  metadata: strict({
    id,
    metadata: z.strictObject({ alt_text: z.object({ text: z.string().max(1000) }) }).optional(),
  }),
  nothing: z.unknown(),
};
