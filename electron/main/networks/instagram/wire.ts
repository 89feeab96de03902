/** The answers in use, as far as they are read. Single items are checked one by one. */
import { z } from 'zod';
import { graphTime } from '../graph';
import { uploadingPhase } from '../graph-upload';

const id = z.coerce.string().min(1);
const text = z.string().nullish();

export const created = z.object({ id });
export const success = z.unknown();

export const container = z.object({
  id: id.optional(),
  status_code: z.string(),
  status: text,
});
/** Told to sign-ins that may send files themselves. */
export const filling = z.object({
  video_status: z.object({ uploading_phase: uploadingPhase }).nullish().catch(undefined),
});

const userFields = z.object({
  /** The account's id in the API; `id` alone is the one of this app. */
  user_id: id.optional(),
  id: id.optional(),
  username: z.string().min(1),
  name: text,
  account_type: text,
  profile_picture_url: text,
  followers_count: z.number().optional(),
  follows_count: z.number().optional(),
  media_count: z.number().optional(),
});
export type User = z.infer<typeof userFields>;
/** Documented as a list of one, and seen as the object itself. */
export const user = z
  .union([z.object({ data: z.array(userFields).min(1) }), userFields])
  .transform((seen): User => ('data' in seen ? seen.data[0]! : seen));

const tokenFields = z.object({
  access_token: z.string(),
  user_id: id.optional(),
  permissions: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
});
/** The first, short token; as above in both shapes. */
export const shortToken = z
  .union([z.object({ data: z.array(tokenFields).min(1) }), tokenFields])
  .transform((seen) => ('data' in seen ? seen.data[0]! : seen));
export const longToken = z.object({
  access_token: z.string(),
  expires_in: z.number().positive().optional().catch(undefined),
  permissions: z.string().optional().catch(undefined),
});

export const pageOfFacebook = z.object({
  id,
  name: text,
  access_token: z.string().optional(),
  instagram_business_account: z.object({ id }).nullish().catch(undefined),
});
export type PageOfFacebook = z.infer<typeof pageOfFacebook>;

export const facebookPermission = z.object({ permission: z.string(), status: z.string() });
export const debugToken = z.object({
  data: z.object({
    is_valid: z.boolean().optional(),
    scopes: z.array(z.string()).optional(),
    expires_at: z.number().optional(),
    data_access_expires_at: z.number().optional(),
  }),
});

export const quota = z.object({
  quota_usage: z.number(),
  config: z
    .object({ quota_total: z.number(), quota_duration: z.number().optional() })
    .optional()
    .catch(undefined),
});

const child = z.object({ media_type: text, media_url: text, thumbnail_url: text, alt_text: text });
export const media = z.object({
  id,
  caption: text,
  media_type: text,
  media_product_type: text,
  media_url: text,
  thumbnail_url: text,
  permalink: text,
  username: text,
  alt_text: text,
  timestamp: graphTime,
  comments_count: z.number().optional().catch(undefined),
  like_count: z.number().optional().catch(undefined),
  children: z
    .object({ data: z.array(child) })
    .nullish()
    .catch(undefined),
});
export type Media = z.infer<typeof media>;

const commentFields = z.object({
  id,
  text: z.string().nullish(),
  timestamp: graphTime,
  username: text,
  from: z.object({ id, username: text }).nullish().catch(undefined),
  hidden: z.boolean().nullish().catch(undefined),
});
export const comment = commentFields.extend({ replies: z.unknown().optional() });
export const replyComment = commentFields;
export type Comment = z.infer<typeof commentFields>;

const party = z.object({ id, username: text });
export const conversation = z.object({
  id,
  updated_time: graphTime,
  participants: z
    .object({ data: z.array(party) })
    .nullish()
    .catch(undefined),
});
export type Conversation = z.infer<typeof conversation>;

const attachment = z.object({
  image_data: z.object({ url: z.string() }).nullish().catch(undefined),
  video_data: z.object({ url: z.string(), preview_url: text }).nullish().catch(undefined),
  file_url: text,
});
export const message = z.object({
  id,
  created_time: graphTime,
  message: text,
  from: party,
  to: z
    .object({ data: z.array(party) })
    .nullish()
    .catch(undefined),
  attachments: z
    .object({ data: z.array(attachment) })
    .nullish()
    .catch(undefined),
});
export type Message = z.infer<typeof message>;
export const sentMessage = z.object({ message_id: id, recipient_id: id.optional() });
